"""A curve with less noise: the exponential moving average, without a bias towards its start."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# Powers of a weight stay this far from what a float cannot hold.
_LARGEST_POWER = 200.0


def exponential_average(values: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Average each value with those before it, a value k places earlier counting ``weight**k``.

    Args:
        values: in the order in which they were measured, all finite, shape (n,).
        weight: 0 to below 1; 0 changes nothing.

    Returns:
        The averages, shape (n,). The weights of the values that there are add up to 1, so that the
        first average is the first value and a constant stays what it is.

    Source: Kingma & Ba (2015), Adam, section 3 (initialisation bias correction).
    """
    if weight == 0.0 or not len(values):
        return values.copy()
    # A sum over a stretch at a time is one cumulative sum, and no loop over its values.
    length = max(int(_LARGEST_POWER / -math.log10(weight)), 1)
    sums = np.empty(len(values))
    before = 0.0
    for start in range(0, len(values), length):
        stretch = values[start : start + length]
        powers = weight ** np.arange(len(stretch), dtype=np.float64)
        sums[start : start + length] = powers * (weight * before + np.cumsum(stretch / powers))
        before = float(sums[start + len(stretch) - 1])
    weights = -np.expm1(np.arange(1.0, len(values) + 1.0) * math.log(weight)) / (1.0 - weight)
    return sums / weights
