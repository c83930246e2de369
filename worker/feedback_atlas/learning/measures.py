"""Measures of how far a rule's feedback stands from the weight, layer by layer.

Angles are in degrees. Everything is normalised in float64 with no epsilon: an epsilon in a cosine
turns the tiny errors of confidently classified samples into angles of 90 degrees.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

# Float64 copies of so few samples stay in the processor's cache.
_SAMPLES_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class LocalAngle:
    """The local angle of one layer over a batch.

    degrees: mean over the samples with an angle; None where no sample has one.
    norm_ratio: Frobenius norm of the rule's delivered errors over that of the weight's; None
        where the latter is zero.
    zero_error_share: share of samples whose delivered error is exactly zero on either side.
    """

    degrees: float | None
    norm_ratio: float | None
    zero_error_share: float


def angles(u: Tensor, v: Tensor) -> Tensor:
    """Return the angle between each sample of u and v in degrees, NaN where one is exactly zero.

    u, v: (n, ...) of one shape. Returns (n,) float64; an angle near zero is good to 1e-4
    degrees, all others to far better.
    """
    return _degrees(*_products(u, v))


def local_angle(by_rule: Tensor, by_weight: Tensor) -> LocalAngle:
    """Compare the errors delivered at a layer's input by a rule and by the weight.

    by_rule, by_weight: (n, ...) B^T d and W^T d, for the same incoming error d.

    Source: Lance & Kieu 2026, whose alignment angle takes both sides from the rule's own d.
    """
    dots, rule_norms, weight_norms = _products(by_rule, by_weight)
    degrees = _degrees(dots, rule_norms, weight_norms)
    defined = degrees[~degrees.isnan()]
    rule_norm, weight_norm = (float(norms.norm()) for norms in (rule_norms, weight_norms))
    return LocalAngle(
        degrees=float(defined.mean()) if len(defined) else None,
        norm_ratio=rule_norm / weight_norm if weight_norm else None,
        zero_error_share=1 - len(defined) / len(degrees),
    )


def no_angle(delivered: Tensor) -> LocalAngle:
    """Return the local angle of errors that the weight itself delivers: 0 wherever it is defined.

    delivered: (n, ...) errors at a layer's input.
    """
    nonzero = int(delivered.flatten(1).any(dim=1).sum())
    return LocalAngle(
        degrees=0.0 if nonzero else None,
        norm_ratio=1.0 if nonzero else None,
        zero_error_share=1 - nonzero / len(delivered),
    )


def weight_angle(weight: Tensor, feedback: Tensor) -> float | None:
    """Return the angle between a weight and its feedback in degrees, 0..180.

    weight, feedback: each taken as one vector, arccos(<W, B> / (||W|| ||B||)).
    None where the shapes differ or either is exactly zero.
    """
    if weight.shape != feedback.shape:
        return None
    degrees = float(angles(weight.reshape(1, -1), feedback.reshape(1, -1)))
    return None if math.isnan(degrees) else degrees


def sign_concordance(weight: Tensor, feedback: Tensor) -> float | None:
    """Return the share of entries, 0..1, whose sign is the same in both.

    weight, feedback: of one shape; None where the shapes differ. Two zeros agree.

    Source: Lance & Kieu 2026.
    """
    if weight.shape != feedback.shape:
        return None
    return float((weight.sign() == feedback.sign()).double().mean())


def _products(u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return each sample's inner product and both its norms, (n,) float64."""
    rest = tuple(range(1, u.dim()))
    parts = []
    for few_u, few_v in zip(
        torch.split(u, _SAMPLES_AT_ONCE), torch.split(v, _SAMPLES_AT_ONCE), strict=True
    ):
        # Squares of the smallest float32 are well inside float64's range: nothing vanishes.
        a, b = few_u.double(), few_v.double()
        norms = [torch.linalg.vector_norm(samples, dim=rest) for samples in (a, b)]
        parts.append(torch.stack([(a * b).sum(rest), *norms]))
    dots, u_norms, v_norms = torch.cat(parts, dim=1)
    return dots, u_norms, v_norms


def _degrees(dots: Tensor, u_norms: Tensor, v_norms: Tensor) -> Tensor:
    return (dots / (u_norms * v_norms)).clamp_(-1, 1).acos_().mul_(180 / math.pi)
