"""Links to frozen comparisons: make, list, revoke; and what a collaborator's browser reads."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from fastapi import APIRouter, Response

from backend import figures
from backend.api.access import AccessRoute, VisitorDep, for_link_holders, for_owners
from backend.api.deps import ContentId, ContextDep, CurveOptionsDep, RecordId, Token, problems
from backend.api.figures import CSV, csv_response, figure_json, result_json
from backend.artifacts import ArtifactError
from backend.db.models import Share as ShareRow
from backend.schemas.comparisons import (
    ComparisonFigureName,
    FigureOut,
    FigureWidth,
    NewShare,
    ResultOut,
    Share,
    SharedComparison,
    ShareRequest,
    ThemeName,
)
from backend.services import audit, comparisons, drawing, experiments, shares

router = APIRouter(tags=["shares"], route_class=AccessRoute)


@router.post("/comparisons/{comparison_id}/shares", status_code=201, responses=problems(404, 413))
@for_owners
def create_share(
    comparison_id: ContentId, wanted: ShareRequest, context: ContextDep, visitor: VisitorDep
) -> NewShare:
    """Freeze a computed comparison behind a new link. Its token is shown only now."""
    label = shares.checked_label(wanted.label)
    view = context.viewer.view(comparison_id)
    numbers = context.viewer.numbers(comparison_id)
    # Without pictures, where their file is damaged, a link is still worth having.
    with suppress(ArtifactError):
        numbers = replace(numbers, pictures=context.viewer.pictures(comparison_id))
    with context.database.read() as session:
        row = comparisons.get(session, comparison_id)
        specs = experiments.specs(
            session, [view.experiment_id, *(one.id for one in view.experiments)]
        )
    frozen = {
        "comparison": shares.settled(view).model_dump(mode="json"),
        "spec": specs[row.experiment_id],
        "specs": specs,
        "versions": context.versions.of_numbers,
    }
    subject = f"{view.title} as “{label}”" if label else view.title
    share_id, snapshot = shares.store_snapshot(context.store, numbers, frozen)
    with context.database.write() as session:
        share, token = shares.create(
            session,
            share_id=share_id,
            snapshot=snapshot,
            experiment_id=row.experiment_id,
            comparison_id=comparison_id,
            label=label,
        )
        audit.record(session, visitor, "share", subject, row.experiment_id)
    return NewShare(**_out(share).model_dump(), token=token, path=f"/s/{token}")


@router.get("/experiments/{experiment_id}/shares", responses=problems(404))
@for_owners
def list_shares(experiment_id: RecordId, context: ContextDep) -> list[Share]:
    """Links to comparisons of an experiment, newest first."""
    with context.database.read() as session:
        experiments.get(session, experiment_id)
        return [_out(share) for share in shares.of_experiment(session, experiment_id)]


@router.delete("/shares/{share_id}", status_code=204, responses=problems(404))
@for_owners
def revoke_share(share_id: RecordId, context: ContextDep, visitor: VisitorDep) -> Response:
    """End a link for everyone who has it."""
    with context.database.write() as session:
        share = shares.revoke(session, share_id)
        subject = f"“{share.label}”" if share.label else f"of {share.created_at:%d %B %Y}"
        audit.record(session, visitor, "revoke-share", subject, share.experiment_id)
    return Response(status_code=204)


@router.get("/shared/{token}", responses=problems(404))
@for_link_holders
def read_shared(token: Token, context: ContextDep) -> SharedComparison:
    """The frozen comparison behind a link."""
    frozen = context.viewer.frozen(token)
    return SharedComparison(
        label=frozen.share.label,
        created_at=frozen.share.created_at,
        comparison=frozen.view["comparison"],
        spec=frozen.view["spec"],
    )


@router.get("/shared/{token}/result", response_model=ResultOut, responses=problems(404))
@for_link_holders
def read_shared_result(token: Token, context: ContextDep) -> Response:
    """The result table of the frozen comparison behind a link."""
    drawn = context.viewer.drawn_shared(
        token,
        ("result",),
        lambda numbers: result_json(figures.result_table(drawing.result_sources(numbers))),
    )
    return Response(drawn, media_type="application/json")


@router.get(
    "/shared/{token}/figures/{name}.csv", response_class=Response, responses=CSV | problems(404)
)
@for_link_holders
def download_shared_figure(
    token: Token, name: ComparisonFigureName, context: ContextDep
) -> Response:
    """All numbers of a frozen figure as CSV."""
    frozen = context.viewer.frozen(token)
    figure = drawing.draw(name, frozen.numbers, "light", "wide")
    return csv_response(figure, frozen.view["comparison"]["title"])


@router.get("/shared/{token}/figures/{name}", response_model=FigureOut, responses=problems(404))
@for_link_holders
def read_shared_figure(
    token: Token,
    name: ComparisonFigureName,
    context: ContextDep,
    options: CurveOptionsDep,
    theme: ThemeName = "light",
    width: FigureWidth = "wide",
) -> Response:
    """A figure of the frozen comparison behind a link."""
    drawn = context.viewer.drawn_shared(
        token,
        (name, theme, width, options),
        lambda numbers: figure_json(drawing.draw(name, numbers, theme, width, options)),
    )
    return Response(drawn, media_type="application/json")


def _out(share: ShareRow) -> Share:
    return Share.model_validate(
        {
            "id": share.id,
            "experiment_id": share.experiment_id,
            "comparison_id": share.comparison_id,
            "label": share.label,
            "created_at": share.created_at,
            "revoked_at": share.revoked_at,
        }
    )
