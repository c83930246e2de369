"""Figures as JSON inside a page: what several of them hold is written once."""

from __future__ import annotations

import json
from typing import Any

# Shorter pieces cost more as a reference than as they are.
_WORTH_SHARING = 64


def embedded_json(figures: Any) -> str:
    """Encode figures as JSON that may stand in a script element of a page.

    Returns:
        ``{"shared": [...], "figures": ...}``, in which ``{"$": index}`` stands for an element of
        ``shared``: the same arrays in light and dark, wide and narrow are written once.
    """
    shared: dict[Any, int] = {}
    packed = _packed(figures, shared)
    text = json.dumps(
        {"shared": [_plain(key) for key in shared], "figures": packed},
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    # Nothing that could end the element or begin another.
    return text.replace("<", "\\u003c")


def _packed(node: Any, shared: dict[Any, int]) -> Any:
    if isinstance(node, dict):
        return {name: _packed(value, shared) for name, value in node.items()}
    if isinstance(node, list | tuple):
        scalars = all(item is None or isinstance(item, str | int | float) for item in node)
        if scalars and len(node) >= _WORTH_SHARING:
            # Python takes 1, 1.0 and True for the same key; they are not the same JSON.
            return _reference(("list", json.dumps(node)), shared)
        return [_packed(item, shared) for item in node]
    if isinstance(node, str) and len(node) >= _WORTH_SHARING:
        return _reference(node, shared)
    return node


def _reference(key: Any, shared: dict[Any, int]) -> dict[str, int]:
    return {"$": shared.setdefault(key, len(shared))}


def _plain(key: Any) -> Any:
    return json.loads(key[1]) if isinstance(key, tuple) else key
