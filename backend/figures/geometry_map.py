"""Representations as points on a map whose distances stand for theirs."""

from __future__ import annotations

from typing import Any

import numpy as np

from backend.catalog import RULES
from backend.figures.data import Cell, Figure, GeometryMap, MapPoint, Table, Theme, Width
from backend.figures.epochs import epoch_phrase
from backend.figures.many_layers import short_name
from backend.figures.theme import PALETTES, layout, rule_colour
from backend.figures.typed_arrays import typed

_HEIGHT: dict[Width, int] = {"wide": 430, "medium": 400, "narrow": 340}
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "pentagon", "hexagon")
UNTRAINED = "Untrained"


def geometry_map(data: GeometryMap, theme: Theme = "light", width: Width = "wide") -> Figure:
    """Draw the map: a colour a rule, a symbol a layer.

    Args:
        data: the points; a line joins a layer's epochs where they are a trajectory.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        One scale for both axes, since only distances mean something.
    """
    palette = PALETTES[theme]
    top, bottom = 62, 16
    page = layout(theme, height=_HEIGHT[width], left=10, right=10, top=top, bottom=bottom)
    hidden = {"visible": False, "zeroline": False}
    page["xaxis"] = hidden | {"scaleanchor": "y", "constrain": "domain"}
    page["yaxis"] = hidden | {"constrain": "domain"}
    page["hovermode"] = "closest"
    page |= {
        "showlegend": True,
        "legend": {
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom",
            "itemclick": False, "itemdoubleclick": False, "entrywidth": 0, "tracegroupgap": 0,
            "font": {"color": palette.muted, "size": 11},
        },
    }  # fmt: skip
    traces: list[dict[str, Any]] = []
    if data.kind == "trajectory":
        traces += _paths(data, theme)
    rules = [*RULES.in_order(p.rule for p in data.points if p.rule is not None), None]
    for rule in rules:
        traces += _points(data, rule, theme)
    traces += [
        _key(UNTRAINED if rule is None else RULES[rule].name, "circle", _colour(rule, theme))
        for rule in rules
        if any(point.rule == rule for point in data.points)
    ]
    traces += [
        _key(short_name(layer), _symbol(data, layer), palette.muted) for layer in data.layers
    ]
    which = (
        f"networks over training, seed {data.points[0].seed}"
        if data.kind == "trajectory"
        else f"every network, {epoch_phrase(data.epoch)}, and its untrained beginning"
    )
    left_out = f" {data.left_out} without a distance left out." if data.left_out else ""
    return Figure(
        name="geometry-map",
        title="Map of representations",
        caption=(
            f"Layers of {which}; {data.n_images:,} probe images. Near points arrange the images "
            "alike: distances are angles between centred Gram matrices (arccos of biased CKA), "
            f"drawn in two dimensions with stress {data.stress:.2f}.{left_out}"
        ),
        plotly={"data": traces, "layout": page},
        table=_table(data, by_id=False),
        csv=_table(data, by_id=True),
    )


def _points(data: GeometryMap, rule: str | None, theme: Theme) -> list[dict[str, Any]]:
    mine = [index for index, point in enumerate(data.points) if point.rule == rule]
    if not mine:
        return []
    places = data.coordinates[mine]
    latest = max(data.points[index].epoch for index in mine)
    moving = data.kind == "trajectory" and rule is not None
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": typed(np.ascontiguousarray(places[:, 0])),
            "y": typed(np.ascontiguousarray(places[:, 1])),
            "marker": {
                "color": _colour(rule, theme),
                "symbol": [_symbol(data, data.points[index].layer) for index in mine],
                "size": [
                    6 if moving and data.points[index].epoch < latest else 11 for index in mine
                ],
                "opacity": 0.85,
                "line": {"width": 1, "color": PALETTES[theme].card},
            },
            "customdata": [_words(data.points[index]) for index in mine],
            "hovertemplate": "%{customdata}<extra></extra>",
            "showlegend": False,
        }
    ]


def _paths(data: GeometryMap, theme: Theme) -> list[dict[str, Any]]:
    """A line a rule and layer, from the untrained network through its epochs."""
    traces = []
    for rule in dict.fromkeys(point.rule for point in data.points if point.rule is not None):
        for layer in data.layers:
            steps = [
                (point.epoch, index)
                for index, point in enumerate(data.points)
                if point.layer == layer and point.rule in (rule, None)
            ]
            places = data.coordinates[[index for _, index in sorted(steps)]]
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": typed(np.ascontiguousarray(places[:, 0])),
                    "y": typed(np.ascontiguousarray(places[:, 1])),
                    "line": {"color": rule_colour(rule, theme), "width": 1.25},
                    "opacity": 0.6,
                    "hoverinfo": "skip",
                    "showlegend": False,
                }
            )
    return traces


def _key(name: str, symbol: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [None],
        "y": [None],
        "marker": {"symbol": symbol, "color": colour, "size": 9},
        "hoverinfo": "skip",
        "showlegend": True,
    }


def _colour(rule: str | None, theme: Theme) -> str:
    return PALETTES[theme].muted if rule is None else rule_colour(rule, theme)


def _symbol(data: GeometryMap, layer: str) -> str:
    return _SYMBOLS[data.layers.index(layer) % len(_SYMBOLS)]


def _words(point: MapPoint) -> str:
    name = UNTRAINED if point.rule is None else RULES[point.rule].name
    return f"<b>{name}</b>, {point.layer}<br>seed {point.seed}, epoch {point.epoch}"


def _table(data: GeometryMap, *, by_id: bool) -> Table:
    untrained = "untrained" if by_id else UNTRAINED
    rows: list[tuple[Cell, ...]] = []
    for point, (x, y) in zip(data.points, data.coordinates.tolist(), strict=True):
        rule = untrained if point.rule is None else point.rule if by_id else RULES[point.rule].name
        rows.append((rule, point.seed, point.layer, point.epoch, x, y))
    if by_id:
        return Table(("rule", "seed", "layer", "epoch", "x_radians", "y_radians"), tuple(rows))
    heads = ("Rule", "Seed", "Layer", "Epoch", "x (rad)", "y (rad)")
    return Table(heads, tuple(rows), (None, 0, None, 0, 3, 3))
