"""The numbers behind the Paper view, from runs and from the results of its comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import kinds
from feedback_atlas.server.artifacts import ArtifactStore, DamagedArtifactError
from feedback_atlas.server.db.models import Analysis, Comparison, Run
from feedback_atlas.server.papers import comparisons as paper_comparisons
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

_CURVES = ("validation-accuracy", "local-angle", "global-angle", "sign-concordance")


class DamagedResultError(Exception):
    """The stored result of an analysis is not intact."""

    def __init__(self, analysis_id: str, reason: str) -> None:
        super().__init__(reason)
        self.analysis_id = analysis_id


def numbers_of(
    session: Session,
    completed: Sequence[Run],
    made: Mapping[str, Comparison],
    setting: Setting,
    *,
    store: ArtifactStore,
    series: SeriesCache,
) -> PaperNumbers:
    """What there is of it by now.

    Args:
        session: to read rows with.
        completed: the experiment's completed runs.
        made: its comparisons, by part of the view (`paper_comparisons.found`).
        setting: how it stands to the paper's.
        store: of results.
        series: measures of learning that were read before.

    Raises DamagedResultError.
    """
    computed = paper_comparisons.analyses_of(session, made)

    def result(analysis_id: str | None) -> bytes | None:
        row = None if analysis_id is None else computed.get(analysis_id)
        return None if row is None or row.state != "completed" else _stored(row, store)

    keys = [RunKey.of(run) for run in completed]
    similar = {
        subset: result(comparison.content["similarity"])
        for subset, comparison in made.items()
        if subset != EXEMPLARS
    }
    exemplars = result(made[EXEMPLARS].content["panels"].get(kinds.EXEMPLARS.id))
    costs = result(made[WHOLE].content["panels"].get(kinds.COSTS.id))
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
        similarity={
            subset: restore(LayerSimilarity, data)
            for subset, data in similar.items()
            if data is not None
        },
        exemplars=None if exemplars is None else restore(ExemplarGallery, exemplars),
        costs=None if costs is None else restore(CostTable, costs),
        sources=paper_comparisons.sources(made),
    )


def _stored(analysis: Analysis, store: ArtifactStore) -> bytes:
    try:
        if analysis.result_key is None or analysis.result_sha256 is None:
            raise DamagedArtifactError("The result of an analysis is missing.")
        return store.get(analysis.result_key, analysis.result_sha256)
    except DamagedArtifactError as error:
        raise DamagedResultError(analysis.id, str(error)) from error
