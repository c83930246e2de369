"""The numbers behind the Paper view, from runs and from the results of its comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import kinds
from feedback_atlas.server.artifacts import ArtifactStore, DamagedArtifactError
from feedback_atlas.server.db.models import Analysis, Comparison, Run
from feedback_atlas.server.papers import comparisons
from feedback_atlas.server.papers.comparisons import EXEMPLARS, WHOLE
from feedback_atlas.server.papers.panels import PaperNumbers
from feedback_atlas.server.papers.setting import Setting
from feedback_atlas.server.results.codec import restore
from feedback_atlas.server.results.types import (
    AccuracyRow,
    CostTable,
    ExemplarGallery,
    LayerSimilarity,
    RunLabel,
)
from feedback_atlas.server.runs.curves import curves_named
from feedback_atlas.server.runs.measurements import RunKey, SeriesCache

T = TypeVar("T")

_CURVES = ("validation-accuracy", "local-angle", "global-angle", "sign-concordance")


class DamagedResultError(Exception):
    """Stored results of analyses are not intact; the message says why one of them is not."""

    def __init__(self, analysis_ids: Sequence[str], reason: str) -> None:
        super().__init__(reason)
        self.analysis_ids = analysis_ids


def numbers_of(
    session: Session,
    completed: Sequence[Run],
    made: Mapping[str, Comparison],
    setting: Setting,
    *,
    store: ArtifactStore,
    series: SeriesCache,
) -> PaperNumbers:
    """Collect the numbers that exist by now.

    Args:
        session: to read rows with.
        completed: the experiment's completed runs.
        made: its comparisons, by part of the view (`comparisons.found`).
        setting: how it stands to the paper's.
        store: of results.
        series: measures of learning that were read before.

    Raises DamagedResultError.
    """
    computed = comparisons.analyses_of(session, made)

    damaged: dict[str, str] = {}

    def result(cls: type[T], analysis_id: str | None) -> T | None:
        row = None if analysis_id is None else computed.get(analysis_id)
        if row is None or row.state != "completed":
            return None
        try:
            return restore(cls, _stored(row, store))
        except DamagedArtifactError as error:
            damaged[row.id] = str(error)
            return None

    keys = [RunKey.of(run) for run in completed]
    similar = {
        subset: result(LayerSimilarity, comparison.content["similarity"])
        for subset, comparison in made.items()
        if subset != EXEMPLARS
    }
    exemplars = result(ExemplarGallery, made[EXEMPLARS].content["panels"].get(kinds.EXEMPLARS.id))
    costs = result(CostTable, made[WHOLE].content["panels"].get(kinds.COSTS.id))
    if damaged:
        raise DamagedResultError(list(damaged), next(iter(damaged.values())))
    return PaperNumbers(
        setting=setting,
        accuracy=tuple(
            AccuracyRow(
                run=RunLabel(run.rule, run.seed),
                best_epoch=run.best_epoch,
                best_val_accuracy=run.best_val_accuracy,
                test_accuracy=run.test_accuracy,
                seconds=None,
            )
            for run in completed
        ),
        curves={name: curves_named(name, session, keys, series) for name in _CURVES},
        similarity={subset: found for subset, found in similar.items() if found is not None},
        exemplars=exemplars,
        costs=costs,
        sources=comparisons.sources(made),
    )


def _stored(analysis: Analysis, store: ArtifactStore) -> bytes:
    if analysis.result_key is None or analysis.result_sha256 is None:
        raise DamagedArtifactError("The result of an analysis is missing.")
    return store.get(analysis.result_key, analysis.result_sha256)
