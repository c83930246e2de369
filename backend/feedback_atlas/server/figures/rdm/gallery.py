"""Dissimilarity matrices of a set of images: rules down, layers across, images by class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RDM_DISTANCES, RULES
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.base.grid import Grid, axis_suffix, blank, heading, note
from feedback_atlas.server.figures.base.layer_axis import short_name, shown_layers
from feedback_atlas.server.figures.base.matrix_image import clear_picture, matrix_picture
from feedback_atlas.server.figures.base.text import epoch_phrase
from feedback_atlas.server.figures.base.theme import (
    CIVIDIS,
    PALETTES,
    colour_bar,
    colour_scale,
    layout,
    rule_ink,
)
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.figures.rdm.scale import DisplayScale, own_scale, shared_scale, tick_step
from feedback_atlas.server.figures.rdm.tables import every_pair, mean_of, within_and_between
from feedback_atlas.server.figures.similarity.summary import NOTHING
from feedback_atlas.server.results.types import RdmGallery

_PANEL_HEIGHT: dict[Width, int] = {"wide": 176, "medium": 82, "narrow": 62}
_LEFT: dict[Width, int] = {"wide": 92, "medium": 84, "narrow": 24}
_GAP: dict[Width, int] = {"wide": 6, "medium": 5, "narrow": 4}
_FONT: dict[Width, int] = {"wide": 13, "medium": 12, "narrow": 10}
# Classes that are named in the caption and parted by lines; more are neither.
_MOST_CLASSES = 20


def rdm_gallery(gallery: RdmGallery, theme: Theme = "light", width: Width = "wide") -> Figure:
    """Draw RDMs, one row per rule (the mean over its seeds) and one column per layer.

    Of a network with many layers, some evenly spaced ones are drawn; the table and CSV have all.

    Unitless distances share one colour scale. Others, such as squared Euclidean ones, have no
    common unit: they differ by orders of magnitude between layers and rules, so each matrix has
    its own scale.

    Args:
        gallery: condensed RDMs, images ordered by class.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        Pictures of the matrices in Cividis, linked when zoomed: 25 heatmaps of 500 images would
        take seconds to draw. Each trace's ``meta`` holds its rule, layer, number of images and
        condensed dissimilarities as ``DisplayScale.thousandths``, for the page to read. The table
        has the mean dissimilarity within and between classes, the CSV every pair.
    """
    rules = RULES.in_order(run.rule for run in gallery.runs)
    across = width == "narrow"
    left, right, top, bottom = _LEFT[width], (8 if across else 66), 24, (56 if across else 10)
    shown = shown_layers(len(gallery.layers), width)
    layers = [gallery.layers[index] for index in shown]
    columns = len(layers)
    grid = Grid(
        max(len(rules), 1) * max(columns, 1),
        max(columns, 1),
        _PANEL_HEIGHT[width],
        _GAP[width],
        {"wide": 0.007, "medium": 0.012, "narrow": 0.014}[width],
    )
    height = grid.height + top + bottom
    if not rules or not columns:
        return _figure(gallery, rules, columns, blank(NOTHING, theme, height))
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page["plot_bgcolor"] = PALETTES[theme].missing
    page["modebar"] |= {"remove": ["select2d", "lasso2d"]}
    page |= _axes(grid, len(gallery.labels))
    ink = PALETTES[theme].ink
    page["annotations"] = [
        heading(
            short_name(layer), grid.column_domain(column), grid.row_domain(0), ink, _FONT[width]
        )
        for column, layer in enumerate(layers)
    ] + [_row_name(rule, grid.row_domain(row), theme, width) for row, rule in enumerate(rules)]
    page["shapes"] = [
        _boundaries(gallery.labels, axis_suffix(column), axis_suffix(row), width)
        for row in range(len(rules))
        for column in range(columns)
    ]
    means = np.stack([mean_of(gallery, rule)[shown] for rule in rules])
    distance = RDM_DISTANCES[gallery.distance]
    one_scale = shared_scale(means) if distance.unitless else None
    n_images = len(gallery.labels)
    clear = clear_picture(n_images, n_images)
    page["images"] = []
    traces: list[dict[str, Any]] = []
    for row, rule in enumerate(rules):
        for column, layer in enumerate(layers):
            scale = one_scale or own_scale(means[row, column])
            x, y = axis_suffix(column), axis_suffix(row)
            page["images"].append(_picture(means[row, column], n_images, scale, x, y))
            trace = _cells(means[row, column], n_images, scale, clear)
            trace |= {"xaxis": f"x{x}", "yaxis": f"y{y}"}
            name = RULES[rule].name
            trace["meta"] |= {"rule": name, "layer": layer, "symbol": distance.symbol}
            trace["hovertemplate"] = (
                f"<b>{name}, {layer}</b><br>images %{{y}} and %{{x}}<extra></extra>"
            )
            if not traces:
                bar = _bar(gallery, scale, one_scale, theme, grid, across)
            traces.append(trace)
            if not np.isfinite(means[row, column]).any():
                page["annotations"].append(_dash(grid, row, column, theme))
    return _figure(gallery, rules, columns, {"data": [*traces, bar], "layout": page})


def _axes(grid: Grid, n_images: int) -> dict[str, Any]:
    axes: dict[str, Any] = {}
    common = {"showticklabels": False, "ticks": "", "showgrid": False, "showline": False}
    for column in range(grid.columns):
        linked = {} if column == 0 else {"matches": "x"}
        axes[f"xaxis{axis_suffix(column)}"] = common | linked | {
            "domain": list(grid.column_domain(column)), "range": [-0.5, n_images - 0.5],
            "anchor": f"y{axis_suffix(grid.rows - 1)}",
        }  # fmt: skip
    for row in range(grid.rows):
        linked = {} if row == 0 else {"matches": "y"}
        axes[f"yaxis{axis_suffix(row)}"] = common | linked | {
            "domain": list(grid.row_domain(row)), "range": [n_images - 0.5, -0.5],
            "anchor": "x", "scaleanchor": False,
        }  # fmt: skip
    return axes


def _cells(
    condensed: NDArray[np.float64], n_images: int, scale: DisplayScale, clear: str
) -> dict[str, Any]:
    """Return the cells under the pointer; plotly.js takes the picture below apart here."""
    return {
        "type": "image",
        "source": clear,
        "meta": {
            "images": n_images,
            "thousandths": typed(scale.thousandths(condensed)),
            "exponent": scale.exponent,
        },
    }


def _picture(
    condensed: NDArray[np.float64], n_images: int, scale: DisplayScale, x: str, y: str
) -> dict[str, Any]:
    return {
        "source": matrix_picture(square(condensed, n_images), scale.top, CIVIDIS),
        "xref": f"x{x}", "yref": f"y{y}", "x": -0.5, "y": -0.5, "sizex": n_images,
        "sizey": n_images, "xanchor": "left", "yanchor": "top", "layer": "below",
        "sizing": "stretch",
    }  # fmt: skip


def square(condensed: NDArray[np.float64], n_images: int) -> NDArray[np.float64]:
    """Unfold a condensed RDM, (n * (n - 1) / 2,) -> (n, n); the diagonal is 0 where anything is."""
    full = np.full((n_images, n_images), 0.0 if np.isfinite(condensed).any() else np.nan)
    rows, columns = np.triu_indices(n_images, k=1)
    full[rows, columns] = full[columns, rows] = condensed
    return full


def _boundaries(labels: NDArray[np.int64], x: str, y: str, width: Width) -> dict[str, Any]:
    edges = (np.flatnonzero(np.diff(labels)) + 0.5).tolist()
    if len(edges) >= _MOST_CLASSES:  # Lines would hide what lies between them.
        edges = []
    low, high = -0.5, len(labels) - 0.5
    parts = [f"M{edge},{low}L{edge},{high}M{low},{edge}L{high},{edge}" for edge in edges]
    return {
        "type": "path",
        "path": "".join(parts) or f"M{low},{low}",
        "xref": f"x{x}",
        "yref": f"y{y}",
        "line": {"color": "#ffffff", "width": 0.5},
        "opacity": 0.35 if width == "wide" else 0.2,
        "layer": "above",
    }


def _row_name(rule: str, domain: tuple[float, float], theme: Theme, width: Width) -> dict[str, Any]:
    place: dict[str, Any] = {"x": 0.0, "xanchor": "right", "y": sum(domain) / 2, "xshift": -8}
    if width == "narrow":
        place |= {"textangle": -90, "xshift": -4}
    font = {"color": rule_ink(rule, theme), "size": _FONT[width]}
    return note(f"<b>{RULES[rule].name}</b>", theme, yanchor="middle", font=font, **place)


def _bar(
    gallery: RdmGallery,
    scale: DisplayScale,
    one: DisplayScale | None,
    theme: Theme,
    grid: Grid,
    across: bool,
) -> dict[str, Any]:
    distance = RDM_DISTANCES[gallery.distance]
    if one is None:
        title, ticks = f"{distance.symbol.capitalize()}, 0 to each matrix’s P99", [0.0, scale.top]
        names = ["0", "P99"]
    else:
        title = distance.name
        step = tick_step(one.top)
        ticks = [step * k for k in range(int(one.top / step + 1e-9) + 1)]
        names = [f"{tick:.1f}" for tick in ticks]
    bar = colour_bar(theme, across=across, title=title)
    bar |= {"tickvals": ticks, "ticktext": names}
    if across:
        bar |= {"y": -6 / grid.height, "yanchor": "top", "ypad": 0}
    else:
        bar |= {"len": min(1.0, 260 / grid.height), "y": 1.0, "yanchor": "top"}
    # A point that is not drawn: pictures have no colour bar of their own.
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None],
        "y": [None],
        "hoverinfo": "skip",
        "marker": {
            "color": [0.0], "cmin": 0.0, "cmax": scale.top, "colorscale": colour_scale(CIVIDIS),
            "showscale": True, "colorbar": bar,
        },
    }  # fmt: skip


def _dash(grid: Grid, row: int, column: int, theme: Theme) -> dict[str, Any]:
    middle = [sum(grid.column_domain(column)) / 2, sum(grid.row_domain(row)) / 2]
    return note("–<br>undefined", theme, x=middle[0], y=middle[1])


def _figure(gallery: RdmGallery, rules: list[str], columns: int, plotly: dict[str, Any]) -> Figure:
    distance = RDM_DISTANCES[gallery.distance]
    counts = {sum(run.rule == rule for run in gallery.runs) for rule in rules}
    seeds = "One seed per rule." if counts <= {1} else "Mean over each rule’s seeds."
    drawn = (
        f" {columns} of {len(gallery.layers)} layers are shown, evenly spaced from first "
        "to last; the table contains all."
        if columns < len(gallery.layers)
        else ""
    )
    scale = (
        "One colour scale for all, from 0 to the 99.9th percentile."
        if distance.unitless
        else "Magnitudes differ by layer and rule, so each matrix is coloured from 0 to its own "
        "99th percentile (P99); the table lists these values."
    )
    return Figure(
        name="rdms",
        title="Dissimilarity matrices",
        caption=(
            f"{distance.name} of the {len(gallery.labels):,} probe images, "
            f"{epoch_phrase(gallery.epoch)}, sorted by class: {_classes(gallery)}. "
            f"{scale} {seeds}{drawn}"
        ),
        plotly=plotly,
        table=within_and_between(gallery, rules),
        csv=every_pair(gallery),
    )


def _classes(gallery: RdmGallery) -> str:
    names = [gallery.class_names[label] for label in dict.fromkeys(gallery.labels.tolist())]
    if len(names) <= _MOST_CLASSES:
        return ", ".join(names)
    return f"{', '.join(names[:3])} and {len(names) - 3} more"
