"""The findings of a comparison, in sentences."""

from __future__ import annotations

from feedback_atlas.server.comparisons.panels.panel import Panel

PANEL = Panel(
    id="findings",
    title="Findings",
    answers="What do the numbers show, and what can they not show?",
)
