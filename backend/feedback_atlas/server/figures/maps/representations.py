"""Representations as points on a map whose distances stand for theirs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.text import seed_ranges
from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width
from feedback_atlas.server.figures.base.layer_axis import short_name
from feedback_atlas.server.figures.base.legend import legend, legend_key
from feedback_atlas.server.figures.base.text import epoch_phrase
from feedback_atlas.server.figures.base.theme import PALETTES, layout
from feedback_atlas.server.figures.maps.traces import (
    UNTRAINED,
    Place,
    colour_of,
    dots,
    paths,
    symbol,
)
from feedback_atlas.server.results.types import GeometryMap

_HEIGHT: dict[Width, int] = {"wide": 520, "medium": 440, "narrow": 400}
# Kept free around the points, as a share of the longest side.
_AIR = 0.06


def geometry_map(
    data: GeometryMap, theme: Theme = "light", width: Width = "wide", dimensions: int = 2
) -> Figure:
    """Draw the map: a colour a rule, a symbol a layer.

    Args:
        data: the points; a line joins a layer's epochs where they are a trajectory.
        theme: of the card it is drawn on.
        width: of that card.
        dimensions: 2 or 3; 2 where there is no map in 3.

    Returns:
        One scale for all axes, since only distances mean something. ``layout.meta.epochs`` has
        the epochs of a trajectory.
    """
    solid = dimensions == 3 and data.solid is not None
    coordinates = data.solid if solid and data.solid is not None else data.coordinates
    places: list[Place] = list(zip(data.points, coordinates, strict=True))
    page = layout(theme, height=_HEIGHT[width], left=8, right=8, top=_top(data, width), bottom=8)
    page |= _space(coordinates, theme) if solid else _plane(coordinates)
    page["hovermode"] = "closest"
    page |= {
        "showlegend": True,
        "legend": legend(
            theme, y=1, yref="container", yanchor="top", tracegroupgap=0, itemsizing="constant"
        ),
    }
    rules = [*RULES.in_order(p.rule for p in data.points if p.rule is not None), None]
    moving = data.kind == "trajectory"
    traces: list[dict[str, Any]] = []
    for rule in rules:
        own = [place for place in places if place[0].rule == rule]
        if own and moving and rule is not None:
            began = [place for place in places if place[0].rule is None]
            traces.append(paths([*own, *began], data, theme))
        elif own:
            traces.append(dots(own, data, theme))
    signs: dict[str, Any] = {"axes": "xyz", "size": 6} if solid else {"size": 9}
    traces += [
        legend_key(
            UNTRAINED if rule is None else RULES[rule].name,
            symbol="circle",
            color=colour_of(rule, theme),
            **signs,
        )
        for rule in rules
        if any(point.rule == rule for point in data.points)
    ]
    grey = PALETTES[theme].muted
    traces += [
        legend_key(short_name(layer), symbol=symbol(data, layer), color=grey, **signs)
        for layer in data.layers
    ]
    if moving:
        page["meta"] = {"epochs": sorted({point.epoch for point in data.points})}
    return Figure(
        name="geometry-map",
        title="Map of representations",
        caption=_caption(data, solid=solid),
        plotly={"data": traces, "layout": page},
        table=_table(data, coordinates, by_id=False),
        csv=_table(data, coordinates, by_id=True),
    )


def _top(data: GeometryMap, width: Width) -> int:
    """Return the legend's height in pixels; it breaks its lines where the card is narrow."""
    entries = len({point.rule for point in data.points}) + len(data.layers)
    a_line = {"wide": 9, "medium": 6, "narrow": 3}[width]
    return 12 + 20 * -(-entries // a_line)


def _ranges(coordinates: NDArray[np.float64]) -> list[list[float]]:
    """Return fixed ranges, so that a map stays where it is while training is played."""
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    air = _AIR * max(float((high - low).max()), 1e-6)
    ranges: list[list[float]] = np.stack([low - air, high + air], axis=1).tolist()
    return ranges


def _plane(coordinates: NDArray[np.float64]) -> dict[str, Any]:
    x, y = _ranges(coordinates)
    hidden = {"visible": False, "zeroline": False, "constrain": "domain"}
    return {
        "xaxis": hidden | {"scaleanchor": "y", "range": x},
        "yaxis": hidden | {"range": y},
    }


def _space(coordinates: NDArray[np.float64], theme: Theme) -> dict[str, Any]:
    ranges = _ranges(coordinates)
    spans = [high - low for low, high in ranges]
    quiet = {
        "title": {"text": ""}, "showticklabels": False, "ticks": "", "zeroline": False,
        "showspikes": False, "showbackground": False, "gridcolor": PALETTES[theme].axis,
    }  # fmt: skip
    return {
        "scene": {
            "aspectmode": "manual",
            "aspectratio": {
                axis: span / max(spans) for axis, span in zip("xyz", spans, strict=True)
            },
            "camera": {"eye": {"x": 1.1, "y": 1.1, "z": 0.7}},
            "dragmode": "orbit",
            **{
                f"{axis}axis": quiet | {"range": limits}
                for axis, limits in zip("xyz", ranges, strict=True)
            },
        }
    }


def _caption(data: GeometryMap, *, solid: bool) -> str:
    seeds = sorted({point.seed for point in data.points})
    which = (
        f"networks over training, {seed_ranges(seeds)}"
        if data.kind == "trajectory"
        else f"every network, {epoch_phrase(data.epoch)}, and at initialisation"
    )
    stress = f"stress {data.stress:.2f} in two dimensions"
    if data.solid_stress is not None:
        stress += f", {data.solid_stress:.2f} in three"
    left_out = f" {data.left_out} without a distance omitted." if data.left_out else ""
    return (
        f"Layers of {which}; {data.n_images:,} probe images. Nearby points represent the "
        "images similarly: distances are angles between centred Gram matrices (arccos of "
        f"biased CKA), drawn in {'three' if solid else 'two'} dimensions "
        f"({stress}).{left_out}"
    )


def _table(data: GeometryMap, coordinates: NDArray[np.float64], *, by_id: bool) -> Table:
    untrained = "untrained" if by_id else UNTRAINED
    axes = "xyz"[: coordinates.shape[1]]
    rows: list[tuple[Cell, ...]] = []
    for point, place in zip(data.points, coordinates.tolist(), strict=True):
        rule = untrained if point.rule is None else point.rule if by_id else RULES[point.rule].name
        rows.append((rule, point.seed, point.layer, point.epoch, *place))
    if by_id:
        heads = tuple(f"{axis}_radians" for axis in axes)
        return Table(("rule", "seed", "layer", "epoch", *heads), tuple(rows))
    heads = tuple(f"{axis} (rad)" for axis in axes)
    digits = (None, 0, None, 0, *(3 for _ in axes))
    return Table(("Rule", "Seed", "Layer", "Epoch", *heads), tuple(rows), digits)
