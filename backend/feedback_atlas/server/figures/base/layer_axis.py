"""Legible figures of deep networks: short names, large cells, a choice of layers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from feedback_atlas.server.figures.base.figure import Width

# The least width in pixels of a card of each kind.
CARD: dict[Width, int] = {"wide": 800, "medium": 480, "narrow": 320}

# Pixels: one character of a tick label, a tick label's line, a cell that is seen as one, and a
# cell that has room for a number.
CHARACTER = 6.5
_LABEL_LINE = 12
_SMALLEST_CELL = 11
_CELL_WITH_NUMBER = 24

_HEIGHT: dict[Width, int] = {"wide": 220, "medium": 200, "narrow": 132}
_ROW: dict[Width, int] = {"wide": 15, "medium": 15, "narrow": 12}
_MOST_COLUMNS: dict[Width, int] = {"wide": 4, "medium": 2, "narrow": 2}
# Where numbers would need a single, very tall column, the colours and the hover have to do.
_FEWEST_COLUMNS_WITH_NUMBERS: dict[Width, int] = {"wide": 2, "medium": 1, "narrow": 1}
# Matrices in a row: so many that all are drawn, and of more, so many that long names have room.
_ALL_MATRICES: dict[Width, int] = {"wide": 6, "medium": 5, "narrow": 5}
_CHOSEN_MATRICES: dict[Width, int] = {"wide": 6, "medium": 4, "narrow": 4}


@dataclass(frozen=True, slots=True)
class HeatmapShape:
    """Layout of layer-by-layer heatmaps: panels per row, their height, numbers or none."""

    columns: int
    panel_height: int
    numbers: bool


def heatmap_shape(
    layers: int, panels: int, width: Width, margins: int, *, even: bool = False
) -> HeatmapShape:
    """Choose as many panels beside each other as leave cells that can be read.

    Args:
        layers: of each side of a heatmap.
        panels: how many heatmaps there are.
        width: of the card.
        margins: pixels to the left and right of all panels.
        even: whether panels come in pairs that stay beside each other, or below where one column
            is all there is room for.
    """
    most = min(_MOST_COLUMNS[width], max(panels, 3))
    height = max(_HEIGHT[width], _ROW[width] * layers)
    room = (CARD[width] - margins) / max(layers, 1)
    fewest = _FEWEST_COLUMNS_WITH_NUMBERS[width]
    choices = [n for n in range(most, 0, -1) if not even or n in (1, 2, 4)]
    fill = (lambda columns, _: columns) if even else _level
    for columns in choices:
        if columns >= fewest and room / columns >= _CELL_WITH_NUMBER:
            return HeatmapShape(fill(columns, panels), height, numbers=True)
    for columns in choices:
        if room / columns >= _SMALLEST_CELL:
            return HeatmapShape(fill(columns, panels), height, numbers=False)
    return HeatmapShape(1, height, numbers=False)


def _level(columns: int, panels: int) -> int:
    """Return as many columns as make no more rows and leave the last row as full as can be."""
    return columns if panels <= columns else math.ceil(panels / math.ceil(panels / columns))


def short_name(layer: str) -> str:
    """Return a layer's name short enough for an axis: layer2.0.downsample.0 becomes 2.0.down."""
    if "." not in layer:
        return layer
    return layer.removeprefix("layer").replace(".downsample.0", ".down")


def layer_ticks(layers: Sequence[str], pixels: float) -> dict[str, Any]:
    """Return attributes of a category axis of layers that is so many pixels long.

    Names are short, and only every second, third and so on is set where there is no room for all.
    """
    every = max(1, math.ceil(len(layers) * _LABEL_LINE / pixels))
    shown = list(layers[::every])
    return {"tickmode": "array", "tickvals": shown, "ticktext": [short_name(x) for x in shown]}


def longest_name(layers: Sequence[str]) -> float:
    """Return the pixels that the longest short name takes."""
    return CHARACTER * max((len(short_name(layer)) for layer in layers), default=0)


def shown_layers(layers: int, width: Width) -> list[int]:
    """Choose layers whose matrices are drawn: all, or some evenly spaced from first to last."""
    count = layers if layers <= _ALL_MATRICES[width] else _CHOSEN_MATRICES[width]
    chosen: list[int] = np.linspace(0, layers - 1, count).round().astype(int).tolist()
    return chosen
