"""Measures of how far a rule's feedback stands from the weight, layer by layer.

Angles are in degrees. Everything is normalised in float64 with no epsilon: an epsilon in a cosine
turns the tiny errors of confidently classified samples into angles of 90 degrees.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


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
    rest = tuple(range(1, u.dim()))
    # Squares of the smallest float32 are well inside float64's range: nothing vanishes.
    a, b = u.double(), v.double()
    norms = _norms(a, rest) * _norms(b, rest)
    cosines = (a * b).sum(rest) / norms
    return cosines.clamp_(-1, 1).acos_().mul_(180 / math.pi)


def local_angle(by_rule: Tensor, by_weight: Tensor) -> LocalAngle:
    """Compare the errors delivered at a layer's input by a rule and by the weight.

    by_rule, by_weight: (n, ...) B^T d and W^T d, for the same incoming error d.

    Source: Lance & Kieu 2026, whose alignment angle takes both sides from the rule's own d.
    """
    degrees = angles(by_rule, by_weight)
    defined = degrees[~degrees.isnan()]
    rule_norm = float(torch.linalg.vector_norm(by_rule, dtype=torch.float64))
    weight_norm = float(torch.linalg.vector_norm(by_weight, dtype=torch.float64))
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
    """Return the angle between a weight and its feedback in degrees.

    None where the shapes differ or either is exactly zero.
    """
    if weight.shape != feedback.shape:
        return None
    degrees = float(angles(weight.reshape(1, -1), feedback.reshape(1, -1)))
    return None if math.isnan(degrees) else degrees


def sign_concordance(weight: Tensor, feedback: Tensor) -> float | None:
    """Return the share of entries whose sign is the same in both; None where the shapes differ."""
    if weight.shape != feedback.shape:
        return None
    return float((weight.sign() == feedback.sign()).double().mean())


def _norms(samples: Tensor, dimensions: tuple[int, ...]) -> Tensor:
    norms: Tensor = torch.linalg.vector_norm(samples, dim=dimensions)
    return norms
