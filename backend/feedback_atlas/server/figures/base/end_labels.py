"""Lines named at their right ends instead of in a legend, without overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import rule_ink

# Height in pixels of one line of label text with its leading.
LINE = 15


def spread(
    positions: Sequence[float], gap: float, lower: float, upper: float
) -> NDArray[np.float64]:
    """Move positions apart as little as possible.

    Args:
        positions: (n,) in any order.
        gap: least distance between two of them; smaller where they would not fit otherwise.
        lower: least position allowed.
        upper: greatest position allowed.

    Returns:
        (n,) new positions in the given order, keeping their ranks: the least-squares solution,
        by pooling neighbours that are too close (de Leeuw et al. 2009, isotonic regression).
    """
    wanted = np.asarray(positions, dtype=np.float64)
    count = len(wanted)
    if count == 0:
        return wanted
    if count > 1:
        gap = min(gap, (upper - lower) / (count - 1))
    order = np.argsort(wanted, kind="stable")
    offsets = gap * np.arange(count)
    pools: list[tuple[float, int]] = []
    for target in wanted[order] - offsets:
        mean, size = float(target), 1
        while pools and pools[-1][0] > mean:
            previous, members = pools.pop()
            mean = (mean * size + previous * members) / (size + members)
            size += members
        pools.append((mean, size))
    settled = np.concatenate([np.full(size, mean) for mean, size in pools])
    settled = np.clip(settled, lower, upper - offsets[-1]) + offsets
    moved = np.empty(count)
    moved[order] = settled
    return moved


def end_labels(
    ends: Mapping[str, float],
    y_range: tuple[float, float],
    pixels: int,
    theme: Theme,
    *,
    others: Mapping[str, tuple[float, str]] | None = None,
) -> list[dict[str, Any]]:
    """Return annotations that name rules at the right edge of a plot.

    Args:
        ends: rule id to the y value, in axis units, at which its line ends.
        y_range: the y axis from bottom to top.
        pixels: height of the plotting area.
        theme: light or dark.
        others: what is no rule: its name to where its line ends and its colour.
    """
    named = [(RULES[rule].name, value, rule_ink(rule, theme)) for rule, value in ends.items()]
    named += [(name, value, colour) for name, (value, colour) in (others or {}).items()]
    if not named:
        return []
    bottom, top = y_range
    scale = pixels / (top - bottom)
    heights = [(value - bottom) * scale for _, value, _ in named]
    places = spread(heights, LINE, LINE / 2, pixels - LINE / 2)
    return [
        {
            "text": name,
            "x": 1.0,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 8,
            "y": bottom + float(place) / scale,
            "yref": "y",
            "yanchor": "middle",
            "showarrow": False,
            "font": {"color": colour, "size": 12},
        }
        for (name, _, colour), place in zip(named, places, strict=True)
    ]
