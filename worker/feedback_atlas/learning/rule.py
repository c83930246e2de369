"""What a learning rule is."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Protocol

import torch
from torch import Tensor, nn


class ConvertedLayer(Protocol):
    """A layer as its rule sees it; `feedback_atlas.learning.layers.FeedbackLayer` is one.

    weight: the forward weight. own_feedback: B0 or what it has become, None where the layer has
        none, as where it passes no error down.
    """

    weight: Tensor
    own_feedback: Tensor | None

    def draw(self, shape: tuple[int, ...]) -> None:
        """Draw B0 of a shape anew."""

    def next_generator(self) -> torch.Generator:
        """Return a CPU generator for the layer's next draw."""


class Rule(ABC):
    """Chooses what stands in for the forward weight when a layer passes its error down.

    What a rule is told are the keyword arguments of its class, which raises ValueError where one
    is out of range.

    id: the rule's name in the registry.
    layer_types: which layer class takes the place of which plain one; empty for backpropagation.
    dynamic: whether feedback changes by itself after an update; it then belongs to the state that
        a run resumes from.
    capturable: whether a step can be replayed as a CUDA graph: nothing in it waits for the
        processor or draws random numbers there.
    own_scale: standard deviation of a layer's own random feedback B0; None where it has none.
    """

    id: ClassVar[str]
    layer_types: ClassVar[Mapping[type[nn.Module], type[nn.Module]]]
    dynamic: ClassVar[bool] = False
    capturable: bool = True
    own_scale: float | None = None

    @abstractmethod
    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return the feedback that carries the error down in place of the weight.

        weight: the layer's forward weight, (out, in) or (C_out, C_in / groups, kH, kW).
        own: the layer's own feedback (B0, or what has become of it); None if the rule draws none.

        Returns a tensor of the weight's shape; for a dense convolution of B0's, (d_out, d_in);
        for direct feedback of B0's, (n_classes, d_in).
        """

    def attach(
        self, model: nn.Module, layers: Mapping[str, ConvertedLayer], output: Tensor | None
    ) -> None:
        """Take note of the whole network, once its layers are converted; most rules need not.

        output: of a forward pass of the example input, just made; None where there is none.

        Raises ValueError where the rule is undefined for it.
        """
        return

    def update(self, layer: ConvertedLayer, before: Tensor) -> None:
        """Change a layer's own feedback after an update; only called where `dynamic`, without grad.

        layer: holds the updated weight and `own_feedback`.
        before: the weight before the update, of its shape.
        """
        return


class RandomFeedback(Rule):
    """A rule whose layers have random feedback B0 ~ N(0, s^2) of their own.

    feedback_scale: the standard deviation s.
    """

    def __init__(self, *, feedback_scale: float = 0.1) -> None:
        if not (math.isfinite(feedback_scale) and feedback_scale > 0):
            raise ValueError(
                f"feedback_scale is {feedback_scale}; it must be a finite number above 0"
            )
        self.own_scale = feedback_scale

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return B0, or what has become of it."""
        assert own is not None
        return own
