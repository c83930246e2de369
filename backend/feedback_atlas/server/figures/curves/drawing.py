"""Curves drawn in one plot, or in small multiples of one panel a layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from feedback_atlas.server.figures.base.end_labels import end_labels
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.base.grid import Grid, axis_suffix, blank, heading, note
from feedback_atlas.server.figures.base.layer_axis import short_name
from feedback_atlas.server.figures.base.theme import PALETTES, layout
from feedback_atlas.server.figures.curves.options import CurveAxis, CurveLines, CurveOptions
from feedback_atlas.server.figures.curves.published_marks import PublishedMark, mark_traces
from feedback_atlas.server.figures.curves.series import (
    Series,
    downsampled,
    drawn_axis,
    placed,
    rule_series,
)
from feedback_atlas.server.figures.curves.tables import every_point, summary
from feedback_atlas.server.figures.curves.traces import (
    Wording,
    count_axis,
    drawn_values,
    hover_line,
    line_traces,
    value_axis,
)
from feedback_atlas.server.results.types import Curve

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
_X_TITLES: dict[CurveAxis, str] = {"step": "Training step", "epoch": "Epoch"}
# All rules at a place; of fifty lines, the one that is near.
_HOVER: dict[CurveLines, str] = {"band": "x unified", "runs": "closest"}


@dataclass(frozen=True, slots=True)
class LayerAxis:
    """The y axis of panels of one layer each: its range for all curves, and its ticks.

    ``chance`` is the value that the measure has by chance, drawn as a line across each panel.
    """

    range_of: Callable[[Sequence[Curve]], tuple[float, float]]
    ticks: tuple[float, ...]
    chance: float


@dataclass(frozen=True, slots=True)
class Subject:
    """Subject of one figure of curves.

    ``has_log`` says whether its values can be drawn on a logarithmic scale; ``layer_axis`` is None
    for a measure of the whole network; ``marks`` are published numbers that are drawn too.
    """

    name: str
    title: str
    caption: str
    wording: Wording
    y_title: str
    has_log: bool = False
    layer_axis: LayerAxis | None = None
    marks: tuple[PublishedMark, ...] = ()


def single_plot(
    subject: Subject, curves: Sequence[Curve], theme: Theme, width: Width, options: CurveOptions
) -> Figure:
    """Draw all curves in one plot, the rules named at the ends of their lines."""
    left, right, top, bottom = 56, 92, 12, 48
    pixels = _PLOT_HEIGHT[width]
    height = pixels + top + bottom
    scale = options.scale if subject.has_log else "linear"
    axis = drawn_axis(curves, subject.wording.x, options)
    series = rule_series(
        placed(curves, subject.wording.x, axis),
        subject.wording.factor,
        options.smoothing,
        positive=scale == "log",
    )
    if not series:
        return _figure(subject, curves, series, options, blank(WAITING, theme, height))
    drawn = [values for one in series for values in drawn_values(one, options.lines)]
    drawn += [np.array([mark.value]) for mark in subject.marks]
    y_range, y_axis = value_axis(drawn, scale)
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page |= {"hovermode": _HOVER[options.lines], "meta": {"x": axis}}
    page["xaxis"] = count_axis(series, axis, _TICKS[width]) | hover_line(axis, theme)
    page["xaxis"]["title"] = {"text": _X_TITLES[axis]}
    page["yaxis"] = y_axis | {"title": {"text": subject.y_title}}
    ends = {one.rule: float(one.main[1][-1]) for one in series}
    if scale == "log":
        ends = {rule: math.log10(end) for rule, end in ends.items()}
    page["annotations"] = end_labels(ends, y_range, pixels, theme)
    traces = [
        trace
        for one in series
        for trace in line_traces(
            downsampled(one), theme, subject.wording, options.lines,
            axis=axis, suffix="", legend=False,
        )
    ]  # fmt: skip
    traces += mark_traces(subject.marks, None, series, theme, subject.wording)
    return _figure(subject, curves, series, options, {"data": traces, "layout": page})


def layer_panels(
    subject: Subject, curves: Sequence[Curve], theme: Theme, width: Width, options: CurveOptions
) -> Figure:
    """Draw a panel a layer, all on one y axis, the rules named in a row above them."""
    assert subject.layer_axis is not None
    axis = drawn_axis(curves, subject.wording.x, options)
    by_layer: dict[str, list[Curve]] = {}
    for curve in placed(curves, subject.wording.x, axis):
        if curve.layer is not None:
            by_layer.setdefault(curve.layer, []).append(curve)
    panels = {
        layer: series
        for layer, own in by_layer.items()
        if (series := rule_series(own, subject.wording.factor, options.smoothing))
    }
    everything = [one for series in panels.values() for one in series]
    left, right, bottom = 60, 10, 46
    names_in_row = _NAMES_IN_ROW[width]
    key_rows = math.ceil(len({one.rule for one in everything}) / names_in_row)
    top = 36 + 19 * key_rows
    columns = min(_COLUMNS[width], max(len(panels), 1))
    if width == "medium" and len(panels) == 4:
        columns = 2
    grid = Grid(max(len(panels), 1), columns, _PANEL_HEIGHT[width], 52, _GAP[width])
    height = grid.height + top + bottom
    if not panels:
        return _figure(subject, curves, everything, options, blank(WAITING, theme, height))
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page |= {
        "hovermode": _HOVER[options.lines],
        "meta": {"x": axis},
        "showlegend": True,
        "legend": _legend(grid, top),
        "shapes": [],
        "annotations": [
            note(_X_TITLES[axis], theme, x=0.5, y=0.0, yanchor="top", yshift=-24),
            note(subject.y_title, theme, x=0.0, y=0.5, xanchor="right", xshift=-42, textangle=-90),
        ],
    }
    x_axis = count_axis(everything, axis, 4) | hover_line(axis, theme)
    y_axis = _y_axis(subject.layer_axis, curves, theme)
    traces: list[dict[str, Any]] = []
    named: set[str] = set()
    for index, (layer, series) in enumerate(panels.items()):
        row, column = grid.place(index)
        x, y, suffix = grid.column_domain(column), grid.row_domain(row), axis_suffix(index)
        linked = {} if index == 0 else {"matches": "x"}
        page[f"xaxis{suffix}"] = x_axis | linked | {"domain": list(x), "anchor": f"y{suffix}"}
        page[f"yaxis{suffix}"] = y_axis | {
            "domain": list(y), "anchor": f"x{suffix}", "showticklabels": column == 0,
        }  # fmt: skip
        page["shapes"].append(_chance_line(subject.layer_axis.chance, suffix, theme))
        page["annotations"].append(heading(short_name(layer), x, y, PALETTES[theme].ink))
        for one in series:
            traces += line_traces(
                downsampled(one, _POINTS_IN_PANEL), theme, subject.wording, options.lines,
                axis=axis, suffix=suffix, legend=one.rule not in named,
            )  # fmt: skip
            named.add(one.rule)
        traces += mark_traces(subject.marks, layer, series, theme, subject.wording, suffix)
    return _figure(subject, curves, everything, options, {"data": traces, "layout": page})


def _y_axis(axis: LayerAxis, curves: Sequence[Curve], theme: Theme) -> dict[str, Any]:
    """Return the axis with its tick at chance named: in the margin, where no curve hides it."""
    # A line above as high as the one below keeps the number beside its tick.
    above = '<span style="font-size:10px"> </span><br>'
    below = f'<br><span style="font-size:10px;color:{PALETTES[theme].muted}">chance</span>'
    return {
        "tickmode": "array",
        "tickvals": list(axis.ticks),
        "ticktext": [
            f"{above}{tick:g}{below}" if tick == axis.chance else f"{tick:g}" for tick in axis.ticks
        ],
        "range": list(axis.range_of(curves)),
    }


def _chance_line(chance: float, suffix: str, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line",
        "layer": "below",
        "xref": f"x{suffix} domain",
        "yref": f"y{suffix}",
        "x0": 0,
        "x1": 1,
        "y0": chance,
        "y1": chance,
        "line": {"color": PALETTES[theme].muted, "width": 1, "dash": "dash"},
    }


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
    subject: Subject,
    curves: Sequence[Curve],
    series: list[Series],
    options: CurveOptions,
    plotly: dict[str, Any],
) -> Figure:
    return Figure(
        name=subject.name,
        title=subject.title,
        caption=" ".join((subject.caption, *_how_drawn(curves, series, options, subject))),
        plotly=plotly,
        table=summary(subject.wording, subject.y_title, curves),
        csv=every_point(subject.wording, subject.y_title, curves),
    )


def _how_drawn(
    curves: Sequence[Curve], series: list[Series], options: CurveOptions, subject: Subject
) -> list[str]:
    """Say what the lines are: seeds, an average, a scale that leaves something out."""
    said = []
    if any(len(one.seeds) > 1 for one in series):
        if options.lines == "runs":
            said.append("Thin lines are seeds, thick lines their mean.")
        else:
            said.append("Lines are means over seeds, bands from the lowest to the highest.")
            if any(one.band is None or one.beyond_band() for one in series):
                said.append("Thin lines are seeds that have trained further than others.")
    if series and options.smoothing:
        said.append(
            f"Smoothed by an exponential moving average of weight {options.smoothing:g}; "
            "faint lines are the raw measurements."
        )
    if subject.has_log and options.scale == "log" and any((c.y <= 0.0).any() for c in curves):
        said.append("Values of zero are omitted from the log scale.")
    if any(mark.at == "level" for mark in subject.marks):
        said.append("Dotted: the maximum of the paper’s curve.")
    if any(mark.at != "level" for mark in subject.marks):
        said.append("Open diamonds: start and end points of the paper’s curves.")
    return said
