"""Uniform sign-concordant feedback (uSF): the feedback takes its signs from the weight."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from worker.learning.layers import WEIGHT_SHAPED
from worker.learning.rule import Rule, RuleSettings


def frobenius(matrix: Tensor) -> Tensor:
    """Return the Frobenius norm of a tensor, a scalar tensor."""
    norm: Tensor = torch.linalg.vector_norm(matrix)
    return norm


def spectral(matrix: Tensor) -> Tensor:
    """Return the largest singular value of a tensor flattened to (out, rest), a scalar tensor."""
    norm: Tensor = torch.linalg.matrix_norm(matrix.flatten(1), 2)
    return norm


NORMS: Mapping[str, Callable[[Tensor], Tensor]] = {"frobenius": frobenius, "spectral": spectral}


class SignInitialMagnitude(Rule):
    """`usf_init`: abs(B0) * sign(W), the magnitudes fixed at the start.

    Source: Liao, Leibo & Poggio 2016 (fixed-magnitude sign feedback); Lance & Kieu 2026.
    """

    layer_types = WEIGHT_SHAPED

    def __init__(self, settings: RuleSettings) -> None:
        super().__init__(settings)
        self.fixed_scale = settings.feedback_scale

    def feedback(self, weight: Tensor, fixed: Tensor | None) -> Tensor:
        """Return abs(B0) * sign(W)."""
        assert fixed is not None
        return weight.sign().mul_(fixed.abs())


class SignNormalised(Rule):
    """`usf_sn`: sign(W), scaled to the norm of W.

    Source: Moskovitz, Litwin-Kumar & Abbott 2018; Lance & Kieu 2026, whose text says spectral and
    whose code takes the Frobenius norm, which is the default here.
    """

    layer_types = WEIGHT_SHAPED

    def __init__(self, settings: RuleSettings) -> None:
        super().__init__(settings)
        if settings.normalization not in NORMS:
            raise ValueError(
                f"normalization is {settings.normalization!r}; it must be one of "
                + ", ".join(sorted(NORMS))
            )
        self.norm = NORMS[settings.normalization]

    def feedback(self, weight: Tensor, fixed: Tensor | None) -> Tensor:
        """Return norm(W) * sign(W) / norm(sign(W)); zero where W is zero throughout."""
        signs = weight.sign()
        scale = self.norm(weight) / self.norm(signs)
        return signs.mul_(scale.nan_to_num_(0.0))
