"""Events, as streamed and as listed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

EventType = Literal["run", "experiment", "analysis", "deleted", "log"]
LogKind = Literal[
    "launched",
    "queued",
    "started",
    "resumed",
    "epoch",
    "checkpoint",
    "handed_back",
    "lost",
    "retried",
    "stopping",
    "cancelled",
    "completed",
    "failed",
]


class Event(BaseModel):
    """A change. `data` is the run or analysis after it, or what a log entry says."""

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


class LogEntry(BaseModel):
    """An event of an experiment or one of its runs, in words."""

    id: int
    at: datetime
    run_id: str | None = Field(description="Null for what concerns the whole experiment.")
    who: str | None = Field(default=None, description="The run in words, as `BP, seed 0`.")
    rule: str | None = None
    kind: LogKind
    text: str
    traceback: str | None = Field(
        default=None, description="Where in the program a run failed, of its own files only."
    )


class LogPage(BaseModel):
    """A page of an experiment's log, newest first."""

    items: list[LogEntry]
    next_before: int | None = Field(description="Ask for entries before this one next.")
