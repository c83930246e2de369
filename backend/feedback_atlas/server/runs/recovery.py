"""Runs whose worker was lost: back to the queue, until too many were lost with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback_atlas.server.db.models import Run
from feedback_atlas.server.runs import log
from feedback_atlas.server.runs.service import announce, handed_back


def reap(session: Session, *, lease_seconds: float, max_attempts: int) -> int:
    """Take runs back from workers that fell silent; returns how many.

    A run goes back to the queue until ``max_attempts`` workers were lost with it, then it fails;
    one that was being cancelled is cancelled.
    """
    now = datetime.now(UTC)
    silent = session.scalars(
        select(Run)
        .where(Run.state == "running", Run.heartbeat_at < now - timedelta(seconds=lease_seconds))
        .with_for_update(skip_locked=True)
    ).all()
    for run in silent:
        _lost(session, run, max_attempts, "The worker stopped responding")
    return len(silent)


def killed(session: Session, run_id: str, worker: str, message: str, *, max_attempts: int) -> None:
    """Take a run back from a process of ``worker`` that the system has killed at ``message``.

    It is what happens when memory runs out: the run fails once that was so ``max_attempts`` times
    without a checkpoint in between. Nothing happens where another attempt has the run by now,
    even one of the same worker.
    """
    run = session.scalar(
        select(Run)
        .where(
            Run.id == run_id,
            Run.state == "running",
            Run.worker == worker,
            Run.message == message,
        )
        .with_for_update()
    )
    if run is not None:
        _lost(session, run, max_attempts, "Out of memory: the system killed the training process")


def _lost(session: Session, run: Run, max_attempts: int, what: str) -> None:
    run.failures += 1
    run.seconds_left = None
    if run.cancel_requested:
        run.state, run.finished_at = "cancelled", datetime.now(UTC)
    elif run.failures >= max_attempts:
        run.state, run.finished_at = "failed", datetime.now(UTC)
        run.error = (
            f"{what} {run.failures} times without a checkpoint in between. Use a smaller "
            "batch or network, fewer runs at a time, or a machine with more memory. Retry "
            "resumes from the last checkpoint."
        )
    else:
        run.state, run.published_at = "queued", None
    session.flush()
    run = announce(session, run.id)
    if run.state == "queued":
        lost = f"{what}. Queued again; it fails after {max_attempts} attempts without a checkpoint."
        log.note(session, run, "lost", lost)
    else:
        log.ended(session, run)


def release(session: Session, worker: str) -> int:
    """Queue what ``worker`` is running again, because it shuts down; returns how many runs."""
    released = session.scalars(
        update(Run)
        .where(Run.worker == worker, Run.state == "running", Run.cancel_requested.is_(False))
        .values(state="queued", published_at=None, seconds_left=None)
        .returning(Run.id)
    ).all()
    for run_id in released:
        handed_back(session, run_id)
    return len(released)
