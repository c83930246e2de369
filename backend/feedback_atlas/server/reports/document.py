"""A report as parts in order, before it is HTML or Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedback_atlas.server.figures.base.figure import Figure, Table, Theme, Width

Draw = Callable[[Theme, Width], Figure]
# What the list of sources is of.
SOURCES = (
    "Ids of analyses in the service, each the hash of its inputs and parameters, or the experiment "
    "whose runs recorded the numbers."
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: text, points, figures, tables, and the analyses that they come from.

    ``figures`` draw by a name that is the report's own; ``tables`` have a title each; ``sources``
    are ids.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
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
        return {one: number for number, one in enumerate(ids, 1)}

    def cited(self, section: Section) -> list[int]:
        """The numbers of a section's sources."""
        return [self.sources[one] for one in section.sources]
