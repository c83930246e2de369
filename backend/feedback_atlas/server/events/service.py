"""The append-only table of events that browsers follow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from feedback_atlas.server.db.models import Event

# Serialises writers of events on PostgreSQL, so that ids become visible in order: a reader that
# has seen id 7 never misses an id 6 committed later.
_POSTGRES_EVENT_LOCK = 0x461EED


def append(
    session: Session,
    event_type: str,
    data: dict[str, Any],
    *,
    experiment_id: str | None,
    run_id: str | None = None,
) -> None:
    """Add an event; it becomes visible when the caller commits."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_EVENT_LOCK})
    session.add(
        Event(
            type=event_type,
            experiment_id=experiment_id,
            run_id=run_id,
            created_at=datetime.now(UTC),
            data=data,
        )
    )
    session.flush()


def after(session: Session, last_id: int, limit: int = 500) -> list[Event]:
    """Return events with an id above ``last_id``, oldest first."""
    return list(
        session.scalars(select(Event).where(Event.id > last_id).order_by(Event.id).limit(limit))
    )


def newest_id(session: Session) -> int:
    """Return the id of the newest event, 0 if there is none."""
    return session.scalar(select(func.max(Event.id))) or 0
