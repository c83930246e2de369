"""Resamples of subjects and images, and the intervals that they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from feedback_atlas.analysis._gram import FloatArray

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval ``low`` to ``high``, from ``n_resamples`` that had a value."""

    low: float
    high: float
    n_resamples: int


def resample_counts(generator: np.random.Generator, n_units: int, n_resamples: int) -> FloatArray:
    """Draw bootstrap resamples, each as how often it holds every unit.

    Args:
        generator: the only source of randomness.
        n_units: seeds or images to draw from, with replacement, as many as there are.
        n_resamples: how many resamples.

    Returns:
        (n_resamples, n_units) counts, each row summing to ``n_units``.

    Source: Efron (1979).
    """
    return generator.multinomial(n_units, np.full(n_units, 1.0 / n_units), n_resamples).astype(
        np.float64
    )


def percentile_interval(values: FloatArray, n_subjects: int) -> Interval | None:
    """Return the expanded percentile interval of a bootstrap distribution.

    A plain percentile interval of few subjects is too narrow, by sqrt((n - 1) / n) and by the
    normal quantile in place of Student's. The percentiles taken here are those that undo both:
    Phi(sqrt(n / (n - 1)) t), t the quantile of Student's distribution with n - 1 degrees of
    freedom. For many subjects they are 2.5 % and 97.5 %.

    Args:
        values: (n_resamples,) the statistic in each resample, NaN where it has no value.
        n_subjects: independent units that were resampled, at least 2.

    Returns:
        The interval, or None where no resample has a value.

    Source: Hesterberg (2015).
    """
    defined = values[np.isfinite(values)]
    if not len(defined):
        return None
    quantile = stdtrit(n_subjects - 1, (1.0 - CONFIDENCE) / 2.0)
    tail = float(ndtr(np.sqrt(n_subjects / (n_subjects - 1)) * quantile))
    low, high = np.quantile(defined, [tail, 1.0 - tail])
    return Interval(float(low), float(high), len(defined))
