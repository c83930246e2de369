"""Access tokens and the audit log, for owners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from feedback_atlas.server.access import audit, tokens
from feedback_atlas.server.access.guards import VisitorDep, for_owners
from feedback_atlas.server.access.schemas import AuditItem, AuditPage, NewToken, Token, TokenRequest
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import DatabaseDep, Limit, RecordId, problems
from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.db.models import AccessToken

router = APIRouter(tags=["access"], route_class=AccessRoute)


@router.get("/tokens", response_model=list[Token], responses=problems())
@for_owners
def list_tokens(database: DatabaseDep) -> Sequence[AccessToken]:
    """List every token, expired ones too; never the secrets."""
    with database.read() as session:
        return tokens.listed(session)


@router.post("/tokens", status_code=201, responses=problems(409, 413))
@for_owners
def create_token(wanted: TokenRequest, visitor: VisitorDep, database: DatabaseDep) -> NewToken:
    """Make a token. Its secret is shown only now."""
    days = wanted.expires_in_days
    lifetime = None if days is None else timedelta(days=days)
    with database.write() as session:
        row, token = tokens.create(session, wanted.name, wanted.role, lifetime)
        audit.record(session, visitor, "create-token", f"{row.name}, {row.role}")
        return from_attributes(NewToken, row, token=token)


@router.delete("/tokens/{token_id}", status_code=204, responses=problems(404))
@for_owners
def revoke_token(token_id: RecordId, visitor: VisitorDep, database: DatabaseDep) -> Response:
    """Revoke a token, and sign out every browser that signed in with it."""
    with database.write() as session:
        row = tokens.revoke(session, token_id)
        audit.record(session, visitor, "revoke-token", f"{row.name}, {row.role}")
    return Response(status_code=204)


@router.get("/audit", responses=problems())
@for_owners
def list_audit(
    database: DatabaseDep,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Limit = 20,
) -> AuditPage:
    """List who launched, cancelled, retried, deleted, shared and gave access; newest first."""
    with database.read() as session:
        rows = audit.page(session, before, limit + 1)
    items = [AuditItem.model_validate(row, from_attributes=True) for row in rows[:limit]]
    return AuditPage(items=items, next_before=items[-1].id if len(rows) > limit else None)
