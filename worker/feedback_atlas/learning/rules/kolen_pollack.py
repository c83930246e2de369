"""Kolen-Pollack: the feedback takes the weight's own updates, and both decay."""

from collections.abc import Mapping

from torch import Tensor, nn

from feedback_atlas.learning.layers import WEIGHT_SHAPED
from feedback_atlas.learning.rule import ConvertedLayer, RandomFeedback


class KolenPollack(RandomFeedback):
    """`kolen_pollack`: W and B lose the same share and change by the same step.

    W <- (1 - k) W + dW and B <- (1 - k) B + dW, with dW the optimiser's step and k the share
    `feedback_decay`, so that W - B shrinks by 1 - k a step whatever the optimiser: no weight is
    sent, only the change that a synapse can compute from the activity on its two sides.

    Source: Kolen & Pollack 1994; Akrout et al. 2019 (Kolen-Pollack learning), whose code decays
    weights alone, not biases, as here.
    """

    id = "kolen_pollack"
    layer_types = WEIGHT_SHAPED
    dynamic = True

    def __init__(self, *, feedback_scale: float = 0.1, feedback_decay: float = 1e-3) -> None:
        super().__init__(feedback_scale=feedback_scale)
        if not 0 <= feedback_decay < 1:
            raise ValueError(
                f"feedback_decay is {feedback_decay}; it must be at least 0 and below 1"
            )
        self.decay, self.kept = feedback_decay, 1 - feedback_decay

    def attach(
        self, model: nn.Module, layers: Mapping[str, ConvertedLayer], output: Tensor | None
    ) -> None:
        """Refuse layers that share one weight, which would decay twice."""
        owners: dict[Tensor, str] = {}
        for name, layer in layers.items():
            if (first := owners.setdefault(layer.weight, name)) != name:
                raise ValueError(
                    f"layers {first!r} and {name!r} share one weight, which kolen_pollack would "
                    "let decay twice a step; give each a weight of its own, or choose another rule"
                )

    def update(self, layer: ConvertedLayer, before: Tensor) -> None:
        """Give B the step that W took, and let both decay."""
        if layer.own_feedback is not None:
            layer.own_feedback.mul_(self.kept).add_(layer.weight - before)
        layer.weight.sub_(before, alpha=self.decay)
