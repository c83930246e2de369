"""Dissimilarities made small for display: thousandths in 16 bits, and the colours' range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Colours end at this quantile, so that a few outliers do not darken everything else.
_SHARED_QUANTILE = 0.999
_OWN_QUANTILE = 0.99
# Below this, a value in thousandths fits 16 bits.
_LARGEST_PLAIN = 65.0


@dataclass(frozen=True, slots=True)
class DisplayScale:
    """Unit and colour range of a matrix: units of ``10**exponent``, from 0 to ``top``."""

    top: float
    exponent: int

    def thousandths(self, values: NDArray[np.float64]) -> NDArray[np.uint16] | NDArray[np.float32]:
        """Round values to thousandths of the unit, 16 bits where none is NaN or negative."""
        scaled = np.round(values * (1000.0 / 10.0**self.exponent))
        if (scaled >= 0.0).all():
            return scaled.astype(np.uint16)
        return scaled.astype(np.float32)


def shared_scale(values: NDArray[np.float64]) -> DisplayScale:
    """Return one scale for several matrices, 0 to the tick at or above their 99.9th percentile.

    Ticks are far apart, so that the scale stays the same while one looks through training.
    """
    finite = values[np.isfinite(values)]
    high = float(np.quantile(finite, _SHARED_QUANTILE)) if len(finite) else 0.0
    step = tick_step(high)
    return DisplayScale(top=round(max(math.ceil(round(high / step, 6)), 1) * step, 1), exponent=0)


def tick_step(top: float) -> float:
    """Return the distance between the ticks of a colour bar from 0 to ``top``."""
    return 0.5 if top > 1.0 else 0.2 if top > 0.4 else 0.1


def own_scale(values: NDArray[np.float64]) -> DisplayScale:
    """Return a scale for one matrix alone, 0 to its 99th percentile."""
    finite = values[np.isfinite(values)]
    largest = float(finite.max()) if len(finite) else 0.0
    if largest <= 0.0:
        return DisplayScale(top=1.0, exponent=0)
    plain = 0.1 <= largest <= _LARGEST_PLAIN
    exponent = 0 if plain else math.floor(math.log10(largest))
    top = float(np.quantile(finite, _OWN_QUANTILE))
    return DisplayScale(top=top if top > 0.0 else largest, exponent=exponent)
