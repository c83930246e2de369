"""Comparisons: ask for one, read its state, its figures and their numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Response

from backend import figures
from backend.api.access import AccessRoute, for_owners, for_viewers
from backend.api.deps import ContentId, ContextDep, CurveOptionsDep, Limit, RecordId, problems
from backend.api.figures import CSV, csv_response, figure_json, file_stem, result_json
from backend.schemas.comparisons import (
    Analysis,
    CandidateExperiment,
    Comparison,
    ComparisonFigureName,
    ComparisonRequest,
    FigureOut,
    FigureWidth,
    ResultOut,
    ThemeName,
)
from backend.services import (
    analyses,
    comparability,
    comparisons,
    downloads,
    drawing,
    experiments,
    viewing,
)

router = APIRouter(tags=["comparisons"], route_class=AccessRoute)


@router.post("/experiments/{experiment_id}/comparisons", responses=problems(404, 409, 413))
@for_viewers
def request_comparison(
    experiment_id: RecordId,
    wanted: ComparisonRequest,
    context: ContextDep,
    background: BackgroundTasks,
) -> Comparison:
    """The comparison that is asked for; computed once, then found again."""
    with context.database.write() as session:
        experiment = experiments.get(session, experiment_id)
        row = comparisons.request(session, experiment, wanted)
        standing = viewing.read_standing(session, row, experiment)
        if standing.waits:
            analyses.check_room(session, context.settings.max_analyses)
    if standing.waits:
        background.add_task(context.dispatcher.publish_waiting)
    return context.viewer.shown(standing)


@router.get("/experiments/{experiment_id}/comparable", responses=problems(404))
@for_viewers
def list_comparable(
    experiment_id: RecordId,
    context: ContextDep,
    search: Annotated[str, Query(max_length=200)] = "",
    limit: Limit = 50,
) -> list[CandidateExperiment]:
    """Other experiments whose name has ``search`` in it: those whose runs can be compared first."""
    with context.database.read() as session:
        experiment = experiments.get(session, experiment_id)
        found = comparability.candidates(session, experiment, search, limit)
    return [CandidateExperiment.model_validate(asdict(one)) for one in found]


@router.post("/analyses/{analysis_id}/cancel", responses=problems(404))
@for_owners
def cancel_analysis(analysis_id: ContentId, context: ContextDep) -> Analysis:
    """Stop an analysis, or take it from the queue; asking for its comparison queues it again."""
    with context.database.write() as session:
        row = analyses.cancel(session, analysis_id)
        return Analysis.model_validate({"id": row.id, "kind": row.kind, "state": row.state})


@router.get("/comparisons/{comparison_id}", responses=problems(404))
@for_viewers
def read_comparison(comparison_id: ContentId, context: ContextDep) -> Comparison:
    """A comparison and whether it is computed."""
    return context.viewer.view(comparison_id)


@router.get(
    "/comparisons/{comparison_id}/numbers.zip",
    response_class=Response,
    responses={**problems(404), 200: {"content": {"application/zip": {}}}},
)
@for_viewers
def download_numbers(comparison_id: ContentId, context: ContextDep) -> Response:
    """RDMs (rsatoolbox HDF5, NPZ) and similarities (NPZ, CSV) with manifests; 503 while made."""
    with context.database.write() as session:
        analysis = downloads.request(session, comparisons.get(session, comparison_id))
        analyses.check_room(session, context.settings.max_analyses)
    if analysis.state == "queued":
        # At once: an answer of 503 would not run background tasks.
        context.dispatcher.publish_waiting()
    content = downloads.read(analysis, context.store)
    name = file_stem(context.viewer.view(comparison_id).title)
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}-numbers.zip"'},
    )


@router.get(
    "/comparisons/{comparison_id}/result", response_model=ResultOut, responses=problems(404)
)
@for_viewers
def read_result(comparison_id: ContentId, context: ContextDep) -> Response:
    """Accuracy, similarity, cost and plausibility, a row a rule; 503 while it is computed."""
    drawn = context.viewer.drawn(
        comparison_id,
        ("result",),
        lambda numbers: result_json(figures.result_table(drawing.result_sources(numbers))),
    )
    return Response(drawn, media_type="application/json")


@router.get(
    "/comparisons/{comparison_id}/figures/{name}.csv",
    response_class=Response,
    responses=CSV | problems(404),
)
@for_viewers
def download_comparison_figure(
    comparison_id: ContentId, name: ComparisonFigureName, context: ContextDep
) -> Response:
    """All numbers of a figure as CSV."""
    numbers = context.viewer.numbers(comparison_id)
    title = context.viewer.view(comparison_id).title
    return csv_response(drawing.draw(name, numbers, "light", "wide"), title)


@router.get(
    "/comparisons/{comparison_id}/figures/{name}",
    response_model=FigureOut,
    responses=problems(404),
)
@for_viewers
def read_comparison_figure(
    comparison_id: ContentId,
    name: ComparisonFigureName,
    context: ContextDep,
    options: CurveOptionsDep,
    theme: ThemeName = "light",
    width: FigureWidth = "wide",
) -> Response:
    """A figure of a computed comparison; 503 while it is being computed."""
    drawn = context.viewer.drawn(
        comparison_id,
        (name, theme, width, options),
        lambda numbers: figure_json(drawing.draw(name, numbers, theme, width, options)),
    )
    return Response(drawn, media_type="application/json")
