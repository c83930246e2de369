"""Text of users in figures: plotly.js reads some HTML in labels, links among it."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return text that plotly.js shows as it is, whatever signs it has."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
