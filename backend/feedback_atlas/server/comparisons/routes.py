"""Comparisons: ask for one, read its state, its figures and their numbers."""

from __future__ import annotations

from dataclasses import asdict
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
from feedback_atlas.server.api.responses import (
    file_stem,
)
from feedback_atlas.server.comparisons import compatibility as comparability
from feedback_atlas.server.comparisons import export as downloads
from feedback_atlas.server.comparisons import service as comparisons
from feedback_atlas.server.comparisons import viewer as viewing
from feedback_atlas.server.comparisons.deps import ComparisonViewerDep
from feedback_atlas.server.comparisons.figure_routes import Shown, figure_router
from feedback_atlas.server.comparisons.schemas import (
    Analysis,
    CandidateExperiment,
    Comparison,
    ComparisonRequest,
)
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
    """The comparison that is asked for; computed once, then found again."""
    with database.write() as session:
        experiment = experiments.get(session, experiment_id)
        row = comparisons.request(session, experiment, wanted)
        standing = viewing.read_standing(session, row, experiment)
        if standing.waits:
            analyses.check_room(session, settings.max_analyses)
    if standing.waits:
        background.add_task(dispatcher.publish_waiting)
    return viewer.shown(standing)


@router.get("/experiments/{experiment_id}/comparable", responses=problems(404))
@for_viewers
def list_comparable(
    experiment_id: RecordId,
    database: DatabaseDep,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Limit = 50,
) -> list[CandidateExperiment]:
    """Other experiments whose name has ``search`` in it: those whose runs can be compared first."""
    with database.read() as session:
        experiment = experiments.get(session, experiment_id)
        found = comparability.candidates(session, experiment, search, limit)
    return [CandidateExperiment.model_validate(asdict(one)) for one in found]


@router.post("/analyses/{analysis_id}/cancel", responses=problems(404))
@for_owners
def cancel_analysis(analysis_id: ContentId, database: DatabaseDep) -> Analysis:
    """Stop an analysis, or take it from the queue; asking for its comparison queues it again."""
    with database.write() as session:
        row = analyses.cancel(session, analysis_id)
        return Analysis.model_validate({"id": row.id, "kind": row.kind, "state": row.state})


@router.get("/comparisons/{comparison_id}", responses=problems(404))
@for_viewers
def read_comparison(comparison_id: ContentId, viewer: ComparisonViewerDep) -> Comparison:
    """A comparison and whether it is computed."""
    return viewer.view(comparison_id)


@router.get(
    "/comparisons/{comparison_id}/numbers.zip",
    response_class=Response,
    responses={**problems(404), 200: {"content": {"application/zip": {}}}},
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
    """RDMs (rsatoolbox HDF5, NPZ) and similarities (NPZ, CSV) with manifests; 503 while made."""
    # What is not intact is computed again first.
    name = file_stem(viewer.view(comparison_id).title)
    with database.write() as session:
        analysis = downloads.request(session, comparisons.get(session, comparison_id))
        analyses.check_room(session, settings.max_analyses)
    if analysis.state == "queued":
        # At once: an answer of 503 would not run background tasks.
        dispatcher.publish_waiting()
    content = downloads.read(analysis, store)
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}-numbers.zip"'},
    )


def _shown(comparison_id: ContentId, viewer: ComparisonViewerDep) -> Shown:
    return Shown(
        title=lambda: viewer.view(comparison_id).title,
        numbers=lambda: viewer.numbers(comparison_id),
        drawn=lambda what, draw: viewer.drawn(comparison_id, what, draw),
        pictures=lambda: viewer.pictures(comparison_id),
        cache="private, max-age=31536000, immutable",
    )


router.include_router(figure_router("/comparisons/{comparison_id}", for_viewers, _shown))
