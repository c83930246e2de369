"""Dissimilarities made small for display: thousandths in 16 bits, and the colours' range.

plotly.js formats an integer of thousandths as a number with three decimals where the figure's
thousands separator is a point (``layout.separators`` = ".." and the format ``05,d``). A matrix
so takes two bytes a cell and hovering still reads 0.943.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEPARATORS = ".."
HOVER_FORMAT = "05,d"

# Colours end at this quantile, so that a few outliers do not darken everything else.
_SHARED_QUANTILE = 0.999
_OWN_QUANTILE = 0.99
# Below this, a value in thousandths fits 16 bits.
_LARGEST_PLAIN = 65.0


@dataclass(frozen=True, slots=True)
class DisplayScale:
    """How a matrix is written and coloured: in units of ``10**exponent``, from 0 to ``top``."""

    top: float
    exponent: int

    @property
    def unit(self) -> str:
        """What follows a number in a hover."""
        return f" × 10<sup>{self.exponent}</sup>".replace("-", "−") if self.exponent else ""

    @property
    def zmax(self) -> float:
        """``top`` in thousandths of the unit."""
        return 1000.0 * self.top / 10.0**self.exponent

    def thousandths(self, values: NDArray[np.float64]) -> NDArray[np.uint16] | NDArray[np.float32]:
        """Round values to thousandths of the unit, 16 bits where none is NaN or negative."""
        scaled = np.round(values * (1000.0 / 10.0**self.exponent))
        if (scaled >= 0.0).all():
            return scaled.astype(np.uint16)
        return scaled.astype(np.float32)


def shared_scale(values: NDArray[np.float64]) -> DisplayScale:
    """Return one scale for several matrices, 0 to their 99.9th percentile rounded up to a tenth."""
    finite = values[np.isfinite(values)]
    high = float(np.quantile(finite, _SHARED_QUANTILE)) if len(finite) else 0.0
    return DisplayScale(top=max(math.ceil(round(high * 10, 6)), 1) / 10, exponent=0)


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
