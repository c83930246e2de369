"""Curves gathered by rule, as they are drawn: smoothed, over steps or epochs, seeds in a band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.curves.downsampling import MOST_POINTS, extreme_places, extremes
from feedback_atlas.server.figures.curves.options import CurveAxis, CurveOptions
from feedback_atlas.server.figures.curves.smoothing import exponential_average
from feedback_atlas.server.results.types import Curve

Points = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Band:
    """Several seeds at the places that all of them have reached: each array has shape (n,)."""

    x: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    n_seeds: int


@dataclass(frozen=True, slots=True)
class Series:
    """All seeds' curves of one rule in one panel.

    ``band`` is None for a single seed; ``raw`` is the seed or the mean as it was measured, where
    the rest is smoothed.
    """

    rule: str
    seeds: tuple[tuple[int, Points], ...]
    band: Band | None
    raw: Points | None

    @property
    def main(self) -> Points:
        """The line that stands for the rule."""
        return self.seeds[0][1] if self.band is None else (self.band.x, self.band.mean)

    def beyond_band(self) -> tuple[tuple[int, Points], ...]:
        """Return the seeds from the band's end on, those that are ahead of others."""
        if self.band is None:
            return self.seeds
        end = self.band.x[-1]
        return tuple(
            (seed, (x[x >= end], y[x >= end])) for seed, (x, y) in self.seeds if x[-1] > end
        )


def drawn_axis(curves: Sequence[Curve], natural: CurveAxis, options: CurveOptions) -> CurveAxis:
    """Say what curves can be placed over: what is wanted, where every run's epochs are known."""
    known = all(curve.steps_per_epoch for curve in curves)
    return options.x if known else natural


def placed(curves: Sequence[Curve], natural: CurveAxis, axis: CurveAxis) -> list[Curve]:
    """Return ``curves``, measured over ``natural``, over ``axis``."""
    if axis == natural:
        return list(curves)
    return [
        replace(curve, x=curve.x * per_epoch if axis == "step" else curve.x / per_epoch)
        for curve in curves
        if (per_epoch := curve.steps_per_epoch)
    ]


def rule_series(
    curves: Sequence[Curve], factor: float, smoothing: float = 0.0, *, positive: bool = False
) -> list[Series]:
    """Gather curves by rule in the catalog's order, leaving out points that have no value.

    Each seed is smoothed by itself. The band is taken where all seeds of the rule have got, so
    that it never jumps when one seed is ahead of another. ``positive`` leaves out what has no
    logarithm.
    """
    gathered = []
    for rule in RULES.in_order(curve.run.rule for curve in curves):
        measured = tuple(
            (curve.run.seed, points)
            for curve in sorted(curves, key=lambda curve: curve.run.seed)
            if curve.run.rule == rule
            and len((points := finite_points(curve, factor, positive=positive))[0])
        )
        if not measured:
            continue
        seeds = tuple((seed, (x, exponential_average(y, smoothing))) for seed, (x, y) in measured)
        raw = None
        if smoothing:
            means = _band([points for _, points in measured])
            raw = measured[0][1] if means is None else (means.x, means.mean)
        gathered.append(Series(rule, seeds, _band([points for _, points in seeds]), raw))
    return gathered


def finite_points(curve: Curve, factor: float = 1.0, *, positive: bool = False) -> Points:
    """Return the x and y of a curve's points that have a value, y times ``factor``."""
    kept = np.isfinite(curve.y) & np.isfinite(curve.x)
    if positive:
        kept &= curve.y > 0.0
    return curve.x[kept], curve.y[kept] * factor


def downsampled(series: Series, most: int = MOST_POINTS) -> Series:
    """Return the series with at most ``most`` points a line; bands and means are of all."""
    return Series(
        series.rule,
        tuple((seed, extremes(*points, most)) for seed, points in series.seeds),
        None if series.band is None else _thinned(series.band, most),
        None if series.raw is None else extremes(*series.raw, most),
    )


def _thinned(band: Band, most: int) -> Band:
    # The three lines share their places, so that a hover reads all of them at one.
    chosen = [extreme_places(line, most // 3) for line in (band.mean, band.low, band.high)]
    kept = np.unique(np.concatenate(chosen))
    return Band(band.x[kept], band.mean[kept], band.low[kept], band.high[kept], band.n_seeds)


def _band(seeds: Sequence[Points]) -> Band | None:
    if len(seeds) < 2:
        return None
    shared = seeds[0][0]
    for x, _ in seeds[1:]:
        shared = np.intersect1d(shared, x)
    if not len(shared):
        return None
    firsts = [np.unique(x, return_index=True) for x, _ in seeds]
    values = np.stack(
        [
            y[places[np.searchsorted(x, shared)]]
            for (x, places), (_, y) in zip(firsts, seeds, strict=True)
        ]
    )
    return Band(shared, values.mean(axis=0), values.min(axis=0), values.max(axis=0), len(seeds))
