"""The numbers behind the Paper view, from runs and from the results of its comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import kinds
from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.db.models import Comparison, Run
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

    Raises DamagedArtifactError.
    """
    computed = comparisons.analyses_of(session, made)

    def result(cls: type[T], analysis_id: str | None) -> T | None:
        row = None if analysis_id is None else computed.get(analysis_id)
        if row is None or row.state != "completed":
            return None
        return restore(cls, analyses.stored_result(row, store))

    keys = [RunKey.of(run) for run in completed]
    similar = {
        subset: result(LayerSimilarity, comparison.content["similarity"])
        for subset, comparison in made.items()
        if subset != EXEMPLARS
    }
    exemplars = result(ExemplarGallery, made[EXEMPLARS].content["panels"].get(kinds.EXEMPLARS.id))
    costs = result(CostTable, made[WHOLE].content["panels"].get(kinds.COSTS.id))
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
