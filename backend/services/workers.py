"""Which workers are alive, by the sign of life that each leaves in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from backend.db.models import Run, Worker
from backend.services.dispatch import TRAIN_QUEUE

BEAT_SECONDS = 5.0
_ALIVE = timedelta(seconds=30)
_FORGOTTEN = timedelta(days=1)


def beat(session: Session, *, name: str, queue: str, device: str) -> None:
    """Note that the worker ``name`` is alive."""
    now = datetime.now(UTC)
    session.merge(Worker(name=name, queue=queue, device=device, seen_at=now))
    session.execute(delete(Worker).where(Worker.seen_at < now - _FORGOTTEN))


def stop(session: Session, name: str) -> None:
    """Note that the worker ``name`` takes no more work."""
    session.execute(update(Worker).where(Worker.name == name).values(stopping=True))


def is_stopping(session: Session, name: str) -> bool:
    """Whether the worker ``name`` is shutting down; it may still be handed messages."""
    return bool(session.scalar(select(Worker.stopping).where(Worker.name == name)))


def leave(session: Session, name: str) -> None:
    """Note that the worker ``name`` has stopped."""
    session.execute(delete(Worker).where(Worker.name == name))


def alive(session: Session) -> list[Worker]:
    """Workers that reported within the last 30 s."""
    return list(
        session.scalars(
            select(Worker)
            .where(Worker.seen_at > datetime.now(UTC) - _ALIVE, Worker.stopping.is_(False))
            .order_by(Worker.name)
        )
    )


def busy(session: Session) -> dict[str, int]:
    """Running runs by the worker that has them."""
    rows = session.execute(
        select(Run.worker, func.count()).where(Run.state == "running").group_by(Run.worker)
    )
    return {name: count for name, count in rows if name is not None}


def waiting_reason(session: Session) -> str:
    """Why a queued run has not started."""
    if any(TRAIN_QUEUE in worker.queue.split(",") for worker in alive(session)):
        return "Waiting for a free worker."
    return "No worker is running. Start one with `atlas worker`, or everything with `make up`."
