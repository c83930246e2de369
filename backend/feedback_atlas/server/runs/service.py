"""The state machine of a run: queued -> running -> completed, failed or cancelled.

A worker claims a queued row, which bumps `attempt`; all that it writes later carries a fence of
that attempt and changes nothing once another attempt has the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from feedback_atlas.server.artifacts import Stored
from feedback_atlas.server.artifacts.kinds import STATE
from feedback_atlas.server.core.errors import ConflictError, NotFoundError, SupersededError
from feedback_atlas.server.db.models import Artifact, Measurement, Run
from feedback_atlas.server.events import service as events
from feedback_atlas.server.runs import log, search
from feedback_atlas.server.runs.presenting import run_out
from feedback_atlas.server.runs.schemas import Run as RunOut

ACTIVE = ("searching", "queued", "running")
RETRIABLE = ("failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Fence:
    """Identity of the attempt at a run that is writing."""

    run_id: str
    attempt: int


def get(session: Session, run_id: str) -> Run:
    """Return the run with this id. Raises NotFoundError."""
    run = session.get(Run, run_id)
    if run is None:
        raise NotFoundError("This run does not exist; it may have been deleted.")
    return run


def claim(session: Session, run_id: str, worker: str, message: str | None = None) -> Fence | None:
    """Take a queued run for ``worker``; None when it is not queued (any more).

    ``message`` is the id of the queue's message that asks for it.
    """
    now = datetime.now(UTC)
    attempt = session.scalar(
        update(Run)
        .where(Run.id == run_id, Run.state == "queued")
        .values(
            state="running",
            attempt=Run.attempt + 1,
            worker=worker,
            message=message,
            heartbeat_at=now,
            started_at=now,
            finished_at=None,
            seconds_left=None,
            error=None,
        )
        .returning(Run.attempt)
    )
    if attempt is None:
        return None
    log.claimed(session, announce(session, run_id))
    return Fence(run_id, attempt)


def beat(session: Session, fence: Fence) -> None:
    """Renew the lease. Raises SupersededError when another attempt has the run."""
    _fenced(session, fence, {"heartbeat_at": datetime.now(UTC)})


def stop_wanted(session: Session, fence: Fence) -> bool:
    """Return True for an attempt that was cancelled or superseded, or has lost its run."""
    row = session.execute(
        select(Run.cancel_requested, Run.attempt, Run.state).where(Run.id == fence.run_id)
    ).one_or_none()
    return (
        row is None
        or row.cancel_requested
        or row.attempt != fence.attempt
        or row.state != "running"
    )


def report(
    session: Session,
    fence: Fence,
    progress: Mapping[str, Any],
    measurements: Iterable[tuple[str, int, int, dict[str, Any]]] = (),
    artifacts: Iterable[tuple[str, int, Stored]] = (),
) -> list[str]:
    """Write a run's progress, its measurements and the files that it has stored.

    ``progress`` are columns of the row; ``measurements`` are (kind, step, epoch, values), replaced
    where the step was measured before, as after a resume; ``artifacts`` are (kind, epoch, file).
    Returns keys of files that the new ones replace, to be deleted after the commit.
    Raises SupersededError, writing nothing, when another attempt has the run.
    """
    _fenced(session, fence, {**progress, "heartbeat_at": datetime.now(UTC)})
    _store_measurements(session, fence.run_id, list(measurements))
    replaced: list[str] = []
    kinds = set()
    for kind, epoch, stored in artifacts:
        kinds.add(kind)
        previous = session.get(Artifact, (fence.run_id, kind, epoch))
        if previous is not None and previous.key != stored.key:
            replaced.append(previous.key)
        session.merge(
            Artifact(
                run_id=fence.run_id,
                kind=kind,
                epoch=epoch,
                key=stored.key,
                sha256=stored.sha256,
                size=stored.size,
            )
        )
    run = announce(session, fence.run_id)
    if "epoch" in progress:
        log.epoch_finished(session, run)
    elif STATE in kinds:
        log.note(session, run, "checkpoint", f"Checkpoint stored at step {run.step:,}.")
    return replaced


def _store_measurements(
    session: Session, run_id: str, measured: list[tuple[str, int, int, dict[str, Any]]]
) -> None:
    replaced = 0
    for kind in {kind for kind, *_ in measured}:
        steps = [step for of_kind, step, *_ in measured if of_kind == kind]
        deleted = session.execute(
            delete(Measurement)
            .where(
                Measurement.run_id == run_id,
                Measurement.kind == kind,
                Measurement.step.in_(steps),
            )
            .returning(Measurement.step)
        ).all()
        replaced += len(deleted)
    if measured:
        session.execute(
            insert(Measurement),
            [
                {"run_id": run_id, "kind": kind, "step": step, "epoch": epoch, "data": values}
                for kind, step, epoch, values in measured
            ],
        )
    if replaced:
        session.execute(update(Run).where(Run.id == run_id).values(rewinds=Run.rewinds + 1))


def rewind(session: Session, fence: Fence, step: int) -> None:
    """Forget measurements after ``step``, before a resumed run measures them again; -1: all."""
    _fenced(session, fence, {"step": max(step, 0), "rewinds": Run.rewinds + 1})
    session.execute(
        delete(Measurement).where(Measurement.run_id == fence.run_id, Measurement.step > step)
    )
    if step >= 0:
        run = _fresh(session, fence.run_id)
        log.note(session, run, "resumed", f"Resumed from its checkpoint at step {step:,}.")


def drop_artifacts(session: Session, fence: Fence, kind: str, before_epoch: int) -> list[str]:
    """Forget files of ``kind`` older than ``before_epoch``; returns their keys, to be deleted."""
    _fenced(session, fence, {})
    return list(
        session.scalars(
            delete(Artifact)
            .where(
                Artifact.run_id == fence.run_id,
                Artifact.kind == kind,
                Artifact.epoch < before_epoch,
            )
            .returning(Artifact.key)
        )
    )


def artifacts_of(session: Session, run_id: str, kind: str) -> list[Artifact]:
    """Return stored files of one kind, newest epoch first."""
    return list(
        session.scalars(
            select(Artifact)
            .where(Artifact.run_id == run_id, Artifact.kind == kind)
            .order_by(Artifact.epoch.desc())
        )
    )


def files(session: Session, run_id: str) -> list[Artifact]:
    """Return the stored files of a run, by kind and epoch. Raises NotFoundError."""
    get(session, run_id)
    return list(
        session.scalars(
            select(Artifact)
            .where(Artifact.run_id == run_id)
            .order_by(Artifact.kind, Artifact.epoch)
        )
    )


def file(session: Session, run_id: str, kind: str, epoch: int) -> Artifact:
    """Return one stored file of a run. Raises NotFoundError."""
    row = session.get(Artifact, (run_id, kind, epoch))
    if row is None:
        raise NotFoundError(f"This run has no stored {kind} of epoch {epoch}.")
    return row


def artifact_keys(session: Session, run_id: str) -> set[str]:
    """Return keys of every stored file of a run."""
    return set(session.scalars(select(Artifact.key).where(Artifact.run_id == run_id)))


def finish(
    session: Session, fence: Fence, state: str, *, traceback: str | None = None, **columns: Any
) -> None:
    """End an attempt as ``completed``, ``failed`` or ``cancelled``. Raises SupersededError.

    ``traceback`` says where in the program it failed.
    """
    _fenced(
        session,
        fence,
        {**columns, "state": state, "finished_at": datetime.now(UTC), "seconds_left": None},
    )
    log.ended(session, announce(session, fence.run_id), traceback)


def hand_back(session: Session, fence: Fence) -> None:
    """Queue the attempt's run again, from where it stands. Raises SupersededError."""
    _fenced(session, fence, {"state": "queued", "published_at": None, "seconds_left": None})
    handed_back(session, fence.run_id)


