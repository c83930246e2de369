"""The kinds of analyses: the result of each, and the module that computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from feedback_atlas.server.core.registry import Registry
from feedback_atlas.server.results.answers import Answers
from feedback_atlas.server.results.types import (
    AccuracyTests,
    CostTable,
    ExemplarGallery,
    GeometryMap,
    ImageSpace,
    LayerSimilarity,
    ProfileStatistics,
    RdmGallery,
)

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Kind(Generic[_Result]):
    """One kind of analysis.

    Users know it by its ``title``. Its module, by default `feedback_atlas.jobs.analyses.ID`, has a
    function ``compute(inputs, representations, check)`` that returns a ``result``. ``core`` marks a
    kind that a comparison cannot be shown without: it is computed first. ``revision`` is part of an
    analysis's hash: raise it when the kind's computation changes, so that older results are not
    reused.
    """

    id: str
    title: str
    result: type[_Result]
    core: bool = False
    revision: int = 1
    module: str = ""

    @property
    def computed_in(self) -> str:
        """The dotted name of the module that computes it."""
        return self.module or f"feedback_atlas.jobs.analyses.{self.id}"


SIMILARITY = Kind("similarity", "Similarities", LayerSimilarity, core=True)
RDM = Kind("rdm", "RDMs", RdmGallery, core=True)
STATISTICS = Kind("statistics", "Statistics", ProfileStatistics, revision=2)
GEOMETRY = Kind("geometry", "Map of representations", GeometryMap, revision=2)
EXEMPLARS = Kind("exemplars", "Exemplars", ExemplarGallery)
COSTS = Kind("costs", "Costs", CostTable)
ACCURACY_TESTS = Kind("accuracy_tests", "Tests of accuracies", AccuracyTests)
IMAGE_SPACE = Kind("image_space", "Map of images", ImageSpace)
ANSWERS = Kind("answers", "Answers over seeds", Answers, revision=2)
# The archive of all numbers of a comparison.
DOWNLOAD = Kind("download", "Archive of numbers", bytes)

KINDS: Registry[Kind[Any]] = Registry(
    (
        SIMILARITY,
        RDM,
        STATISTICS,
        GEOMETRY,
        EXEMPLARS,
        COSTS,
        ACCURACY_TESTS,
        IMAGE_SPACE,
        ANSWERS,
        DOWNLOAD,
    )
)


def core_kinds() -> tuple[str, ...]:
    """Return the kinds that a comparison cannot be shown without."""
    return tuple(kind.id for kind in KINDS.values() if kind.core)
