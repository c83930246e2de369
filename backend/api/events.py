"""What changed: one server-sent-event stream a tab, and the same events by plain GET."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backend.api.deps import ContextDep, problems
from backend.db.models import Event as EventRow
from backend.schemas.events import Event, EventPage
from backend.services import events

router = APIRouter(prefix="/events", tags=["events"])

_MAX_ID = 2**63 - 1
AfterId = Annotated[int, Query(ge=0, le=_MAX_ID, description="Id of the last event seen.")]


@router.get("", response_class=EventSourceResponse, responses=problems())
async def stream_events(
    context: ContextDep,
    after: Annotated[int | None, Query(ge=0, le=_MAX_ID)] = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=_MAX_ID)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Events as they come, after `Last-Event-ID` or `after`; without either, from now on."""
    start = after if last_event_id is None else last_event_id
    async for row in context.hub.follow(start):
        event = _out(row)
        yield ServerSentEvent(id=str(event.id), event=event.type, data=event)


@router.get("/list", responses=problems())
def list_events(context: ContextDep, after: AfterId = 0) -> EventPage:
    """Events after a given id, oldest first, at most 500."""
    with context.database.read() as session:
        rows = events.after(session, after)
    items = [_out(row) for row in rows]
    return EventPage(items=items, last_id=items[-1].id if items else after)


def _out(row: EventRow) -> Event:
    return Event.model_validate(row, from_attributes=True)
