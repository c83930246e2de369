"""Symbols and colours of classes where each image is a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.legend import legend_key
from feedback_atlas.server.figures.base.text import plain

SYMBOLS = (
    "circle", "square", "diamond", "triangle-up", "cross",
    "triangle-down", "x", "star", "pentagon", "hexagram",
)  # fmt: skip
# After Tol's muted scheme, darkened or lightened until each stands out from its card.
COLOURS: dict[Theme, tuple[str, ...]] = {
    "light": (
        "#3b2f8f", "#c2525f", "#2a7fb8", "#117733", "#a8741a",
        "#882255", "#2b857a", "#7d7a1e", "#a03c8f", "#5b6675",
    ),
    "dark": (
        "#a79ef0", "#ee8f9a", "#7cc4ec", "#63c07d", "#e0b766",
        "#e07fae", "#5cc7b8", "#c4c15a", "#d98cd0", "#aab4c0",
    ),
}  # fmt: skip
# More classes than these are not listed; their marks repeat in other pairs.
MOST_LISTED = 20


def symbol(label: int) -> str:
    """Return a class's symbol; the second ten classes have them hollow."""
    name = SYMBOLS[label % len(SYMBOLS)]
    return f"{name}-open" if label // len(SYMBOLS) % 2 else name


def colour(label: int, theme: Theme) -> str:
    """Return a class's colour, another one each time that the symbols begin again."""
    scheme = COLOURS[theme]
    return scheme[(label + 3 * (label // len(SYMBOLS))) % len(scheme)]


def class_keys(
    labels: Sequence[int], class_names: Sequence[str], theme: Theme
) -> list[dict[str, Any]]:
    """Return traces that list classes in the legend; none where there are too many."""
    if len(labels) > MOST_LISTED:
        return []
    return [
        legend_key(
            plain(class_names[label]), symbol=symbol(label), color=colour(label, theme), size=9
        )
        for label in labels
    ]
