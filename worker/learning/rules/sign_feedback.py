"""Uniform sign-concordant feedback (uSF): the feedback takes its signs from the weight."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from worker.learning.layers import WEIGHT_SHAPED, FeedbackLayer
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


class SignUniform(Rule):
    """`usf`: sign(W) times a constant, 1 / sqrt(3 fan_in).

    Liao, Leibo & Poggio 2016 take the bare sign and normalise the updates. The constant here is
    that of Xiao et al. 2019, who scale the sign so that errors neither explode nor vanish: the
    standard deviation of PyTorch's default initialisation, which is what weights start from.
    """

    id = "usf"
    layer_types = WEIGHT_SHAPED

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return sign(W) / sqrt(3 fan_in)."""
        return weight.sign().mul_(1 / math.sqrt(3 * math.prod(weight.shape[1:])))


class SignInitialMagnitude(Rule):
    """`usf_init`: abs(B0) * sign(W), the magnitudes fixed at the start.

    Source: Liao, Leibo & Poggio 2016 (fixed-magnitude sign feedback); Lance & Kieu 2026.
    """

    id = "usf_init"
    layer_types = WEIGHT_SHAPED

    def __init__(self, settings: RuleSettings) -> None:
        super().__init__(settings)
        self.own_scale = settings.feedback_scale

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return abs(B0) * sign(W)."""
        assert own is not None
        return weight.sign().mul_(own.abs())


class SignNormalised(Rule):
    """`usf_sn`: sign(W), scaled to the norm of W.

    Source: Moskovitz, Litwin-Kumar & Abbott 2018; Lance & Kieu 2026, whose text says spectral and
    whose code takes the Frobenius norm, which is the default here.
    """

    id = "usf_sn"
    layer_types = WEIGHT_SHAPED

    def __init__(self, settings: RuleSettings) -> None:
        super().__init__(settings)
        if settings.normalization not in NORMS:
            raise ValueError(
                f"normalization is {settings.normalization!r}; it must be one of "
                + ", ".join(sorted(NORMS))
            )
        self.norm = NORMS[settings.normalization]

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return norm(W) * sign(W) / norm(sign(W)); zero where W is zero throughout."""
        signs = weight.sign()
        scale = self.norm(weight) / self.norm(signs)
        return signs.mul_(scale.nan_to_num_(0.0))


class SignBatchwiseMagnitude(SignInitialMagnitude):
    """`brsf`: abs(M) * sign(W), the magnitudes M ~ N(0, s^2) drawn anew after every update.

    Source: Liao, Leibo & Poggio 2016 (batchwise random magnitude sign feedback).
    """

    id = "brsf"
    dynamic = True

    def update(self, layer: FeedbackLayer, before: Tensor) -> None:
        """Redraw M from the layer's own stream."""
        if layer.own_feedback is not None:
            layer.draw(tuple(layer.own_feedback.shape))
