"""Layer by layer matrices as heatmaps beside each other, one a rule, on one scale."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.figures.base.grid import Grid, axis_suffix, blank, heading, note
from feedback_atlas.server.figures.base.layer_axis import (
    CARD,
    heatmap_shape,
    layer_ticks,
    longest_name,
)
from feedback_atlas.server.figures.base.theme import (
    PALETTES,
    colour_bar,
    colour_scale,
    layout,
    rule_ink,
    text_on,
)
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.figures.similarity.summary import NOTHING, short_number

_GAP: dict[Width, float] = {"wide": 0.02, "medium": 0.04, "narrow": 0.05}


@dataclass(frozen=True, slots=True)
class MatrixPanel:
    """One rule's matrix (n_layers, n_layers), NaN where undefined.

    ``hovers[row][column]`` is what a cell says of itself. ``subtitle`` stands below the rule's
    name. ``undefined`` says why where the matrix as a whole has no value.
    """

    rule: str
    values: NDArray[np.float64]
    hovers: Sequence[Sequence[str]]
    subtitle: str = ""
    undefined: str | None = None


@dataclass(frozen=True, slots=True)
class MatrixScale:
    """Colours from ``low`` to ``high``, with ticks at these values and a title."""

    stops: tuple[str, ...]
    low: float
    high: float
    ticks: tuple[float, ...]
    title: str

    def text_colour(self, value: float) -> str:
        """Return the colour in which a number can be read on a cell of this value."""
        return text_on(self.stops, (value - self.low) / (self.high - self.low))


def layer_heatmaps(
    panels: Sequence[MatrixPanel],
    layers: Sequence[str],
    reference: str,
    scale: MatrixScale,
    theme: Theme,
    width: Width,
    *,
    even: bool = False,
) -> dict[str, Any]:
    """Draw a heatmap a rule, each value written in its cell where cells are large enough.

    Args:
        panels: one a rule.
        layers: names of rows and of columns.
        reference: id of the rule that the columns are of.
        scale: of all panels; a value outside keeps its number and takes the end's colour.
        theme: of the card it is drawn on.
        width: of that card.
        even: whether a row has an even number of panels, which keeps pairs together.

    Returns:
        Plotly JSON; an undefined cell is a dash, or grey, and a matrix without any value says why.
    """
    across = width == "narrow"
    left = 26 + round(max(32, longest_name(layers)))
    subtitled = any(panel.subtitle for panel in panels)
    right, top, bottom = (8 if across else 62), (42 if subtitled else 26), (122 if across else 44)
    shape = heatmap_shape(len(layers), len(panels), width, left + right, even=even)
    gap = 46 if subtitled else 30
    grid = Grid(max(len(panels), 1), shape.columns, shape.panel_height, gap, _GAP[width])
    height = grid.height + top + bottom
    if not panels:
        return blank(NOTHING, theme, height)
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page["plot_bgcolor"] = PALETTES[theme].missing
    page["coloraxis"] = {
        "cmin": scale.low, "cmax": scale.high, "colorscale": colour_scale(scale.stops),
        "colorbar": _bar(scale, grid, len(panels), theme, across),
    }  # fmt: skip
    page["annotations"] = [
        note(
            "The rule’s layer", theme, x=0, y=0.5, xanchor="right", xshift=18 - left, textangle=-90
        ),
    ]
    traces: list[dict[str, Any]] = []
    name = RULES[reference].name
    for index, panel in enumerate(panels):
        row, column = grid.place(index)
        x, y, suffix = grid.column_domain(column), grid.row_domain(row), axis_suffix(index)
        common = {"ticks": "", "showgrid": False, "showline": False, "fixedrange": True}
        pixels = (x[1] - x[0]) * (CARD[width] - left - right)
        page[f"xaxis{suffix}"] = common | layer_ticks(layers, pixels) | {
            "domain": list(x), "anchor": f"y{suffix}", "autotickangles": [0, 90],
            "automargin": "height",
            "showticklabels": grid.is_lowest(index), "type": "category",
            "title": {"text": f"{name}’s layer" if grid.is_lowest(index) else ""},
        }  # fmt: skip
        page[f"yaxis{suffix}"] = common | layer_ticks(layers, shape.panel_height) | {
            "domain": list(y), "anchor": f"x{suffix}", "autorange": "reversed",
            "showticklabels": column == 0, "type": "category", "ticklabelstandoff": 4,
        }  # fmt: skip
        page["annotations"].append(_heading(panel, x, y, theme))
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        traces.append(_heatmap(panel, layers, name) | axes)
        if panel.undefined is not None:
            page["annotations"].append(_why(panel.undefined, pixels, x, y, theme))
        elif shape.numbers:
            size = 10 if width == "narrow" else 11
            traces.append(_numbers(panel, layers, scale, theme, size) | axes)
    return {"data": traces, "layout": page}


def _heading(
    panel: MatrixPanel, x: tuple[float, float], y: tuple[float, float], theme: Theme
) -> dict[str, Any]:
    made = heading(RULES[panel.rule].name, x, y, rule_ink(panel.rule, theme), 13)
    if panel.subtitle:
        muted = PALETTES[theme].muted
        made["text"] += f'<br><span style="font-size:11px;color:{muted}">{panel.subtitle}</span>'
    return made


def _why(
    reason: str, pixels: float, x: tuple[float, float], y: tuple[float, float], theme: Theme
) -> dict[str, Any]:
    lines = textwrap.wrap(f"undefined: {reason}", max(14, int(pixels / 6.5) - 4))
    font = {"color": PALETTES[theme].muted, "size": 11}
    return note("<br>".join(lines), theme, x=sum(x) / 2, y=sum(y) / 2, font=font)


def _bar(scale: MatrixScale, grid: Grid, panels: int, theme: Theme, across: bool) -> dict[str, Any]:
    texts = [f"{tick:g}".replace("-", "−") for tick in scale.ticks]
    bar = colour_bar(theme, across=across, title=scale.title)
    bar |= {"tickvals": list(scale.ticks), "ticktext": texts}
    if across:
        return bar | {"y": -78 / grid.height, "yanchor": "top", "ypad": 0}
    return bar | {"x": grid.column_domain(min(grid.columns, panels) - 1)[1], "len": 1.0, "y": 0.5}


def _heatmap(panel: MatrixPanel, layers: Sequence[str], reference: str) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": list(layers),
        "y": list(layers),
        "z": typed(np.ascontiguousarray(panel.values)),
        "coloraxis": "coloraxis",
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": True,
        "customdata": [list(row) for row in panel.hovers],
        "hovertemplate": (
            f"<b>{RULES[panel.rule].name}</b> %{{y}} · <b>{reference}</b> %{{x}}<br>"
            "%{customdata}<extra></extra>"
        ),
    }


def _numbers(
    panel: MatrixPanel, layers: Sequence[str], scale: MatrixScale, theme: Theme, size: int
) -> dict[str, Any]:
    cells = [(row, column) for row in range(len(layers)) for column in range(len(layers))]
    defined = [bool(np.isfinite(panel.values[cell])) for cell in cells]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [layers[column] for _, column in cells],
        "y": [layers[row] for row, _ in cells],
        "text": [
            short_number(float(panel.values[cell])) if known else "–"
            for cell, known in zip(cells, defined, strict=True)
        ],
        "textfont": {
            "size": size,
            "color": [
                scale.text_colour(float(panel.values[cell])) if known else PALETTES[theme].muted
                for cell, known in zip(cells, defined, strict=True)
            ],
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
