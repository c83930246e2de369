"""The probe's images as points, as one layer of one or two networks arranges them."""

from __future__ import annotations

from typing import Any

import numpy as np

from feedback_atlas.server.catalog import RDM_DISTANCES, RULES
from feedback_atlas.server.figures.base.class_markers import class_keys, colour, symbol
from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width
from feedback_atlas.server.figures.base.grid import Grid, axis_suffix, heading
from feedback_atlas.server.figures.base.layer_axis import CARD
from feedback_atlas.server.figures.base.legend import legend
from feedback_atlas.server.figures.base.text import epoch_phrase, plain
from feedback_atlas.server.figures.base.theme import PALETTES, layout, rule_ink
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.results.types import ImageSpace

_PANEL_HEIGHT: dict[Width, int] = {"wide": 440, "medium": 300, "narrow": 300}
_MARKER: dict[Width, int] = {"wide": 9, "medium": 7, "narrow": 7}
_SIDE = 8
_TOP = 26
_LEGEND_LINE = 20
# Pixels of a legend's entry besides its name, and of a character of that.
_ENTRY, _CHARACTER = 44, 6.2
# Room around the outermost points, as a share of the map's size.
_ROOM = 0.05


def image_space(data: ImageSpace, theme: Theme = "light", width: Width = "wide") -> Figure:
    """Draw the maps beside each other (below each other in a narrow card), one scale for all.

    Args:
        data: one or two maps of the same images.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        A symbol and a colour a class. The points of a map are one trace, its ``customdata`` the
        images' positions in the probe; lassoed points stand out from the rest.
    """
    count = len(data.runs)
    grid = Grid(count, 1 if width == "narrow" else count, _PANEL_HEIGHT[width], 34, 0.03)
    shown = sorted(set(data.labels.tolist()))
    keys = class_keys(shown, data.class_names, theme)
    named = sum(_ENTRY + _CHARACTER * len(data.class_names[label]) for label in shown)
    lines = int(np.ceil(named / (CARD[width] - 2 * _SIDE))) if keys else 0
    bottom = 8 + lines * _LEGEND_LINE
    page = layout(
        theme, height=grid.height + _TOP + bottom, left=_SIDE, right=_SIDE, top=_TOP, bottom=bottom
    )
    page |= _axes(data, grid, theme)
    page |= {
        "hovermode": "closest",
        "dragmode": "lasso",
        "showlegend": bool(keys),
        "legend": legend(theme, y=-4 / grid.height, yanchor="top", tracegroupgap=0),
        "annotations": [
            heading(
                RULES[run.rule].name,
                grid.column_domain(grid.place(index)[1]),
                grid.row_domain(grid.place(index)[0]),
                rule_ink(run.rule, theme),
                13,
            )
            for index, run in enumerate(data.runs)
        ],
    }
    traces = [_points(data, index, theme, width) for index in range(count)]
    return Figure(
        name="image-space",
        title="Image space",
        caption=_caption(data),
        plotly={"data": [*traces, *keys], "layout": page},
        table=_table(data, by_id=False),
        csv=_table(data, by_id=True),
    )


def _axes(data: ImageSpace, grid: Grid, theme: Theme) -> dict[str, Any]:
    low, high = data.coordinates.min(axis=(0, 1)), data.coordinates.max(axis=(0, 1))
    room = _ROOM * float((high - low).max())
    # A frame says where one map ends; ticks would say that directions mean something.
    common = {
        "showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False,
        "showline": True, "mirror": True, "linecolor": PALETTES[theme].grid,
    }  # fmt: skip
    axes: dict[str, Any] = {}
    for panel in range(grid.panels):
        row, column = grid.place(panel)
        suffix = axis_suffix(panel)
        linked = panel > 0
        axes[f"xaxis{suffix}"] = common | {
            "domain": list(grid.column_domain(column)), "anchor": f"y{suffix}",
            "range": [low[0] - room, high[0] + room],
        } | ({"matches": "x"} if linked else {})  # fmt: skip
        axes[f"yaxis{suffix}"] = common | {
            "domain": list(grid.row_domain(row)), "anchor": f"x{suffix}",
            "range": [low[1] - room, high[1] + room],
        } | ({"matches": "y"} if linked else {"scaleanchor": "x"})  # fmt: skip
    return axes


def _points(data: ImageSpace, index: int, theme: Theme, width: Width) -> dict[str, Any]:
    labels = data.labels.tolist()
    places = data.coordinates[index]
    suffix = axis_suffix(index)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": RULES[data.runs[index].rule].name,
        "x": typed(np.ascontiguousarray(places[:, 0])),
        "y": typed(np.ascontiguousarray(places[:, 1])),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "customdata": data.images.tolist(),
        "text": [plain(data.class_names[label]) for label in labels],
        "hovertemplate": "<b>%{text}</b><br>image %{customdata}<extra></extra>",
        "marker": {
            "symbol": [symbol(label) for label in labels],
            "color": [colour(label, theme) for label in labels],
            "size": _MARKER[width],
            "opacity": 0.85,
            "line": {"width": 0.5, "color": PALETTES[theme].card},
        },
        "selected": {"marker": {"opacity": 1.0}},
        "unselected": {"marker": {"opacity": 0.15}},
        "showlegend": False,
    }


def _caption(data: ImageSpace) -> str:
    names = " and ".join(RULES[run.rule].name for run in data.runs)
    stresses = " and ".join(f"{stress:.2f}" for stress in data.stress)
    drawn = (
        f"{len(data.images) + data.left_out:,} of {data.n_images:,} probe images, evenly spaced"
        if len(data.images) + data.left_out < data.n_images
        else f"the {data.n_images:,} probe images"
    )
    left_out = f" {data.left_out:,} without a dissimilarity omitted." if data.left_out else ""
    laid = (
        f" {RULES[data.runs[1].rule].name}’s map is rotated, reflected and scaled to fit "
        f"the first; Procrustes residual {data.disparity[1]:.2f} (0 is the same "
        "arrangement, 1 nothing in common)."
        if len(data.runs) > 1
        else ""
    )
    return (
        f"How {data.layer} of {names}, seed {data.runs[0].seed}, "
        f"{epoch_phrase(data.epoch)}, arranges {drawn}. Nearby images are represented "
        "similarly: distances are square roots of dissimilarities "
        f"({RDM_DISTANCES[data.distance].name}), drawn in two dimensions with stress "
        f"{stresses}.{laid}{left_out}"
    )


def _table(data: ImageSpace, *, by_id: bool) -> Table:
    heads = ["image", "class"] if by_id else ["Image", "Class"]
    for run in data.runs:
        name = run.rule if by_id else RULES[run.rule].name
        heads += [f"{name}_x", f"{name}_y"] if by_id else [f"{name}, x", f"{name}, y"]
    columns: list[list[Cell]] = [
        data.images.tolist(),
        [data.class_names[label] for label in data.labels.tolist()],
        *(places[:, axis].tolist() for places in data.coordinates for axis in (0, 1)),
    ]
    if len(data.runs) > 1:
        heads.append("moved" if by_id else "Moved")
        apart = np.linalg.norm(data.coordinates[1] - data.coordinates[0], axis=1)
        columns.append(apart.tolist())
    digits = (0, None, *(3 for _ in columns[2:]))
    return Table(tuple(heads), tuple(zip(*columns, strict=True)), digits)
