"""Define a report: parts in order, before it is HTML or Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedback_atlas.server.core.text import number
from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width

Draw = Callable[[Theme, Width], Figure]
# What the list of sources is of.
SOURCES = (
    "Ids of analyses in the service, each the hash of its inputs and parameters, or the experiment "
    "whose runs recorded the numbers."
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: text, points, settings, figures, tables, and where they come from.

    Without a title of its own it has that of its figure. ``formulae`` are names with LaTeX;
    ``figures`` draw by a name that is the report's own; ``tables`` have a title each; ``sources``
    are ids of analyses.
    """

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    formulae: tuple[tuple[str, str], ...] = ()
    figures: tuple[tuple[str, Draw], ...] = ()
    tables: tuple[tuple[str, Table], ...] = ()
    sources: tuple[str, ...] = ()
    # Preformatted, as BibTeX is.
    verbatim: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report; ``made`` says when and by what."""

    title: str
    subtitle: str
    made: str
    sections: tuple[Section, ...]

    @property
    def sources(self) -> dict[str, int]:
        """Every id that a section names, numbered in the order of their first mention."""
        ids = dict.fromkeys(one for section in self.sections for one in section.sources)
        return {one: place for place, one in enumerate(ids, 1)}

    def cited(self, section: Section) -> list[int]:
        """The numbers of a section's sources."""
        return [self.sources[one] for one in section.sources]


def shown(cell: Cell, places: int | None) -> str:
    """Write a cell: missing as a dash, numbers with ``places`` decimals, or as they are."""
    if cell is None or cell != cell:
        return "–"
    return str(cell) if isinstance(cell, str) or places is None else number(cell, places)


def shown_rows(table: Table, most: int) -> tuple[list[list[tuple[str, bool]]], int]:
    """Write the first rows of a table.

    Returns:
        Of each cell its text, and whether its column is of numbers; and how many rows are left out.
    """
    digits = table.digits or (None,) * len(table.columns)
    rows = [
        [
            (shown(cell, places), places is not None)
            for cell, places in zip(row, digits, strict=True)
        ]
        for row in table.rows[:most]
    ]
    return rows, max(len(table.rows) - most, 0)
