"""The epoch of a representation in words."""

from __future__ import annotations

from feedback_atlas.server.catalog import EPOCHS


def epoch_phrase(epoch: str) -> str:
    """Say which epoch this is: "best epoch", "untrained", or "epoch 12" for a number."""
    if epoch not in EPOCHS:
        return f"epoch {epoch}"
    name = EPOCHS[epoch].name.lower()
    return name if epoch == "first" else f"{name} epoch"


def plain(text: str) -> str:
    """Return text that plotly.js shows as it is, whatever signs it has."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
