"""Events, as streamed and as listed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

EventType = Literal["run", "experiment", "analysis", "deleted"]


class Event(BaseModel):
    """Something that changed. `data` is the run or analysis summary after the change."""

    id: int
    type: EventType
    experiment_id: str | None
    run_id: str | None
    created_at: datetime
    data: dict[str, Any]


class EventPage(BaseModel):
    """Events after a given id, oldest first."""

    items: list[Event]
    last_id: int = Field(description="Ask for events after this one next.")
