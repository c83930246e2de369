"""Routes to request a comparison, and to read its state and numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Response

from feedback_atlas.server.access.guards import for_owners, for_viewers
from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import (
    ContentId,
    DatabaseDep,
    Limit,
    RecordId,
    SettingsDep,
    StoreDep,
    problems,
)
from feedback_atlas.server.api.responses import file_response, file_stem, of_type
from feedback_atlas.server.comparisons import compatibility, export
from feedback_atlas.server.comparisons import service as comparisons
from feedback_atlas.server.comparisons.compatibility import CandidateExperiment
from feedback_atlas.server.comparisons.deps import ComparisonViewerDep
from feedback_atlas.server.comparisons.figure_routes import FigureSource, figure_router
from feedback_atlas.server.comparisons.schemas import (
    Analysis,
    Comparison,
    ComparisonRequest,
)
from feedback_atlas.server.comparisons.viewer import read_rows
from feedback_atlas.server.db.models import Analysis as AnalysisRow
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.queue.deps import DispatcherDep

router = APIRouter(tags=["comparisons"], route_class=AccessRoute)


@router.post("/experiments/{experiment_id}/comparisons", responses=problems(404, 409, 413))
@for_viewers
def request_comparison(
    experiment_id: RecordId,
    wanted: ComparisonRequest,
    database: DatabaseDep,
    settings: SettingsDep,
    dispatcher: DispatcherDep,
    viewer: ComparisonViewerDep,
    background: BackgroundTasks,
) -> Comparison:
    """Request a comparison; computed once, then found again."""
    with database.write() as session:
        experiment = experiments.get(session, experiment_id)
        row = comparisons.request(session, experiment, wanted)
        rows = read_rows(session, row, experiment)
        if rows.waits:
            analyses.check_room(session, settings.max_analyses)
    if rows.waits:
        background.add_task(dispatcher.publish_waiting)
    return viewer.view_of(rows)


@router.get("/experiments/{experiment_id}/comparable", responses=problems(404))
@for_viewers
def list_comparable(
    experiment_id: RecordId,
    database: DatabaseDep,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Limit = 50,
) -> list[CandidateExperiment]:
    """List other experiments with ``search`` in their name, those that can be compared first."""
    with database.read() as session:
        experiment = experiments.get(session, experiment_id)
        return compatibility.candidates(session, experiment, search, limit)


@router.post("/analyses/{analysis_id}/cancel", response_model=Analysis, responses=problems(404))
@for_owners
def cancel_analysis(analysis_id: ContentId, database: DatabaseDep) -> AnalysisRow:
    """Cancel a queued or running analysis; requesting its comparison queues it again."""
    with database.write() as session:
        return analyses.cancel(session, analysis_id)


@router.get("/comparisons/{comparison_id}", responses=problems(404))
@for_viewers
def read_comparison(comparison_id: ContentId, viewer: ComparisonViewerDep) -> Comparison:
    """Return a comparison and whether it is computed."""
    return viewer.view(comparison_id)


@router.get(
    "/comparisons/{comparison_id}/numbers.zip",
    response_class=Response,
    responses=of_type("application/zip") | problems(404),
)
@for_viewers
def download_numbers(
    comparison_id: ContentId,
    database: DatabaseDep,
    settings: SettingsDep,
    dispatcher: DispatcherDep,
    store: StoreDep,
    viewer: ComparisonViewerDep,
) -> Response:
    """Return RDMs and similarities as one archive; 503 until it is made.

    RDMs are rsatoolbox HDF5 and NPZ, similarities NPZ and CSV, each with a manifest.
    """
    # Viewing recomputes damaged results first.
    name = file_stem(viewer.view(comparison_id).title)
    with database.write() as session:
        analysis = export.request(session, comparisons.get(session, comparison_id))
        analyses.check_room(session, settings.max_analyses)
    if analysis.state == "queued":
        # At once, because an answer of 503 runs no background tasks.
        dispatcher.publish_waiting()
    return file_response(export.read(analysis, store), "application/zip", f"{name}-numbers.zip")


def _source(comparison_id: ContentId, viewer: ComparisonViewerDep) -> FigureSource:
    return FigureSource(
        title=lambda: viewer.view(comparison_id).title,
        numbers=lambda: viewer.numbers(comparison_id),
        drawn=lambda what, draw: viewer.drawn(comparison_id, what, draw),
        pictures=lambda: viewer.pictures(comparison_id),
        cache="private, max-age=31536000, immutable",
    )


router.include_router(figure_router("/comparisons/{comparison_id}", for_viewers, _source))
