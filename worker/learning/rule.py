"""What a learning rule is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from torch import Tensor, nn

if TYPE_CHECKING:
    from worker.learning.layers import FeedbackLayer


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """What a rule may be told when it is made; each takes what it needs.

    feedback_scale: standard deviation s of the random feedback B0 ~ N(0, s^2).
    normalization: matrix norm that `usf_sn` keeps, "frobenius" or "spectral".
    feedback_decay: share of W and of B that each step of `kolen_pollack` takes away.
    mirror_rate: share of B that each step of `weight_mirror` replaces.

    Raises ValueError where a number is out of range.
    """

    feedback_scale: float = 0.1
    normalization: str = "frobenius"
    feedback_decay: float = 1e-3
    mirror_rate: float = 0.05

    def __post_init__(self) -> None:
        if not 0 < self.feedback_scale < float("inf"):
            raise ValueError(
                f"feedback_scale is {self.feedback_scale}; it must be a finite number above 0"
            )
        if not 0 <= self.feedback_decay < 1:
            raise ValueError(
                f"feedback_decay is {self.feedback_decay}; it must be at least 0 and below 1"
            )
        if not 0 < self.mirror_rate <= 1:
            raise ValueError(f"mirror_rate is {self.mirror_rate}; it must be above 0 and at most 1")


class Rule(ABC):
    """Chooses what stands in for the forward weight when a layer passes its error down.

    id: the rule's name in the registry.
    layer_types: which layer class takes the place of which plain one; empty for backpropagation.
    dynamic: whether feedback changes by itself after an update; it then belongs to the state that
        a run resumes from.
    own_scale: standard deviation of a layer's own random feedback B0; None where it has none.
    """

    id: ClassVar[str]
    layer_types: ClassVar[Mapping[type[nn.Module], type[nn.Module]]]
    dynamic: ClassVar[bool] = False
    own_scale: float | None = None

    def __init__(self, settings: RuleSettings) -> None:
        self.settings = settings

    @abstractmethod
    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return the feedback that carries the error down in place of the weight.

        weight: the layer's forward weight, (out, in) or (C_out, C_in / groups, kH, kW).
        own: the layer's own feedback (B0, or what has become of it); None if the rule draws none.

        Returns a tensor of the weight's shape; for a dense convolution of B0's, (d_out, d_in);
        for direct feedback of B0's, (n_classes, d_in).
        """

    def attach(
        self, model: nn.Module, layers: Mapping[str, FeedbackLayer], output: Tensor | None
    ) -> None:
        """Take note of the whole network, once its layers are converted; most rules need not.

        output: of a forward pass of the example input, just made; None where there is none.

        Raises ValueError where the rule is undefined for it.
        """
        return

    def update(self, layer: FeedbackLayer, before: Tensor) -> None:
        """Change a layer's own feedback after an update; only called where `dynamic`, without grad.

        layer: holds the updated weight and `own_feedback` (None where it passes no error down).
        before: the weight before the update, of its shape.
        """
        return
