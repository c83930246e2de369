"""Links to frozen comparisons, for owners: make, list, revoke."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from feedback_atlas.server.access import audit
from feedback_atlas.server.access.guards import VisitorDep, for_owners
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import (
    ContentId,
    DatabaseDep,
    Limit,
    RecordId,
    StoreDep,
    problems,
)
from feedback_atlas.server.artifacts import ArtifactError
from feedback_atlas.server.comparisons import service as comparisons
from feedback_atlas.server.comparisons.deps import ComparisonViewerDep
from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.db.models import Share as ShareRow
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.sharing import service as shares
from feedback_atlas.server.sharing.schemas import NewShare, Share, SharePage, ShareRequest
from feedback_atlas.server.sharing.snapshot import settled, store_snapshot
from feedback_atlas.server.system.deps import VersionsDep

router = APIRouter(tags=["shares"], route_class=AccessRoute)


@router.post("/comparisons/{comparison_id}/shares", status_code=201, responses=problems(404, 413))
@for_owners
def create_share(
    comparison_id: ContentId,
    wanted: ShareRequest,
    viewer: ComparisonViewerDep,
    database: DatabaseDep,
    versions: VersionsDep,
    store: StoreDep,
    visitor: VisitorDep,
) -> NewShare:
    """Freeze a computed comparison behind a new link. Its token is shown only now."""
    hours = wanted.expires_in_hours
    terms = shares.checked(
        shares.Terms(
            label=wanted.label,
            lifetime=None if hours is None else timedelta(hours=hours),
            passphrase=wanted.passphrase,
            embeddable=wanted.embeddable,
        )
    )
    view = viewer.view(comparison_id)
    numbers = viewer.numbers(comparison_id)
    # Without pictures, where their file is damaged, a link is still worth having.
    with suppress(ArtifactError):
        numbers = replace(numbers, pictures=viewer.pictures(comparison_id))
    with database.read() as session:
        row = comparisons.get(session, comparison_id)
        specs = experiments.specs(
            session, [view.experiment_id, *(one.id for one in view.experiments)]
        )
    copy = {
        "comparison": settled(view).model_dump(mode="json"),
        "spec": specs[row.experiment_id],
        "specs": specs,
        "versions": versions.of_numbers,
    }
    subject = f"{view.title} as “{terms.label}”" if terms.label else view.title
    share_id, snapshot = store_snapshot(store, numbers, copy)
    with database.write() as session:
        share, token = shares.create(
            session,
            share_id=share_id,
            snapshot=snapshot,
            experiment_id=row.experiment_id,
            comparison_id=comparison_id,
            title=view.title,
            terms=terms,
        )
        audit.record(session, visitor, "share", subject, row.experiment_id)
    return NewShare(**_out(share).model_dump(), token=token, path=f"/s/{token}")


@router.get("/experiments/{experiment_id}/shares", responses=problems(404))
@for_owners
def list_shares(experiment_id: RecordId, database: DatabaseDep) -> list[Share]:
    """List links to comparisons of an experiment, newest first."""
    with database.read() as session:
        experiments.get(session, experiment_id)
        return [_out(share) for share in shares.of_experiment(session, experiment_id)]


@router.get("/shares", responses=problems())
@for_owners
def list_all_shares(
    database: DatabaseDep,
    before: Annotated[str | None, Query(pattern=r"^[0-9a-f]{16}$")] = None,
    limit: Limit = 20,
) -> SharePage:
    """List every link, newest first, with those whose experiment was deleted."""
    with database.read() as session:
        found = shares.page(session, before, limit + 1)
    items = [_out(share, experiment_exists=exists) for share, exists in found[:limit]]
    return SharePage(items=items, next_before=items[-1].id if len(found) > limit else None)


@router.delete("/shares/{share_id}", status_code=204, responses=problems(404))
@for_owners
def revoke_share(
    share_id: RecordId, database: DatabaseDep, store: StoreDep, visitor: VisitorDep
) -> Response:
    """End a link for everyone who has it, and delete its frozen copy."""
    with database.write() as session:
        share = shares.revoke(session, share_id)
        subject = share.label and f"“{share.label}”"
        subject = subject or f"to {share.title} of {share.created_at:%d %B %Y}"
        audit.record(session, visitor, "revoke-share", subject, share.experiment_id)
    store.delete(share.key)
    return Response(status_code=204)


def _out(share: ShareRow, *, experiment_exists: bool = True) -> Share:
    return from_attributes(
        Share,
        share,
        experiment_exists=experiment_exists,
        state=shares.state(share),
        has_passphrase=share.passphrase is not None,
    )
