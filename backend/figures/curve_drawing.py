"""Curves drawn in one plot, or in small multiples of one panel a layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.figures.curve_tables import every_point, summary
from backend.figures.data import Curve, Figure, Theme, Width
from backend.figures.downsampling import MOST_POINTS, extremes
from backend.figures.labels import end_labels
from backend.figures.lines import Series, Wording, count_axis, line_traces, rule_series, value_range
from backend.figures.many_layers import short_name
from backend.figures.panels import Grid, axis_suffix, blank, heading, note
from backend.figures.theme import PALETTES, layout

WAITING = "Waiting for the first measurement"

_PLOT_HEIGHT: dict[Width, int] = {"wide": 260, "medium": 240, "narrow": 210}
_TICKS: dict[Width, int] = {"wide": 10, "medium": 6, "narrow": 4}
_PANEL_HEIGHT: dict[Width, int] = {"wide": 190, "medium": 150, "narrow": 120}
_COLUMNS: dict[Width, int] = {"wide": 5, "medium": 3, "narrow": 2}
# How many names plotly.js sets beside each other in a legend at the smallest width of each kind.
_NAMES_IN_ROW: dict[Width, int] = {"wide": 5, "medium": 3, "narrow": 2}
# A panel is a fifth of a card.
_POINTS_IN_PANEL = 600
_GAP: dict[Width, float] = {"wide": 0.025, "medium": 0.04, "narrow": 0.08}


@dataclass(frozen=True, slots=True)
class Subject:
    """What one figure of curves is about."""

    name: str
    title: str
    caption: str
    wording: Wording
    y_title: str
    x_title: str
    x_format: str


def single_plot(subject: Subject, curves: Sequence[Curve], theme: Theme, width: Width) -> Figure:
    """Draw all curves in one plot, the rules named at the ends of their lines."""
    left, right, top, bottom = 56, 92, 12, 48
    pixels = _PLOT_HEIGHT[width]
    height = pixels + top + bottom
    series = rule_series(curves, subject.wording.factor)
    if not series:
        return _figure(subject, curves, series, blank(WAITING, theme, height))
    y_range = value_range([y for one in series for _, (_, y) in one.seeds])
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page["hovermode"] = "closest"
    page["xaxis"] = count_axis(series, subject.x_format, _TICKS[width])
    page["xaxis"]["title"] = {"text": subject.x_title}
    page["yaxis"] = {"title": {"text": subject.y_title}, "range": list(y_range), "nticks": 6}
    ends = {one.rule: float(one.main[1][-1]) for one in series}
    page["annotations"] = end_labels(ends, y_range, pixels, theme)
    traces = [
        trace
        for one in series
        for trace in line_traces(downsampled(one), theme, subject.wording, suffix="", legend=False)
    ]
    return _figure(subject, curves, series, {"data": traces, "layout": page})


def layer_panels(
    subject: Subject,
    curves: Sequence[Curve],
    theme: Theme,
    width: Width,
    y_range: tuple[float, float],
    y_axis: dict[str, Any],
) -> Figure:
    """Draw a panel a layer, all on ``y_range``, the rules named in a row above them.

    ``y_axis`` holds further attributes of the panels' y axes.
    """
    panels = {
        layer: series
        for layer in dict.fromkeys(curve.layer for curve in curves if curve.layer is not None)
        if (
            series := rule_series(
                [curve for curve in curves if curve.layer == layer], subject.wording.factor
            )
        )
    }
    everything = [one for series in panels.values() for one in series]
    left, right, bottom = 52, 10, 46
    names_in_row = _NAMES_IN_ROW[width]
    key_rows = math.ceil(len({one.rule for one in everything}) / names_in_row)
    top = 36 + 19 * key_rows
    columns = min(_COLUMNS[width], max(len(panels), 1))
    if width == "medium" and len(panels) == 4:
        columns = 2
    grid = Grid(max(len(panels), 1), columns, _PANEL_HEIGHT[width], 52, _GAP[width])
    height = grid.height + top + bottom
    if not panels:
        return _figure(subject, curves, everything, blank(WAITING, theme, height))
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page |= {"hovermode": "closest", "showlegend": True, "legend": _legend(grid, top)}
    page["annotations"] = [
        note(subject.x_title, theme, x=0.5, y=0.0, yanchor="top", yshift=-24),
        note(subject.y_title, theme, x=0.0, y=0.5, xanchor="right", xshift=-30, textangle=-90),
    ]
    x_axis = count_axis(everything, subject.x_format, 4)
    traces: list[dict[str, Any]] = []
    named: set[str] = set()
    for index, (layer, series) in enumerate(panels.items()):
        row, column = grid.place(index)
        x, y, suffix = grid.column_domain(column), grid.row_domain(row), axis_suffix(index)
        linked = {} if index == 0 else {"matches": "x"}
        page[f"xaxis{suffix}"] = x_axis | linked | {"domain": list(x), "anchor": f"y{suffix}"}
        page[f"yaxis{suffix}"] = y_axis | {
            "domain": list(y), "anchor": f"x{suffix}", "range": list(y_range),
            "showticklabels": column == 0,
        }  # fmt: skip
        page["annotations"].append(heading(short_name(layer), x, y, PALETTES[theme].ink))
        for one in series:
            first = one.rule not in named
            drawn = downsampled(one, _POINTS_IN_PANEL)
            traces += line_traces(drawn, theme, subject.wording, suffix=suffix, legend=first)
            named.add(one.rule)
    return _figure(subject, curves, everything, {"data": traces, "layout": page})


def downsampled(series: Series, most: int = MOST_POINTS) -> Series:
    """The series with at most so many points a line; means are of all points."""
    return Series(
        series.rule,
        tuple((seed, extremes(*points, most)) for seed, points in series.seeds),
        None if series.mean is None else extremes(*series.mean, most),
    )


def _legend(grid: Grid, top: int) -> dict[str, Any]:
    return {
        "orientation": "h",
        "traceorder": "normal",
        "entrywidth": 0,
        "x": 0.0,
        "xanchor": "left",
        "y": 1.0 + (top - 4) / grid.height,
        "yanchor": "top",
        "font": {"size": 12},
        "groupclick": "togglegroup",
    }


def _figure(
    subject: Subject, curves: Sequence[Curve], series: list[Series], plotly: dict[str, Any]
) -> Figure:
    seeds = max((len(one.seeds) for one in series), default=0)
    caption = subject.caption
    if seeds > 1:
        caption += " Thin lines are seeds, thick lines their mean."
    return Figure(
        name=subject.name,
        title=subject.title,
        caption=caption,
        plotly=plotly,
        table=summary(subject.wording, subject.y_title, curves),
        csv=every_point(subject.wording, subject.y_title, curves),
    )
