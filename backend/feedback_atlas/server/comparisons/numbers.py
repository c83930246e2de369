"""Hold the numbers behind a comparison; a link's frozen copy is a file of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from feedback_atlas.server.results.types import (
    AccuracyRow,
    AccuracyTests,
    CostTable,
    Curve,
    ExemplarGallery,
    GeometryMap,
    ImageSpace,
    LayerSimilarity,
    ProbePictures,
    ProfileStatistics,
    RdmGallery,
)

# Of what analyses of a panel's name compute, and what else is frozen like it: the type.
PANELS: dict[str, type[Any]] = {
    "statistics": ProfileStatistics,
    "geometry": GeometryMap,
    "exemplars": ExemplarGallery,
    "costs": CostTable,
    "accuracy_tests": AccuracyTests,
    "image_space": ImageSpace,
    "pictures": ProbePictures,
}


@dataclass(frozen=True, slots=True)
class ComparisonNumbers:
    """All that the figures of one comparison are drawn from."""

    accuracy: tuple[AccuracyRow, ...]
    curves: dict[str, list[Curve]]
    similarity: LayerSimilarity | None
    rdms: RdmGallery | None
    matrices: str = "ours"
    statistics: ProfileStatistics | None = None
    no_statistics: str | None = None
    geometry: GeometryMap | None = None
    exemplars: ExemplarGallery | None = None
    costs: CostTable | None = None
    accuracy_tests: AccuracyTests | None = None
    map_dimensions: int = 2
    image_space: ImageSpace | None = None
    pictures: ProbePictures | None = None
    # Why a panel has no numbers, where they will not come by themselves.
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take in memory."""
        arrays: list[NDArray[Any]] = [
            array
            for group in self.curves.values()
            for curve in group
            for array in (curve.x, curve.y)
        ]
        for part in (self.similarity, self.rdms):
            if part is not None:
                arrays.append(part.values)
        if self.exemplars is not None:
            arrays += [entry.pictures for entry in self.exemplars.channels]
        sheets = () if self.pictures is None else self.pictures.sheets
        return sum(array.nbytes for array in arrays) + sum(map(len, sheets))
