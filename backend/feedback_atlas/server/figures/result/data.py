"""Inputs of the result table, and its cells, which can be sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from feedback_atlas.server.catalog import REFERENCE_RULE
from feedback_atlas.server.results.types import (
    AccuracyRow,
    AccuracyTests,
    CostTable,
    LayerSimilarity,
    ProfileStatistics,
)


@dataclass(frozen=True, slots=True)
class ResultSources:
    """All that is known of the runs; ``missing`` says of a part, by its name, why it is not.

    ``unfinished`` is said of a part that is neither known nor missing.
    """

    accuracy: Sequence[AccuracyRow]
    accuracy_tests: AccuracyTests | None = None
    similarity: LayerSimilarity | None = None
    statistics: ProfileStatistics | None = None
    costs: CostTable | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    unfinished: str = "still being computed"

    @property
    def reference(self) -> str:
        """Id of the rule that the others are compared with."""
        if self.accuracy_tests is not None:
            return self.accuracy_tests.reference
        if self.similarity is not None:
            return self.similarity.reference
        rules = [row.run.rule for row in self.accuracy]
        return REFERENCE_RULE if REFERENCE_RULE in rules or not rules else rules[0]

    def why_not(self, part: str) -> str:
        """Say why a part is not known."""
        return self.missing.get(part, self.unfinished)


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of the result table: ``help`` says what it is, ``unit`` what it counts."""

    id: str
    group: Annotated[
        str, Field(description="What stands above it, and above its neighbours of one group.")
    ]
    name: str
    unit: str
    help: str
    numeric: bool = True


Icon = Literal["full", "part", "learned", "none", "moving", "fixed"]


@dataclass(frozen=True, slots=True)
class ResultCell:
    """A cell of the result table.

    ``significant`` marks a difference; ``icon`` stands beside a word of the plausibility taxonomy.
    """

    __pydantic_config__: ClassVar = ConfigDict(json_schema_serialization_defaults_required=True)

    value: Annotated[float | None, Field(description="What the column is sorted by.")]
    text: str
    minor: Annotated[str, Field(description="What stands after the text, smaller.")] = ""
    note: Annotated[str, Field(description="More about the value, or why there is none.")] = ""
    significant: bool = False
    icon: Icon | None = None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A learning rule and its cells, in the order of the columns."""

    rule: str
    cells: tuple[ResultCell, ...]


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A row a rule, in the catalog's order, and below them what to read them with."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[ResultRow, ...]
    caption: str
    notes: tuple[str, ...] = ()
