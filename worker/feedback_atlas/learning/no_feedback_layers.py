"""Layers that pass no error down: what is below them learns from elsewhere, or not at all."""

from collections.abc import Mapping
from types import MappingProxyType

from torch import Tensor, nn

from feedback_atlas.learning.layers import FeedbackLayer
from feedback_atlas.learning.rule import Rule


class CutRule(Rule):
    """A rule by which no error goes from a layer's output to its input."""

    def cut(self, layer: FeedbackLayer, x: Tensor) -> Tensor:
        """Return the input x of a layer as the layer computes with it, apart from its graph."""
        return x.detach()

    def leave(self, layer: FeedbackLayer, output: Tensor) -> Tensor:
        """Return the output of a layer as the network goes on with it."""
        return output


class CutLayer(FeedbackLayer):
    """A layer that computes and learns as the plain one does, and hands nothing down."""

    rule: CutRule
    needs_map_size = True


class CutLinear(CutLayer, nn.Linear):
    """A linear layer that passes no error down."""

    def forward(self, input: Tensor) -> Tensor:
        """Return input (..., in) W^T + b, (..., out)."""
        return self.rule.leave(self, nn.Linear.forward(self, self.rule.cut(self, input)))


class CutConv2d(CutLayer, nn.Conv2d):
    """A convolution that passes no error down."""

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution of input (n, C_in, h, w) or (C_in, h, w)."""
        return self.rule.leave(self, nn.Conv2d.forward(self, self.rule.cut(self, input)))


# Which layer takes the place of which, for rules by which no error goes from layer to layer.
CUT: Mapping[type[nn.Module], type[nn.Module]] = MappingProxyType(
    {nn.Conv2d: CutConv2d, nn.Linear: CutLinear}
)
