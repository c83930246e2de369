"""Every panel of the Paper view, in the order of the paper."""

from __future__ import annotations

from feedback_atlas.server.papers.panels.accuracy import accuracy_curves_panel, accuracy_panel
from feedback_atlas.server.papers.panels.alignment import angle_panel, concordance_panel
from feedback_atlas.server.papers.panels.panel import Panel, PaperNumbers, Source
from feedback_atlas.server.papers.panels.similarity import SUBSET_FIGURES, similarity_panel
from feedback_atlas.server.papers.panels.taxonomy import taxonomy_panel
from feedback_atlas.server.papers.panels.unpublished import cost_panel, exemplars_panel
from feedback_atlas.server.papers.panels.verdicts import Verdict

__all__ = ["PANELS", "Panel", "PaperNumbers", "Source", "Verdict", "panels_of"]

# Name, and where it is in the paper with its title while it has no numbers.
PANELS: dict[str, tuple[str, str]] = {
    "table-1": ("Table 1", "Best validation and test accuracy"),
    "figure-1": ("Figure 1", "Biological requirements of each rule"),
    "figure-2": ("Figure 2", "Validation accuracy over training"),
    "figure-3": ("Figure 3", "Alignment angle, layer by layer"),
    "figures-4-7": ("Figures 4 and 7", "Sign concordance of feedback and weights"),
    "figure-5": ("Figure 5", SUBSET_FIGURES["all"].title),
    "figure-6": ("Figure 6", "Channels that matter for a class"),
    "figure-8": ("Figure 8", SUBSET_FIGURES["both_correct"].title),
    "figure-9": ("Figure 9", SUBSET_FIGURES["bp_correct_method_wrong"].title),
    "costs": ("Computational efficiency", "Cost of a training step"),
}


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
