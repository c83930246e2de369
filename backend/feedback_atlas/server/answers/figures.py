"""The figure of each answer: estimates with their intervals, layer by layer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from feedback_atlas.server.answers.plots import PLOTS, Plot, Series
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.text import counted, number
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.base.layer_axis import CARD, CHARACTER, layer_ticks, longest_name
from feedback_atlas.server.figures.base.legend import legend, legend_key
from feedback_atlas.server.figures.base.theme import PALETTES, layout, rule_colour
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.results.answers import Answers, Effect

FIGURES = tuple(PLOTS)
_HEIGHT: dict[Width, int] = {"wide": 280, "medium": 300, "narrow": 240}
# Width over which one layer's estimates spread, as a share of the distance between layers.
_SPREAD = 0.62
# Pixels: a legend line, and the marker and margins of an entry.
_LEGEND_LINE, _LEGEND_SIGN = 20, 44
_ARM_NAMES = {"shared": "shared initial weights", "independent": "each rule’s own"}


def draw(name: str, answers: Answers, theme: Theme = "light", width: Width = "wide") -> Figure:
    """Return the figure of an answer, by its name in ``FIGURES``."""
    return _drawn(PLOTS[name](answers), theme, width)


def _drawn(plot: Plot, theme: Theme, width: Width) -> Figure:
    left, right = 58, 16
    room = CARD[width] - left - right
    top = 22 + _LEGEND_LINE * _legend_lines(plot, room)
    upright = len(plot.places) * (longest_name(plot.places) + 1) > room
    bottom = 28 + (round(longest_name(plot.places)) - 12 if upright else 0)
    palette = PALETTES[theme]
    page = layout(
        theme, height=_HEIGHT[width] + top + bottom, left=left, right=right, top=top, bottom=bottom
    )
    ticks = layer_ticks(list(plot.places), room)
    low, high = plot.y_range or _range(plot)
    page |= {
        "hovermode": "closest",
        "xaxis": {
            "showgrid": False, "showline": True, "tickmode": "array",
            "tickvals": [plot.places.index(name) for name in ticks["tickvals"]],
            "ticktext": ticks["ticktext"], "tickangle": -90 if upright else 0,
            "range": [-0.5, len(plot.places) - 0.5],
        },
        "yaxis": {"title": {"text": plot.y_title}, "range": [low, high], "nticks": 7},
        "showlegend": True,
        "legend": legend(theme, y=1.0, yanchor="bottom"),
    }  # fmt: skip
    if plot.no_effect is not None:
        page["shapes"] = [
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1,
                "y0": plot.no_effect, "y1": plot.no_effect,
                "line": {"color": palette.axis, "width": 1, "dash": "dot"},
            }
        ]  # fmt: skip
    traces = [
        trace
        for at, series in enumerate(plot.series)
        for trace in _traces(plot, series, at, theme, high)
    ]
    return Figure(
        name=plot.name,
        title=plot.title,
        caption=plot.caption,
        plotly={"data": (traces + _arm_keys(plot, theme)) if traces else [], "layout": page},
        table=plot.table,
        csv=replace(plot.table, digits=()),
    )


def _legend_lines(plot: Plot, room: int) -> int:
    """Return the number of lines that the legend takes at this width."""
    rules = dict.fromkeys(one.rule for one in plot.series if one.rule is not None)
    arms = dict.fromkeys(one.arm for one in plot.series if one.arm is not None)
    names = [RULES[rule].name for rule in rules] + [_ARM_NAMES[arm] for arm in arms]
    lines, used = 1, 0.0
    for name in names:
        width = _LEGEND_SIGN + CHARACTER * len(name)
        if used + width > room and used:
            lines, used = lines + 1, 0.0
        used += width
    return lines


def _traces(plot: Plot, series: Series, at: int, theme: Theme, top: float) -> list[dict[str, Any]]:
    shift = _SPREAD * ((at + 0.5) / len(plot.series) - 0.5)
    shown = [
        (place, test)
        for place, test in enumerate(series.tests)
        if test is not None and test.estimate is not None
    ]
    if not shown:
        return []
    x = np.array([place + shift for place, _ in shown])
    y = np.array([test.estimate for _, test in shown], dtype=np.float64)
    up = np.array([_beyond(test.high, test.estimate) for _, test in shown])
    down = np.array([_beyond(test.low, test.estimate) for _, test in shown])
    colour = PALETTES[theme].ink if series.rule is None else rule_colour(series.rule, theme)
    name = "All rules" if series.rule is None else RULES[series.rule].name
    of_arm = "" if series.arm is None else f"<br>{_ARM_NAMES[series.arm]}"
    first = next(i for i, one in enumerate(plot.series) if one.rule == series.rule) == at
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": typed(x),
            "y": typed(y),
            "error_y": {
                "type": "data", "symmetric": False, "array": typed(up), "arrayminus": typed(down),
                "color": colour, "thickness": 1.5, "width": 0,
            },
            "marker": {
                "color": colour, "size": 8, "line": {"width": 1.5, "color": colour},
                "symbol": "circle-open" if series.arm == "independent" else "circle",
            },
            "customdata": [f"{plot.places[place]}: {_words(test)}" for place, test in shown],
            "hovertemplate": f"<b>{name}</b>{of_arm}<br>%{{customdata}}<extra></extra>",
            "showlegend": series.rule is not None and first,
        }
    ]  # fmt: skip
    stars = [(place, test) for place, test in shown if test.significant]
    if stars:
        ceiling = plot.ceiling or top
        tops = np.array(
            [
                min(test.high if test.high is not None else test.estimate or 0.0, ceiling)
                for _, test in stars
            ]
        )
        traces.append(
            {
                "type": "scatter",
                "mode": "text",
                "x": typed(np.array([place + shift for place, _ in stars])),
                "y": typed(tops),
                "text": ["∗"] * len(stars),
                "textposition": "top center",
                "textfont": {"color": colour, "size": 14},
                "hoverinfo": "skip",
                "showlegend": False,
                "cliponaxis": False,
            }
        )
    return traces


def _arm_keys(plot: Plot, theme: Theme) -> list[dict[str, Any]]:
    """Return the legend entries of filled and open dots, one per arm in the plot."""
    arms = list(dict.fromkeys(series.arm for series in plot.series if series.arm is not None))
    muted = PALETTES[theme].muted
    return [
        legend_key(
            _ARM_NAMES[arm].capitalize(),
            symbol="circle-open" if arm == "independent" else "circle",
            color=muted,
            size=8,
            line={"width": 1.5, "color": muted},
        )
        for arm in arms
    ]


def _range(plot: Plot) -> tuple[float, float]:
    values = [
        value
        for series in plot.series
        for test in series.tests
        if test is not None
        for value in (test.estimate, test.low, test.high)
        if value is not None
    ] + [0.0]
    low, high = max(min(values), -1.0), min(max(values), 1.0)
    margin = 0.1 * max(high - low, 0.05)
    return low - margin, high + 1.5 * margin


def _beyond(end: float | None, estimate: float | None) -> float:
    return 0.0 if end is None or estimate is None else abs(end - estimate)


def _words(test: Effect) -> str:
    parts = [number(test.estimate or 0.0, 3)]
    if test.low is not None and test.high is not None:
        parts.append(f"95 % interval {number(test.low, 3)} to {number(test.high, 3)}")
    if test.p_adjusted is not None:
        parts.append(f"adjusted p {test.p_adjusted:.3g}")
    return f"{', '.join(parts)} ({counted(test.n_seeds, 'seed')})"
