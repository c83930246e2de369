"""What routes ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request

from backend.artifacts import ArtifactStore
from backend.db.session import Database
from backend.schemas.system import Problem
from backend.services.disk import StoredBytes
from backend.services.dispatch import Dispatcher
from backend.services.hub import EventHub
from backend.services.live_figures import LiveFigures
from backend.services.versions import Versions
from backend.services.viewing import Viewer
from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one running service."""

    settings: Settings
    database: Database
    store: ArtifactStore
    dispatcher: Dispatcher
    hub: EventHub
    viewer: Viewer
    live_figures: LiveFigures
    versions: Versions
    stored_bytes: StoredBytes


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


ContextDep = Annotated[Context, Depends(_context)]
RecordId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
ContentId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Token = Annotated[str, Path(max_length=100)]
Limit = Annotated[int, Query(ge=1, le=200)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's description of the errors that a route can answer with."""
    return {
        status: {"model": Problem, "content": {"application/problem+json": {}}}
        for status in (*statuses, 422, 503)
    }
