"""The numbers behind a comparison, and their frozen copy in the file of a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

import numpy as np

from feedback_atlas.server.analyses.kinds import KINDS, Kind
from feedback_atlas.server.artifacts.errors import readable
from feedback_atlas.server.results.codec import dump, metadata_of, restore
from feedback_atlas.server.results.types import AccuracyRow, Curve, ProbePictures

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class ComparisonNumbers:
    """The numbers that the figures of one comparison are drawn from.

    ``results`` holds the result of each analysis by its kind, ``missing`` the reason for each kind
    that will not be computed; ``unfinished`` describes all others.
    """

    accuracy: tuple[AccuracyRow, ...]
    curves: dict[str, list[Curve]]
    results: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    matrices: str = "ours"
    map_dimensions: int = 2
    pictures: ProbePictures | None = None
    unfinished: str = "still being computed"

    def of(self, kind: Kind[_Result]) -> _Result | None:
        """Return the result of a kind of analysis, if there is one."""
        found: _Result | None = self.results.get(kind.id)
        return found

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays and pictures take in memory."""
        return _nbytes((self.curves, self.results, self.pictures))


def _nbytes(value: object) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(_nbytes, value.values()))
    if isinstance(value, tuple | list):
        return sum(map(_nbytes, value))
    if is_dataclass(value):
        return sum(_nbytes(getattr(value, one.name)) for one in fields(value))
    return 0


@dataclass(frozen=True, slots=True)
class FrozenNumbers:
    """The numbers as stored in a file: each result is a file of its own, under its kind."""

    accuracy: tuple[AccuracyRow, ...]
    curves: dict[str, list[Curve]]
    results: dict[str, bytes]
    missing: dict[str, str]
    matrices: str
    map_dimensions: int
    pictures: ProbePictures | None


def freeze(numbers: ComparisonNumbers, view: dict[str, Any]) -> bytes:
    """Return a comparison and its view as one file that needs nothing else to be drawn."""
    results = {kind: dump(result) for kind, result in numbers.results.items()}
    return dump(FrozenNumbers(**(_stored(numbers) | {"results": results})), view=view)


@readable("A frozen comparison")
def thaw(data: bytes) -> tuple[ComparisonNumbers, dict[str, Any]]:
    """Return the numbers and the view that `freeze` stored. Raises DamagedArtifactError."""
    file = restore(FrozenNumbers, data)
    # A kind that is no longer declared has no panel to show it.
    results = {
        kind: restore(KINDS[kind].result, own)
        for kind, own in file.results.items()
        if kind in KINDS
    }
    view: dict[str, Any] = metadata_of(data)["view"]
    return ComparisonNumbers(**(_stored(file) | {"results": results})), view


def _stored(numbers: ComparisonNumbers | FrozenNumbers) -> dict[str, Any]:
    return {one.name: getattr(numbers, one.name) for one in fields(FrozenNumbers)}
