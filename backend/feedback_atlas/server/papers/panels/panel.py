"""A finished panel of the Paper view, and the numbers that panels are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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

    def source(self, panel: str) -> Source:
        """Return the source of a panel's numbers; those of runs alone come from no analysis."""
        return self.sources.get(panel, Source())


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
