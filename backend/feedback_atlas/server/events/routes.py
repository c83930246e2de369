"""Events: one server-sent-event stream per tab, and the same events by plain GET."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from feedback_atlas.server.access.guards import for_viewers, identify_visitor
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import DatabaseDep, problems
from feedback_atlas.server.events import service as events
from feedback_atlas.server.events.deps import EventHubDep
from feedback_atlas.server.events.schemas import Event, EventPage

router = APIRouter(prefix="/events", tags=["events"], route_class=AccessRoute)

_MAX_ID = 2**63 - 1
_CHECK_AGAIN_SECONDS = 60.0
AfterId = Annotated[int, Query(ge=0, le=_MAX_ID, description="Id of the last event seen.")]


class EventStream(StreamingResponse):
    """A stream of encoded server-sent events; FastAPI's own encodes each again for each stream."""

    media_type = "text/event-stream"


@router.get("", response_class=EventStream, responses=problems())
@for_viewers
def stream_events(
    request: Request,
    hub: EventHubDep,
    after: Annotated[int | None, Query(ge=0, le=_MAX_ID)] = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=_MAX_ID)] = None,
) -> EventStream:
    """Stream events after `Last-Event-ID` or `after`; without either, from now on."""
    start = after if last_event_id is None else last_event_id
    return EventStream(
        _while_admitted(request, hub.follow(start)),
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _while_admitted(request: Request, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the stream until the token that opened it expires or is revoked."""
    checked_at = time.monotonic()
    async for piece in pieces:
        if time.monotonic() - checked_at >= _CHECK_AGAIN_SECONDS:
            if await identify_visitor(request) is None:
                return
            checked_at = time.monotonic()
        yield piece


@router.get("/list", responses=problems())
@for_viewers
def list_events(database: DatabaseDep, after: AfterId = 0) -> EventPage:
    """List events after a given id, oldest first, at most 500."""
    with database.read() as session:
        rows = events.after(session, after)
    items = [Event.model_validate(row, from_attributes=True) for row in rows]
    return EventPage(items=items, last_id=items[-1].id if items else after)
