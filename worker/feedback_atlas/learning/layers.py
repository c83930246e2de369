"""Linear and convolutional layers that pass their error down by a learning rule."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.autograd.function import Function

from feedback_atlas.learning.autograd_functions import (
    ConvFeedback,
    DenseConvFeedback,
    LinearFeedback,
)
from feedback_atlas.learning.conv_geometry import inner_padding, output_size, pad_outside
from feedback_atlas.learning.rule import Rule


class FeedbackLayer(nn.Module):
    """Base of the layers of every rule: the rule, and feedback weights of their own if any.

    These start as random B0 and are a non-persistent buffer, so `state_dict()` equals the plain
    network's. They are drawn from a seed of the layer's own, so the order in which layers draw
    does not matter; a seed and the number of draws so far are all there is to its random stream.
    """

    weight: Tensor
    needs_map_size: ClassVar[bool] = False
    rule: Rule
    feedback_seed: int
    draws: int
    own_feedback: Tensor | None

    def adopt(self, rule: Rule, feedback_seed: int) -> None:
        """Take a rule; B0 is drawn later, from feedback_seed."""
        self.rule = rule
        self.feedback_seed = feedback_seed
        self.draws = 0
        self.register_buffer("own_feedback", None, persistent=False)

    def release(self) -> None:
        """Become the plain layer that this was."""
        del self.rule, self.feedback_seed, self.draws, self.own_feedback
        self.__class__ = self.plain_class()

    @classmethod
    def plain_class(cls) -> type[Any]:
        """Return the class of the layer that this one takes the place of."""
        return nn.Conv2d if issubclass(cls, nn.Conv2d) else nn.Linear

    def own_shape(self, x: Tensor) -> tuple[int, ...]:
        """Return the shape of B0 for an input x."""
        return tuple(self.weight.shape)

    def draw(self, shape: tuple[int, ...]) -> None:
        """Draw B0 ~ N(0, s^2) of the given shape, if the rule has one; the same on every device."""
        if self.rule.own_scale is not None:
            drawn = torch.randn(shape, generator=self.next_generator())
            self.place(drawn.mul_(self.rule.own_scale))

    def next_generator(self) -> torch.Generator:
        """Return a CPU generator for the next draw, and count it."""
        # A step of 2^63 over the golden ratio keeps the seeds of one layer's draws far apart.
        seed = (self.feedback_seed + self.draws * 0x4F1BBCDCBFA53E0B) % 2**63
        self.draws += 1
        return torch.Generator().manual_seed(seed)

    def place(self, own: Tensor) -> None:
        """Keep a copy of feedback weights, on the weight's device, in its dtype and layout."""
        weight = self.weight.detach()
        if own.shape == weight.shape:
            self.own_feedback = torch.empty_like(weight).copy_(own)
        else:
            self.own_feedback = own.to(weight.device, weight.dtype, copy=True)

    def effective_feedback(self) -> Tensor:
        """Return the present stand-in for the weight: of its shape, or (d_out, d_in)."""
        with torch.no_grad():
            return self.rule.feedback(self.weight.detach(), self.own_feedback)

    def feedback_for(self, x: Tensor) -> Tensor | None:
        """Return the feedback for an input x, drawing B0 at first need; None if none is needed."""
        if not (x.requires_grad and torch.is_grad_enabled()):
            return None
        self.draw_at_need(self.own_shape(x), x)
        return self.effective_feedback()

    def draw_at_need(self, shape: tuple[int, ...], x: Tensor) -> None:
        """Draw B0 of a shape that an input x asks for, unless it is there; refuse another shape."""
        if self.own_feedback is None:
            self.draw(shape)
        elif tuple(self.own_feedback.shape) != shape:
            raise ValueError(
                f"an input of shape {tuple(x.shape)} needs feedback of shape {shape}, but this "
                f"layer's has {tuple(self.own_feedback.shape)}; dense feedback serves the one "
                "image size that it was drawn for"
            )


class FeedbackLinear(FeedbackLayer, nn.Linear):
    """A linear layer that passes its error down through the rule's feedback."""

    def forward(self, input: Tensor) -> Tensor:
        """Return input (..., in) W^T + b, (..., out)."""
        feedback = self.feedback_for(input)
        output: Tensor = LinearFeedback.apply(input, self.weight, self.bias, feedback)
        return output


class FeedbackConv2d(FeedbackLayer, nn.Conv2d):
    """A convolution that passes its error down by a transposed convolution with the feedback."""

    function: ClassVar[type[Function]] = ConvFeedback

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of input (n, C_in, h, w) or (C_in, h, w)."""
        batched = input.dim() == 4
        x = pad_outside(self, input if batched else input.unsqueeze(0))
        feedback = self.feedback_for(x)
        output: Tensor = self.function.apply(
            x,
            self.weight,
            self.bias,
            feedback,
            self.stride,
            inner_padding(self),
            self.dilation,
            self.groups,
        )
        return output if batched else output.squeeze(0)


class DenseFeedbackConv2d(FeedbackConv2d):
    """A convolution that passes its error down through one dense matrix over whole maps.

    The matrix is (C_out h' w', C_in h w): 14.7 million entries for the second convolution of
    `moskovitz1`. Where the padding cannot be left to the operator (a padding_mode other than
    "zeros", or lopsided "same" padding), h and w are the padded map's.
    """

    function = DenseConvFeedback
    needs_map_size = True

    def own_shape(self, x: Tensor) -> tuple[int, ...]:
        """Return (d_out, d_in) for a padded input x (n, C_in, h, w)."""
        return self.out_channels * math.prod(output_size(self, x)), math.prod(x.shape[1:])


# Which layer takes the place of which, for feedback of the weight's shape and for dense feedback.
WEIGHT_SHAPED: Mapping[type[nn.Module], type[nn.Module]] = MappingProxyType(
    {nn.Conv2d: FeedbackConv2d, nn.Linear: FeedbackLinear}
)
DENSE: Mapping[type[nn.Module], type[nn.Module]] = MappingProxyType(
    {nn.Conv2d: DenseFeedbackConv2d, nn.Linear: FeedbackLinear}
)


def feedback_layers(model: nn.Module) -> dict[str, FeedbackLayer]:
    """Return the converted layers of a network by name; none where it learns by `bp`."""
    return {
        name: module for name, module in model.named_modules() if isinstance(module, FeedbackLayer)
    }