def handed_back(session: Session, run_id: str) -> None:
    """Tell that a worker which shuts down gave a run back."""
    run = announce(session, run_id)
    log.note(session, run, "handed_back", f"Returned to the queue: {run.worker} is shutting down.")


def cancel(session: Session, run: Run) -> None:
    """Ask a run to stop: at once when it waits, at its next step when it runs.

    Raises ConflictError when it has already ended.
    """
    ended = session.scalar(
        update(Run)
        .where(Run.id == run.id, Run.state.in_(("searching", "queued")))
        .values(state="cancelled", cancel_requested=True, finished_at=datetime.now(UTC))
        .returning(Run.id)
    )
    if ended is None:
        asked = session.scalar(
            update(Run)
            .where(Run.id == run.id, Run.state == "running")
            .values(cancel_requested=True)
            .returning(Run.id)
        )
        if asked is None:
            raise ConflictError(f"This run has already ended as {run.state}.")
    run = announce(session, run.id)
    if run.state == "running":
        log.note(
            session, run, "stopping", "Cancellation requested; the run stops at its next step."
        )
    else:
        log.ended(session, run)


def retry(session: Session, run: Run) -> None:
    """Queue a failed or cancelled run again; it resumes from its last checkpoint.

    Raises ConflictError when it is waiting, running or completed.
    """
    queued = session.scalar(
        update(Run)
        .where(Run.id == run.id, Run.state.in_(RETRIABLE))
        .values(
            state="queued",
            failures=0,
            cancel_requested=False,
            error=None,
            published_at=None,
            finished_at=None,
        )
        .returning(Run.id)
    )
    if queued is None:
        raise ConflictError(
            f"Only a failed or cancelled run can be retried; this one is {run.state}."
        )
    search.prepare_retry(session, _fresh(session, run.id))
    log.retried(session, _fresh(session, run.id))
    announce(session, run.id)


def _fenced(session: Session, fence: Fence, values: dict[str, Any]) -> None:
    kept = session.scalar(
        update(Run)
        .where(Run.id == fence.run_id, Run.attempt == fence.attempt, Run.state == "running")
        .values(attempt=fence.attempt, **values)
        .returning(Run.id)
    )
    if kept is None:
        raise SupersededError(f"Attempt {fence.attempt} no longer owns run {fence.run_id}.")


def announce(session: Session, run_id: str) -> Run:
    """Tell the browsers how a run stands, and let its rule's search go on where it has ended."""
    run = _fresh(session, run_id)
    if run.state not in ("queued", "running"):
        for changed in search.settle(session, run):
            _append_event(session, changed)
            if changed.role == "run":
                log.chosen(session, changed)
    _append_event(session, run)
    return run


def _fresh(session: Session, run_id: str) -> Run:
    # The row was changed behind the session's back; what is not yet written must be, first.
    session.flush()
    session.expire_all()
    return session.get_one(Run, run_id)


def _append_event(session: Session, run: Run) -> None:
    session.flush()
    out: RunOut = run_out(run)
    events.append(
        session,
        "run",
        out.model_dump(mode="json"),
        experiment_id=run.experiment_id,
        run_id=run.id,
    )
