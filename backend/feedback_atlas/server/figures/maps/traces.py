"""The dots and paths of a map, in two or three dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import PALETTES, rule_colour
from feedback_atlas.server.results.types import GeometryMap, MapPoint

UNTRAINED = "Untrained"
# What scatter3d draws on every machine: its other signs are letters that a font may lack.
_SYMBOLS = (
    "circle", "square", "diamond", "cross", "circle-open", "square-open", "diamond-open",
)  # fmt: skip
# Diameters in pixels: a place that was left, and where a network is; in three dimensions less.
LEFT, HERE = 5.0, 11.0
_SOLID_SHARE = 0.6
_DIGITS = 5

Place = tuple[MapPoint, NDArray[np.float64]]


def dots(places: Sequence[Place], data: GeometryMap, theme: Theme) -> dict[str, Any]:
    """Return a trace of networks at one epoch, all of one rule or all untrained."""
    rule = places[0][0].rule
    return _trace(places, data, theme, [HERE] * len(places)) | {
        "mode": "markers",
        "name": UNTRAINED if rule is None else RULES[rule].name,
    }


def paths(places: Sequence[Place], data: GeometryMap, theme: Theme) -> dict[str, Any]:
    """Return a trace of one rule's networks over training, a path a layer and seed.

    ``meta.epochs`` has the epoch of every point and, as the coordinates, null between two paths:
    by it a page shows training up to an epoch.
    """
    rule = places[0][0].rule
    assert rule is not None
    joined: list[Place | None] = []
    sizes: list[float] = []
    of_path = {(point.seed, point.layer): None for point, _ in places if point.rule == rule}
    for seed, layer in of_path:
        steps = sorted(
            (place for place in places if (place[0].seed, place[0].layer) == (seed, layer)),
            key=lambda place: place[0].epoch,
        )
        if joined:
            joined.append(None)
            sizes.append(0.0)
        joined += steps
        sizes += [LEFT] * (len(steps) - 1) + [HERE]
    several = len({seed for seed, _ in of_path}) > 1
    colour = rule_colour(rule, theme)
    return _trace(joined, data, theme, sizes) | {
        "mode": "lines+markers",
        "name": RULES[rule].name,
        "line": {
            "color": colour,
            "width": (1 if several else 1.5) * (2 if _is_solid(places) else 1),
        },
        "connectgaps": False,
        "meta": {"epochs": [None if place is None else place[0].epoch for place in joined]},
    }


def symbol(data: GeometryMap, layer: str) -> str:
    """Return the symbol of a layer."""
    return _SYMBOLS[data.layers.index(layer) % len(_SYMBOLS)]


def colour_of(rule: str | None, theme: Theme) -> str:
    """Return a rule's colour; grey for untrained networks."""
    return PALETTES[theme].muted if rule is None else rule_colour(rule, theme)


def _trace(
    places: Sequence[Place | None], data: GeometryMap, theme: Theme, sizes: Sequence[float]
) -> dict[str, Any]:
    there = [place for place in places if place is not None]
    rule = there[-1][0].rule
    solid = _is_solid(there)
    share = _SOLID_SHARE if solid else 1.0
    layers = [data.layers[0] if place is None else place[0].layer for place in places]
    return {
        axis: [None if place is None else round(float(place[1][at]), _DIGITS) for place in places]
        for at, axis in enumerate("xyz" if solid else "xy")
    } | {
        "type": "scatter3d" if solid else "scatter",
        "marker": {
            "color": colour_of(rule, theme),
            "symbol": [symbol(data, layer) for layer in layers],
            "size": [share * size for size in sizes],
            "opacity": 0.9,
            "line": {"width": 0 if solid else 1, "color": PALETTES[theme].card},
        },
        "customdata": ["" if place is None else _words(place[0]) for place in places],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }


def _is_solid(places: Sequence[Place]) -> bool:
    return len(places[0][1]) == 3


def _words(point: MapPoint) -> str:
    name = UNTRAINED if point.rule is None else RULES[point.rule].name
    return f"<b>{name}</b>, {point.layer}<br>seed {point.seed}, epoch {point.epoch}"
