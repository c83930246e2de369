"""Measures over training as lines: one a seed, and the seeds' mean, in the rule's colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.catalog import RULES
from backend.figures.data import Curve, Theme
from backend.figures.theme import rule_colour
from backend.figures.typed_arrays import typed
from backend.variants import base_rule

Points = tuple[NDArray[np.float64], NDArray[np.float64]]

# Up to this many points a line also shows each of them, so that a first point is seen.
_FEW = 12


@dataclass(frozen=True, slots=True)
class Series:
    """All seeds' curves of one rule in one panel; ``mean`` is None for a single seed."""

    rule: str
    seeds: tuple[tuple[int, Points], ...]
    mean: Points | None

    @property
    def main(self) -> Points:
        """The line that stands for the rule."""
        return self.seeds[0][1] if self.mean is None else self.mean


@dataclass(frozen=True, slots=True)
class Wording:
    """How values are called and written: ``factor`` turns a raw value into the axis' unit."""

    measure: str
    unit: str
    x: str
    digits: int
    factor: float = 1.0


def rule_series(curves: Sequence[Curve], factor: float) -> list[Series]:
    """Gather curves by rule in the catalog's order, leaving out points that have no value.

    The mean is taken at the steps that all seeds of the rule have reached, so that it never jumps
    when one seed is ahead of another.
    """
    gathered = []
    for rule in RULES.in_order(curve.run.rule for curve in curves):
        seeds = tuple(
            (curve.run.seed, points)
            for curve in sorted(curves, key=lambda curve: curve.run.seed)
            if curve.run.rule == rule and len((points := finite_points(curve, factor))[0])
        )
        if seeds:
            gathered.append(Series(rule, seeds, _mean([points for _, points in seeds])))
    return gathered


def finite_points(curve: Curve, factor: float = 1.0) -> Points:
    """Return the x and y of a curve's points that have a value, y times ``factor``."""
    kept = np.isfinite(curve.y) & np.isfinite(curve.x)
    return curve.x[kept], curve.y[kept] * factor


def line_traces(
    series: Series, theme: Theme, wording: Wording, *, suffix: str, legend: bool
) -> list[dict[str, Any]]:
    """Return the Plotly traces of one rule in the panel whose axes end in ``suffix``."""
    colour = rule_colour(series.rule, theme)
    name = RULES[series.rule].name
    # What shares a rank stands in the order of its traces.
    rank = {"legendrank": list(RULES).index(base_rule(series.rule))}
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"} | rank
    several = series.mean is not None
    traces = [
        _trace(
            points,
            colour,
            width=1.0 if several else 2.0,
            dots=len(points[0]) <= (1 if several else _FEW),
            hover=_hover(f"{name}, seed {seed}", wording),
        )
        | axes
        | {"name": name, "legendgroup": name, "showlegend": legend and not several}
        | ({"opacity": 0.5} if several else {})
        for seed, points in series.seeds
    ]
    if series.mean is not None:
        hover = _hover(f"{name}, mean of {len(series.seeds)} seeds", wording)
        dots = len(series.mean[0]) <= _FEW
        trace = _trace(series.mean, colour, width=2.5, dots=dots, hover=hover)
        traces.append(trace | axes | {"name": name, "legendgroup": name, "showlegend": legend})
    return traces


def value_range(values: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    """Return a y range that holds all values with a little air around them."""
    low = min(float(part.min()) for part in values)
    high = max(float(part.max()) for part in values)
    air = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    return low - air, high + air


def count_axis(series: Sequence[Series], tick_format: str, ticks: int) -> dict[str, Any]:
    """Return an x axis of whole numbers that holds all points, with at most about ``ticks`` ticks.

    The range and the ticks are set, not left to plotly.js, which writes "1 1 2 2" under a single
    epoch.
    """
    ends = [float(x) for one in series for _, (xs, _) in one.seeds for x in (xs.min(), xs.max())]
    low, high = min(ends), max(ends)
    low, high = (low - 1.0 if low > 0 else low, high + 1.0) if low == high else (low, high)
    air = 0.02 * (high - low)
    return {
        "range": [low - air, high + air],
        "tickmode": "linear",
        "tick0": 0,
        "dtick": _round_step((high - low) / ticks),
        "tickformat": tick_format,
        "showgrid": False,
        "showline": True,
    }


def _round_step(least: float) -> int:
    magnitude = 10 ** max(math.floor(math.log10(least)), 0)
    return int(next(step for m in (1, 2, 5, 10) if (step := m * magnitude) >= least))


def _mean(seeds: list[Points]) -> Points | None:
    if len(seeds) < 2:
        return None
    shared = seeds[0][0]
    for x, _ in seeds[1:]:
        shared = np.intersect1d(shared, x)
    if not len(shared):
        return None
    values = [y[np.unique(x, return_index=True)[1]] for x, y in seeds]
    places = [np.searchsorted(np.unique(x), shared) for x, _ in seeds]
    return shared, np.mean([y[at] for y, at in zip(values, places, strict=True)], axis=0)


def _trace(points: Points, colour: str, *, width: float, dots: bool, hover: str) -> dict[str, Any]:
    x, y = points
    whole = bool((x == np.round(x)).all()) and bool((np.abs(x) < 2**31).all())
    return {
        "type": "scatter",
        "mode": "lines+markers" if dots else "lines",
        "x": typed(x.astype(np.int32) if whole else x),
        "y": typed(y.astype(np.float32)),
        "line": {"color": colour, "width": width},
        "marker": {"color": colour, "size": 6 if width > 1.0 else 4},
        "hovertemplate": hover,
    }


def _hover(name: str, wording: Wording) -> str:
    value = f"%{{y:.{wording.digits}f}}{wording.unit}"
    return f"<b>{name}</b><br>{wording.x} %{{x:,}}<br>{wording.measure} {value}<extra></extra>"
