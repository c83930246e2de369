"""A finished panel of the Paper view, and the numbers that panels are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from feedback_atlas.server.figures.base.figure import Figure, Table, Theme, Width
from feedback_atlas.server.papers.panels.verdicts import Verdict
from feedback_atlas.server.papers.setting import Setting
from feedback_atlas.server.results.types import (
    AccuracyRow,
    CostTable,
    Curve,
    ExemplarGallery,
    LayerSimilarity,
)

Draw = Callable[[Theme, Width], Figure]

# Every panel in the paper's order: its name, its place in the paper, and its title.
PANELS: dict[str, tuple[str, str]] = {
    "table-1": ("Table 1", "Best validation and test accuracy"),
    "figure-1": ("Figure 1", "Biological requirements of each rule"),
    "figure-2": ("Figure 2", "Validation accuracy over training"),
    "figure-3": ("Figure 3", "Alignment angle, layer by layer"),
    "figures-4-7": ("Figures 4 and 7", "Sign concordance of feedback and weights"),
    "figure-5": ("Figure 5", "CKA with BP on all images"),
    "figure-6": ("Figure 6", "Channels that matter for a class"),
    "figure-8": ("Figure 8", "CKA with BP where both networks are correct"),
    "figure-9": ("Figure 9", "CKA with BP where BP is correct and the rule wrong"),
    "costs": ("Computational efficiency", "Cost of a training step"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Source of numbers: ids of comparisons, and of their analyses."""

    comparisons: tuple[str, ...] = ()
    analyses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperNumbers:
    """All that panels are made of; what is still to be computed is left out.

    ``similarity`` by subset; ``sources`` by the name of the panel.
    """

    setting: Setting
    accuracy: tuple[AccuracyRow, ...]
    curves: Mapping[str, list[Curve]]
    similarity: Mapping[str, LayerSimilarity] = field(default_factory=dict)
    exemplars: ExemplarGallery | None = None
    costs: CostTable | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)

    def panel(
        self,
        name: str,
        judged: tuple[Verdict, str],
        *,
        compared: str,
        title: str = "",
        variant: str = "",
        figures: Mapping[str, Draw] = MappingProxyType({}),
        table: Table | None = None,
    ) -> Panel:
        """Return a panel in its place in the paper, with its verdict and the sentence of that.

        ``title`` and ``variant`` take the place of the usual ones. Numbers of runs alone come from
        no analysis.
        """
        place, usual = PANELS[name]
        return Panel(
            name,
            place,
            title or usual,
            compared,
            variant or self.setting.variant_phrase,
            *judged,
            figures,
            table,
            self.sources.get(name, Source()),
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """Ours beside the paper's: drawn, or as a table, with a verdict in one sentence.

    ``place`` says where in the paper it is; ``compared`` what is laid beside what; ``variant``
    which variant was run where the paper's text and code disagree. ``figures`` draw by name, and
    ``table`` has what is compared, number by number, where there is something.
    """

    name: str
    place: str
    title: str
    compared: str
    variant: str
    verdict: Verdict
    sentence: str
    figures: Mapping[str, Draw] = field(default_factory=dict)
    table: Table | None = None
    source: Source = Source()

    def drawn(self, theme: Theme = "light", width: Width = "wide") -> list[Figure]:
        """Return the panel's figures, in order."""
        return [draw(theme, width) for draw in self.figures.values()]
