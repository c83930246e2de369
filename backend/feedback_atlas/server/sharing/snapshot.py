"""The frozen copies that links show: one file each, of numbers and the view of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from feedback_atlas.server.analyses.kinds import SIMILARITY
from feedback_atlas.server.artifacts import ArtifactStore, Stored
from feedback_atlas.server.comparisons import panels, schemas, validation
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers, freeze, thaw
from feedback_atlas.server.core.errors import NotFoundError
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.sharing import upgrade
from feedback_atlas.server.specs.schemas import ExperimentSpec

_TOO_LATE = "not computed yet when this link was made"


@dataclass(frozen=True, slots=True)
class Frozen:
    """Frozen content of a link."""

    numbers: ComparisonNumbers
    view: dict[str, Any]

    @property
    def matrices(self) -> list[str]:
        """Choices of ``matrices`` that can be drawn from these numbers."""
        comparison, similarity = self.view["comparison"], self.numbers.of(SIMILARITY)
        if similarity is None:
            return []
        return validation.drawable_matrices(
            ExperimentSpec.model_validate(self.view["spec"]),
            comparison["reference"],
            {run.rule for run in similarity.runs},
            schemas.ComparisonRequest.model_validate(comparison["request"]),
        )

    def redrawn(
        self, matrices: schemas.Matrices | None, map_dimensions: int | None
    ) -> ComparisonNumbers:
        """Return the numbers, drawn by other choices than were shared; None keeps a choice.

        Raises NotFoundError for matrices that cannot be drawn.
        """
        numbers = self.numbers
        if matrices is not None and matrices != numbers.matrices:
            if matrices not in self.matrices:
                raise NotFoundError(
                    "The shared comparison cannot be shown with the paper's numbers."
                )
            numbers = replace(numbers, matrices=matrices)
        if map_dimensions is not None:
            numbers = replace(numbers, map_dimensions=map_dimensions)
        return numbers


def settled(view: schemas.Comparison) -> schemas.Comparison:
    """Return a comparison without what is still being computed, which never joins it."""
    figures = panels.figures()
    late = {name for name in view.pending if not figures[name].is_partial}
    return view.model_copy(
        update={
            "pending": [],
            "analyses": [],
            "work": [],
            "figures": [name for name in view.figures if name not in late],
            "unavailable": {
                **view.unavailable,
                **dict.fromkeys(late, "Not yet computed when this copy was made."),
            },
        }
    )


def store_snapshot(
    store: ArtifactStore, numbers: ComparisonNumbers, view: dict[str, Any]
) -> tuple[str, Stored]:
    """Write the frozen copy; returns the new link's id and where the copy lies."""
    share_id = secrets.token_hex(8)
    return share_id, store.put(upgrade.key_of(share_id), freeze(numbers, view))


def read_copy(share: Share, store: ArtifactStore) -> Frozen:
    """Return what a link shows. Raises DamagedArtifactError where its file is not intact."""
    numbers, view = thaw(upgrade.current(share.key, store.get(share.key, share.sha256)))
    return Frozen(replace(numbers, unfinished=_TOO_LATE), view)
