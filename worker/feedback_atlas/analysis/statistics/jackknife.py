"""Intervals of statistics of few seeds, from leaving out one at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from feedback_atlas.analysis.statistics.resampling import CONFIDENCE, Interval

LEAST_SEEDS = 3


def jackknife_interval(
    statistic: Callable[[NDArray[np.intp]], float], n_seeds: int
) -> Interval | None:
    """Return a 95 % interval of a mean over seeds, or over pairs of different seeds.

    A bootstrap of three or four seeds is too narrow; leaving out one at a time is not, for
    U-statistics: its variance is never too small in expectation (Efron & Stein 1981). The interval
    is the statistic -+ t s, s^2 = (n - 1) / n sum (D_i - mean D)^2 with D_i the statistic without
    seed i, t Student's quantile of n - 1 degrees of freedom.

    Args:
        statistic: its value of some of the seeds, by their positions (at least 2 of them).
        n_seeds: how many there are.

    Returns:
        The interval; None with fewer than three seeds, or where a value is undefined.

    Source: Arvesen (1969), section 2.
    """
    if n_seeds < LEAST_SEEDS:
        return None
    everyone = np.arange(n_seeds)
    value = statistic(everyone)
    without = np.array([statistic(np.delete(everyone, seed)) for seed in everyone])
    if not (np.isfinite(value) and np.isfinite(without).all()):
        return None
    variance = (n_seeds - 1) / n_seeds * float(((without - without.mean()) ** 2).sum())
    reach = float(stdtrit(n_seeds - 1, 0.5 + CONFIDENCE / 2)) * np.sqrt(variance)
    return Interval(float(value - reach), float(value + reach), n_seeds)
