"""What a learning rule is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """What a rule may be told when it is made.

    feedback_scale: standard deviation s of the fixed random feedback B0 ~ N(0, s^2).
    normalization: matrix norm that `usf_sn` keeps, "frobenius" or "spectral".
    """

    feedback_scale: float = 0.1
    normalization: str = "frobenius"

    def __post_init__(self) -> None:
        if not 0 < self.feedback_scale < float("inf"):
            raise ValueError(
                f"feedback_scale is {self.feedback_scale}; it must be a finite number above 0"
            )


class Rule(ABC):
    """Chooses what stands in for the forward weight when a layer passes its error down.

    layer_types: which layer class takes the place of which plain one; empty for backpropagation.
    fixed_scale: standard deviation of the fixed random feedback B0; None where the rule has none.
    """

    layer_types: ClassVar[Mapping[type[nn.Module], type[nn.Module]]]
    fixed_scale: float | None = None

    def __init__(self, settings: RuleSettings) -> None:
        self.settings = settings

    @abstractmethod
    def feedback(self, weight: Tensor, fixed: Tensor | None) -> Tensor:
        """Return the feedback that carries the error down in place of the weight.

        weight: the layer's forward weight, (out, in) or (C_out, C_in / groups, kH, kW).
        fixed: the layer's B0, or None where the rule draws none.

        Returns a tensor of the weight's shape (for a dense convolution: B0's, (d_out, d_in)).
        """
