"""Every panel of the Paper view, in the order of the paper."""

from __future__ import annotations

from feedback_atlas.server.papers.panels.accuracy import accuracy_curves_panel, accuracy_panel
from feedback_atlas.server.papers.panels.alignment import angle_panel, concordance_panel
from feedback_atlas.server.papers.panels.panel import PANELS, Panel, PaperNumbers, Source
from feedback_atlas.server.papers.panels.similarity import similarity_panel
from feedback_atlas.server.papers.panels.taxonomy import taxonomy_panel
from feedback_atlas.server.papers.panels.unpublished import cost_panel, exemplars_panel
from feedback_atlas.server.papers.panels.verdicts import Verdict

__all__ = ["PANELS", "Panel", "PaperNumbers", "Source", "Verdict", "panels_of"]


def panels_of(numbers: PaperNumbers) -> list[Panel]:
    """Return the panels that there are numbers for, in the paper's order."""
    found = [
        accuracy_panel(numbers),
        taxonomy_panel(),
        accuracy_curves_panel(numbers),
        angle_panel(numbers),
        concordance_panel(numbers),
        *(similarity_panel(numbers, subset) for subset in numbers.similarity),
    ]
    if numbers.exemplars is not None:
        found.append(exemplars_panel(numbers, numbers.exemplars))
    if numbers.costs is not None:
        found.append(cost_panel(numbers, numbers.costs))
    return sorted(found, key=lambda panel: list(PANELS).index(panel.name))
