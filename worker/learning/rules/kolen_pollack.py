"""Kolen-Pollack: the feedback takes the weight's own updates, and both decay."""

from torch import Tensor

from worker.learning.layers import WEIGHT_SHAPED, FeedbackLayer
from worker.learning.rule import Rule, RuleSettings


class KolenPollack(Rule):
    """`kolen_pollack`: B changes by what W changes, then both lose the same share.

    W <- (1 - k) (W + dW) and B <- (1 - k) (B + dW), with dW the optimiser's step and k the setting
    `feedback_decay`, so that W - B shrinks by 1 - k a step whatever the optimiser: no weight is
    sent, only the change that a synapse can compute from the activity on its two sides.

    Source: Kolen & Pollack 1994; Akrout et al. 2019 (Kolen-Pollack learning).
    """

    id = "kolen_pollack"
    layer_types = WEIGHT_SHAPED
    dynamic = True

    def __init__(self, settings: RuleSettings) -> None:
        super().__init__(settings)
        self.own_scale = settings.feedback_scale

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return B."""
        assert own is not None
        return own

    def update(self, layer: FeedbackLayer, before: Tensor) -> None:
        """Give B the step that W took, then let both decay."""
        kept = 1 - self.settings.feedback_decay
        if layer.own_feedback is not None:
            layer.own_feedback.add_(layer.weight - before).mul_(kept)
        layer.weight.mul_(kept)
