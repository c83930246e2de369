"""The declaration of a panel: inputs, kind, figures, table and words in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol, TypeVar

from sqlalchemy.orm import Session

from feedback_atlas.server.analyses.kinds import Kind
from feedback_atlas.server.artifacts.kinds import INITIALISATION
from feedback_atlas.server.catalog.records import Definition
from feedback_atlas.server.comparisons import selection
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import ComparisonRequest
from feedback_atlas.server.db.models import Run
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.specs.schemas import ExperimentSpec

_Result = TypeVar("_Result")


class NotComputedError(Exception):
    """A panel for which nothing is computed; the message says why."""


@dataclass(frozen=True)
class ComparisonPlan:
    """A comparison to compute: its runs, their files and names, and the choices made.

    ``selected`` are the chosen runs, ``references`` the reference's runs of the same seeds, by
    seed, ``shown`` both, ``paired`` the selected runs that have a reference. ``rules`` names each
    run's rule. ``seed`` is the one whose RDMs are shown.
    ``common`` is part of every analysis's inputs.
    """

    session: Session
    spec: ExperimentSpec
    wanted: ComparisonRequest
    selected: Sequence[Run]
    shown: Sequence[Run]
    paired: Sequence[Run]
    references: Mapping[int, Run]
    described: Mapping[str, Described]
    rules: Mapping[str, str]
    reference: str
    seed: int
    common: Mapping[str, Any]

    def networks(self, runs: Sequence[Run]) -> list[Described]:
        """Return these runs with their files."""
        return [self.described[run.id] for run in runs]

    @property
    def untrained(self) -> list[Described]:
        """The untrained network of each seed: the reference's start, if it is shown."""
        first = {run.seed: run for run in reversed(self.shown)}
        return [self._untrained[first[seed].id] for seed in sorted(first)]

    @property
    def starts(self) -> list[Described]:
        """The untrained networks that runs began with, if rules have weights of their own."""
        return [self._untrained[self._starts[key].id] for key in sorted(self._starts)]

    @cached_property
    def _starts(self) -> dict[tuple[int, str], Run]:
        return {
            (run.seed, self.described[run.id].get(INITIALISATION, "")): run
            for run in reversed(self.shown)
        }

    @cached_property
    def _untrained(self) -> dict[str, Described]:
        first = {run.seed: run for run in reversed(self.shown)}
        runs = {run.id: run for run in (*first.values(), *self._starts.values())}
        return selection.described(self.session, list(runs.values()), 0, self.rules)


@dataclass(frozen=True, slots=True)
class Computation:
    """An analysis behind a panel.

    ``inputs`` returns its inputs; it raises NotComputedError with the reason why it is not
    computed, and InvalidSpecError for an invalid choice.
    """

    kind: Kind[Any]
    inputs: Callable[[ComparisonPlan], dict[str, Any]]


Draw = Callable[[ComparisonNumbers, Theme, Width, CurveOptions], Figure | None]


@dataclass(frozen=True, slots=True)
class PanelFigure:
    """A figure of a panel, with its caption and the table beside it.

    ``draw`` returns None without numbers. ``needs`` are the analyses that it cannot be drawn
    without, ``also`` those that it shows once they are computed.
    """

    name: str
    draw: Draw
    needs: tuple[Kind[Any], ...] = ()
    also: tuple[Kind[Any], ...] = ()

    @property
    def is_partial(self) -> bool:
        """True if it can be shown while some of its analyses are unfinished or failed."""
        return bool(self.also)


def figure_of(
    name: str, kind: Kind[_Result], draw: Callable[[_Result, Theme, Width], Figure]
) -> PanelFigure:
    """Return the figure that shows the result of one kind of analysis and nothing else."""

    def drawn(
        numbers: ComparisonNumbers, theme: Theme, width: Width, _: CurveOptions
    ) -> Figure | None:
        data = numbers.of(kind)
        return None if data is None else draw(data, theme, width)

    return PanelFigure(name, drawn, needs=(kind,))


class Cite(Protocol):
    """A citer of publications; returns the marks to put behind the cited statement."""

    def __call__(self, keys: Sequence[str]) -> str:
        """Return the marks of these publications."""
        ...


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a comparison under one title.

    Args:
        id: in the address and in the API.
        title: shown until its figure has one.
        answers: its question.
        size: the page's full width, or half of it.
        shown: whether it is open at first.
        figures: in order.
        computations: the analyses behind it, besides the curves and accuracies of runs.
        methods: its sentences in the methods paragraphs, or "" without numbers.
        definition: its entry on the Methods page.
    """

    id: str
    title: str
    answers: str
    figures: tuple[PanelFigure, ...] = ()
    computations: tuple[Computation, ...] = ()
    size: Literal["full", "half"] = "full"
    shown: bool = True
    methods: Callable[[ComparisonNumbers, Cite], str] = field(default=lambda numbers, cite: "")
    definition: Definition | None = None
