"""Uniform sign-concordant feedback (uSF): the feedback takes its signs from the weight."""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from feedback_atlas.learning.layers import WEIGHT_SHAPED
from feedback_atlas.learning.rule import ConvertedLayer, RandomFeedback, Rule


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

    Liao, Leibo & Poggio 2016 take the bare sign, with batch normalisation or updates of which
    only the sign counts. Xiao et al. 2019 scale it to the spread of the weights' initialisation,
    so that errors neither explode nor vanish; for PyTorch's default, as here and in BioTorch, that
    is the constant above.
    """

    id = "usf"
    layer_types = WEIGHT_SHAPED

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return sign(W) / sqrt(3 fan_in)."""
        return weight.sign().mul_(1 / math.sqrt(3 * math.prod(weight.shape[1:])))


class SignInitialMagnitude(RandomFeedback):
    """`usf_init`: abs(B0) * sign(W), the magnitudes fixed at the start.

    Source: Liao, Leibo & Poggio 2016 (frSF, fixed random magnitudes); Lance & Kieu 2026.
    """

    id = "usf_init"
    layer_types = WEIGHT_SHAPED

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return abs(B0) * sign(W)."""
        assert own is not None
        return weight.sign().mul_(own.abs())


class SignNormalised(Rule):
    """`usf_sn`: sign(W), scaled to the norm of W, "frobenius" or "spectral" by `normalization`.

    Source: Moskovitz, Litwin-Kumar & Abbott 2018; Lance & Kieu 2026, whose text says spectral and
    whose code takes the Frobenius norm, which is the default here.
    """

    id = "usf_sn"
    layer_types = WEIGHT_SHAPED

    def __init__(self, *, normalization: str = "frobenius") -> None:
        if normalization not in NORMS:
            raise ValueError(
                f"normalization is {normalization!r}; it must be one of {', '.join(sorted(NORMS))}"
            )
        self.norm = NORMS[normalization]
        # A singular value is found by iterating until the processor says that it is enough.
        self.capturable = self.norm is not spectral

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return norm(W) * sign(W) / norm(sign(W)); zero where W is zero throughout."""
        signs = weight.sign()
        scale = self.norm(weight) / self.norm(signs)
        return signs.mul_(scale.nan_to_num_(0.0))


class SignBatchwiseMagnitude(SignInitialMagnitude):
    """`brsf`: abs(M) * sign(W), the magnitudes M ~ N(0, s^2) drawn anew after every update.

    Source: Liao, Leibo & Poggio 2016 (brSF, batchwise random magnitudes); that they are normal is
    a choice made here, so that they compare with `usf_init`.
    """

    id = "brsf"
    dynamic = True
    capturable = False

    def update(self, layer: ConvertedLayer, before: Tensor) -> None:
        """Redraw M from the layer's own stream."""
        if layer.own_feedback is not None:
            layer.draw(tuple(layer.own_feedback.shape))
