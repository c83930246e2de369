"""Plotly traces of measures over training, in the rules' colours, and the axes they lie on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.variants import base_rule
from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import PALETTES, rule_colour, translucent
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.figures.curves.options import CurveAxis, CurveLines, CurveScale
from feedback_atlas.server.figures.curves.series import Band, Points, Series

# Up to this many points a line also shows each of them, so that a first point is seen.
_FEW = 12
_BAND_OPACITY: dict[Theme, float] = {"light": 0.16, "dark": 0.22}

# How a place over training is written: on the axis, and in a hover.
TICK_FORMATS: dict[CurveAxis, str] = {"step": "~s", "epoch": ",d"}
HOVER_FORMATS: dict[CurveAxis, str] = {"step": ",d", "epoch": ",.2~f"}


@dataclass(frozen=True, slots=True)
class Wording:
    """Names and format of values: ``factor`` turns a raw value into the axis' unit."""

    measure: str
    unit: str
    x: CurveAxis
    digits: int
    factor: float = 1.0


def line_traces(
    series: Series,
    theme: Theme,
    wording: Wording,
    lines: CurveLines,
    *,
    axis: CurveAxis,
    suffix: str,
    legend: bool,
) -> list[dict[str, Any]]:
    """Return the Plotly traces of one rule in the panel whose axes end in ``suffix``.

    With ``lines`` "band", a hover lists every rule at a place, which its heading names; with
    "runs", it tells of the one line that it is near.
    """
    colour = rule_colour(series.rule, theme)
    name = RULES[series.rule].name
    value = f"%{{y:.{wording.digits}f}}{wording.unit}"

    def hover(who: str, more: str = "") -> dict[str, Any]:
        if lines == "band":
            return {"hovertemplate": f"{who} <b>{value}</b>{more}<extra></extra>"}
        where = f"{axis} %{{x:{HOVER_FORMATS[axis]}}}<br>{wording.measure}"
        return {"hovertemplate": f"<b>{who}</b><br>{where} {value}{more}<extra></extra>"}

    traces: list[dict[str, Any]] = []
    if series.raw is not None:
        traces.append(_line(series.raw, colour, 1.0) | {"opacity": 0.3, "hoverinfo": "skip"})
    band = series.band
    if band is None and len(series.seeds) == 1:
        ((seed, points),) = series.seeds
        who = name if lines == "band" else f"{name}, seed {seed}"
        traces.append(_line(points, colour, 2.0, dots=_FEW) | hover(who))
    else:
        if band is not None and lines == "band":
            traces.append(_area(band, translucent(colour, _BAND_OPACITY[theme])))
        traces += [
            _line(points, colour, 1.0, dots=1) | {"opacity": 0.5} | hover(f"{name}, seed {seed}")
            for seed, points in (series.seeds if lines == "runs" else series.beyond_band())
        ]
    if band is not None:
        who = name if lines == "band" else f"{name}, mean of {band.n_seeds} seeds"
        low, high = (f"%{{customdata[{i}]:.{wording.digits}f}}" for i in (0, 1))
        ends = f' <span style="color:{PALETTES[theme].muted}">{low} to {high}</span>'
        ranges = np.column_stack((band.low, band.high)).astype(np.float32)
        traces.append(
            _line((band.x, band.mean), colour, 2.5, dots=_FEW)
            | hover(who, ends)
            | {"customdata": typed(ranges)}
        )
    shared = {
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "name": name,
        "legendgroup": name,
        # What shares a rank stands in the order of its traces.
        "legendrank": list(RULES).index(base_rule(series.rule)),
    }
    last = len(traces) - 1
    return [
        trace | shared | {"showlegend": legend and index == last}
        for index, trace in enumerate(traces)
    ]


def drawn_values(series: Series, lines: CurveLines) -> list[NDArray[np.float64]]:
    """Return the y of everything that `line_traces` draws."""
    values = [] if series.raw is None else [series.raw[1]]
    if series.band is not None and lines == "band":
        values += [series.band.low, series.band.high]
        return values + [y for _, (_, y) in series.beyond_band()]
    return values + [y for _, (_, y) in series.seeds]


def value_axis(
    values: Sequence[NDArray[np.float64]], scale: CurveScale
) -> tuple[tuple[float, float], dict[str, Any]]:
    """Return a range in axis units that holds all values with a little air, and the y axis."""
    if scale == "log":
        values = [np.log10(part) for part in values]
    low = min(float(part.min()) for part in values)
    high = max(float(part.max()) for part in values)
    air = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    ends = low - air, high + air
    if scale == "linear":
        return ends, {"range": list(ends), "nticks": 6}
    ticks = _log_ticks(*ends)
    axis = {"type": "log", "range": list(ends), "tickmode": "array", "tickvals": ticks}
    return ends, axis | {"ticktext": [f"{tick:.12g}" for tick in ticks]}


def count_axis(series: Sequence[Series], axis: CurveAxis, ticks: int) -> dict[str, Any]:
    """Return an x axis that holds all points, with at most about ``ticks`` ticks.

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
        "tickformat": TICK_FORMATS[axis],
        "showgrid": False,
        "showline": True,
    }


def hover_line(axis: CurveAxis, theme: Theme) -> dict[str, Any]:
    """Return attributes of an x axis: a line across the panel, and what heads the hover there."""
    return {
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "hovered data",
        "spikethickness": 1,
        "spikedash": "solid",
        "spikecolor": PALETTES[theme].muted,
        "unifiedhovertitle": {"text": f"{axis.capitalize()} %{{x:{HOVER_FORMATS[axis]}}}"},
    }


def _round_step(least: float) -> int:
    magnitude = 10 ** max(math.floor(math.log10(least)), 0)
    return int(next(step for m in (1, 2, 5, 10) if (step := m * magnitude) >= least))


def _log_ticks(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times powers of ten between two exponents; of many, the powers alone."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    factors = (1, 2, 5) if high - low < 3 else (1,)
    every = max(1, math.ceil((high - low) / 6))
    ticks = [factor * 10.0**power for power in powers if power % every == 0 for factor in factors]
    inside = [tick for tick in ticks if low <= math.log10(tick) <= high]
    return inside or [float(f"{10 ** ((low + high) / 2):.2g}")]


def _line(points: Points, colour: str, width: float, *, dots: int = 0) -> dict[str, Any]:
    """Return a line; one of at most ``dots`` points also shows each of them."""
    x, y = points
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) <= dots else "lines",
        "x": _places(x),
        "y": typed(y.astype(np.float32)),
        "line": {"color": colour, "width": width},
        "marker": {"color": colour, "size": 6 if width > 1.0 else 4},
    }


def _area(band: Band, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _places(np.concatenate((band.x, band.x[::-1]))),
        "y": typed(np.concatenate((band.high, band.low[::-1])).astype(np.float32)),
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": colour,
        "hoverinfo": "skip",
    }


def _places(x: NDArray[np.float64]) -> dict[str, str]:
    whole = bool((x == np.round(x)).all()) and bool((np.abs(x) < 2**31).all())
    return typed(x.astype(np.int32) if whole else x)
