"""Direct feedback: a signal at the network's output reaches every layer's input at once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import grad
from torch.autograd.function import Function

from feedback_atlas.learning.layers import FeedbackLayer
from feedback_atlas.learning.no_feedback_layers import CUT, CutRule
from feedback_atlas.learning.rule import ConvertedLayer, RandomFeedback

# A layer and what went into it.
Noted = tuple[FeedbackLayer, Tensor]


class Deliver(Function):
    """The identity of the output, whose backward pass sends a signal to the layers' inputs.

    Arguments of `apply`: output (n, k), signal (n, k) or None for the error at the output itself,
    then the layers' inputs (n, ...) followed by as many feedback matrices (k, d). Returns output.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(output: Tensor, signal: Tensor | None, *inputs_and_feedback: Tensor) -> Tensor:
        return output.clone()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        _, signal, *rest = inputs
        count = len(rest) // 2
        ctx.shapes = [x.shape for x in rest[:count]]
        ctx.save_for_backward(signal, *rest[count:])

    @staticmethod
    def backward(ctx: Any, error: Tensor) -> tuple[Tensor | None, ...]:
        signal, *feedback = ctx.saved_tensors
        sent = error if signal is None else signal
        delivered = [
            (sent @ matrix).reshape(shape)
            for matrix, shape in zip(feedback, ctx.shapes, strict=True)
        ]
        return error, None, *delivered, *([None] * len(feedback))


class DirectRule(CutRule, RandomFeedback):
    """A rule by which every layer's input gets a fixed random projection of one output signal.

    Layers keep their inputs from the forward pass; the last layer's output, as it leaves, becomes
    the node of the graph that hands each of them its error. It is defined for a chain of layers:
    where a layer's output goes around the next one (a residual connection) or into two layers, the
    error there would be a sum of which the sources say nothing.
    """

    layer_types = CUT

    def __init__(self, *, feedback_scale: float = 0.1) -> None:
        super().__init__(feedback_scale=feedback_scale)
        self.calls: list[FeedbackLayer] = []
        self.inputs: list[Noted] = []
        self.size = 0
        self.first: FeedbackLayer | None = None
        self.last: FeedbackLayer | None = None
        self.labels: Tensor | None = None

    def signal(self, output: Tensor) -> Tensor | None:
        """Return what is projected, (n, k), for an output (n, k); None for the output's error."""
        return None

    def cut(self, layer: FeedbackLayer, x: Tensor) -> Tensor:
        """Note the input x (n, ...) of a layer, and return it apart from its graph."""
        if self.last is None:
            self.calls.append(layer)
        elif layer is self.first:
            self.inputs = []
        if x.requires_grad and torch.is_grad_enabled():
            self.inputs.append((layer, x))
        return x.detach()

    def leave(self, layer: FeedbackLayer, output: Tensor) -> Tensor:
        """Return the last layer's output as the node that hands every layer its error."""
        if self.last is None:
            self.size = output[0].numel()
        if layer is not self.last or not self.inputs:
            return output
        inputs, self.inputs = self.inputs, []
        flat = output.flatten(1)
        self._draw(inputs, flat.shape[1])
        matrices = [noted.effective_feedback() for noted, _ in inputs]
        sent: Tensor = Deliver.apply(flat, self.signal(flat), *(x for _, x in inputs), *matrices)
        return sent.reshape(output.shape)

    def attach(
        self, model: nn.Module, layers: Mapping[str, ConvertedLayer], output: Tensor | None
    ) -> None:
        """Check the chain that the example's forward pass went along, and draw its feedback."""
        if output is None:
            raise ValueError(
                f"{self.id} reaches every layer from the output, so it has to see the network at "
                "work: pass example_input; a batch of zeros of the right shape will do"
            )
        inputs, self.inputs = self.inputs, []
        names = {layer: name for name, layer in layers.items()}
        self._refuse_repeats(names)
        self._refuse_branches(names, inputs, output)
        self.first, self.last = self.calls[0], self.calls[-1]
        self.calls = []
        self._draw(inputs, self.size)

    def _refuse_repeats(self, names: Mapping[ConvertedLayer, str]) -> None:
        for layer, times in Counter(self.calls).items():
            if times > 1:
                raise ValueError(
                    f"{self.id} is defined for a chain of layers that each compute once, but layer "
                    f"{names[layer]!r} computes {times} times in one pass; choose another rule, or "
                    "give each place a layer of its own"
                )

    def _refuse_branches(
        self, names: Mapping[ConvertedLayer, str], inputs: list[Noted], output: Tensor
    ) -> None:
        ends = [(f"the input of layer {names[layer]!r}", x) for layer, x in inputs]
        for what, end in [*ends, ("the output", output)]:
            same = [layer for layer, x in inputs if x is end]
            below = [(layer, x) for layer, x in inputs if x is not end]
            reached = (
                grad(end.sum(), [x for _, x in below], retain_graph=True, allow_unused=True)
                if below
                else ()
            )
            around = [layer for (layer, _), g in zip(below, reached, strict=True) if g is not None]
            if len(same) > 1 or around:
                raise ValueError(
                    f"{self.id} is defined for a chain of layers, but in this network {what} is "
                    f"also the input of layer {names[(around or same)[0]]!r} or depends on it "
                    "without passing a layer (a residual or parallel connection); choose another "
                    "rule or another network"
                )

    @staticmethod
    def _draw(inputs: list[Noted], size: int) -> None:
        for layer, x in inputs:
            layer.draw_at_need((size, x[0].numel()), x)


@contextmanager
def aiming_at(model: nn.Module, labels: Tensor) -> Iterator[None]:
    """Tell a network the labels (n,) of the batch that it sees inside the `with` block.

    Rules that learn from targets instead of errors (`drtp`) need them; for others it does nothing.
    """
    rules = {
        module.rule
        for module in model.modules()
        if isinstance(module, FeedbackLayer) and isinstance(module.rule, DirectRule)
    }
    for rule in rules:
        rule.labels = labels
    try:
        yield
    finally:
        for rule in rules:
            rule.labels = None
