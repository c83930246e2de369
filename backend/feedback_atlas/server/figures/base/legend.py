"""Legends that only explain, and entries that stand for no trace."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import PALETTES


def legend(theme: Theme, **place: Any) -> dict[str, Any]:
    """Return a legend in a row that only explains."""
    return {
        "orientation": "h", "x": 0, "xanchor": "left", "itemclick": False,
        "itemdoubleclick": False, "entrywidth": 0,
        "font": {"color": PALETTES[theme].muted, "size": 11},
    } | place  # fmt: skip


def legend_key(name: str, *, axes: str = "xy", **marker: Any) -> dict[str, Any]:
    """Return a legend's entry: a trace without a point, on two or three ``axes``."""
    return {axis: [None] for axis in axes} | {
        "type": "scatter3d" if len(axes) == 3 else "scatter",
        "mode": "markers",
        "name": name,
        "marker": marker,
        "hoverinfo": "skip",
        "showlegend": True,
    }
