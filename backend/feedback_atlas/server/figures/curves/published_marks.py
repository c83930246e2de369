"""Published numbers in a figure of our curves: open diamonds at its edges, dotted levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import PALETTES, rule_colour
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.figures.curves.series import Series
from feedback_atlas.server.figures.curves.traces import Wording


@dataclass(frozen=True, slots=True)
class PublishedMark:
    """A published number of a rule: where a curve begins or ends, or a level that it reached.

    ``value`` is in the axis' unit; ``layer`` None for measures of the whole network.
    """

    rule: str
    layer: str | None
    at: Literal["first", "last", "level"]
    value: float


def mark_traces(
    marks: Sequence[PublishedMark],
    layer: str | None,
    series: Sequence[Series],
    theme: Theme,
    wording: Wording,
    suffix: str = "",
) -> list[dict[str, Any]]:
    """Return the traces of a panel's marks, those of the rules that it has curves of.

    Args:
        marks: of all panels.
        layer: whose panel it is.
        series: the curves in it.
        theme: of the card it is drawn on.
        wording: of the measure.
        suffix: of the panel's axes.
    """
    ends = [float(x) for one in series for _, (xs, _) in one.seeds for x in (xs[0], xs[-1])]
    present = {one.rule for one in series}
    return [
        _trace(mark, (min(ends), max(ends)), theme, wording)
        | {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        for mark in marks
        if mark.layer == layer and mark.rule in present
    ]


def _trace(
    mark: PublishedMark, ends: tuple[float, float], theme: Theme, wording: Wording
) -> dict[str, Any]:
    name = RULES[mark.rule].name
    colour = rule_colour(mark.rule, theme)
    places = ends if mark.at == "level" else (ends[0 if mark.at == "first" else 1],)
    drawn: dict[str, Any] = (
        {"mode": "lines", "line": {"color": colour, "width": 1.5, "dash": "dot"}}
        if mark.at == "level"
        else {
            "mode": "markers",
            "cliponaxis": False,
            "marker": {
                "symbol": "diamond", "size": 9, "color": PALETTES[theme].card,
                "line": {"color": colour, "width": 2},
            },
        }
    )  # fmt: skip
    return drawn | {
        "type": "scatter",
        "x": typed(np.array(places, dtype=np.float64)),
        "y": typed(np.full(len(places), float(mark.value))),
        "name": f"{name}, the paper’s",
        "legendgroup": name,
        "showlegend": False,
        "hovertemplate": (
            f"{name}, the paper’s <b>%{{y:.{wording.digits}f}}{wording.unit}</b><extra></extra>"
        ),
    }
