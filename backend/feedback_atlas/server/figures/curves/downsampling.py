"""Fewer points for a line that looks the same: the lowest and highest of every stretch."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# More than a screen has columns; what is left out is in the download.
MOST_POINTS = 2000


def extremes(
    x: NDArray[np.float64], y: NDArray[np.float64], most: int = MOST_POINTS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keep the points that `extreme_places` chooses: x and y of at most ``most`` points."""
    kept = extreme_places(y, most)
    return x[kept], y[kept]


def extreme_places(y: NDArray[np.float64], most: int = MOST_POINTS) -> NDArray[np.int64]:
    """Choose the first and last point and the extremes of equal stretches of points between them.

    No spike is lost, and nothing is averaged: every point that is kept is one that was given.

    Args:
        y: values of the points in their order, all finite, shape (n,).
        most: of how many points to keep, at least 4.

    Returns:
        Places of at most ``most`` points in their order, all of them where there are no more.

    Source: Jugel, Jerzak, Hackenbroich & Markl (2014), M4: a visualization-oriented time series
    data aggregation; here without the first and last of each stretch.
    """
    if len(y) <= most:
        return np.arange(len(y))
    inner = y[1:-1]
    length = math.ceil(len(inner) / ((most - 2) // 2))
    stretches = math.ceil(len(inner) / length)
    # The last stretch is filled with its own last value, which adds no extreme.
    filled = np.pad(inner, (0, stretches * length - len(inner)), mode="edge")
    by_stretch = filled.reshape(stretches, length)
    starts = 1 + length * np.arange(stretches)
    return np.unique(
        np.concatenate(
            (
                [0],
                starts + by_stretch.argmin(axis=1),
                starts + by_stretch.argmax(axis=1),
                [len(y) - 1],
            )
        )
    )
