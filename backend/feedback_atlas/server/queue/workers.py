"""Workers that are alive and their jobs, by what each leaves in the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from feedback_atlas.server import __version__
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.db.models import Analysis, Experiment, Run, Worker
from feedback_atlas.server.queue.dispatcher import TRAIN_QUEUE

BEAT_SECONDS = 5.0
_ALIVE = timedelta(seconds=30)
_FORGOTTEN = timedelta(days=1)
_OF_EXPERIMENT = (Experiment.id, Experiment.name)


@dataclass(frozen=True, slots=True)
class Described:
    """A worker's description of itself: ``queue`` names its queues, separated by commas."""

    queue: str
    device: str
    memory_bytes: int
    concurrency: int
    python_version: str
    torch_version: str
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Job:
    """A run or an analysis that a worker has."""

    kind: Literal["run", "analysis"]
    id: str
    experiment_id: str
    experiment_name: str
    what: Annotated[str, Field(description="Rule and seed of a run, or what an analysis computes.")]
    since: datetime | None


def beat(session: Session, name: str, described: Described) -> None:
    """Note that the worker ``name`` is alive, and what it is."""
    now = datetime.now(UTC)
    session.merge(Worker(name=name, seen_at=now, **asdict(described)))
    session.execute(delete(Worker).where(Worker.seen_at < now - _FORGOTTEN))


def stop(session: Session, name: str) -> None:
    """Note that the worker ``name`` takes no more work."""
    session.execute(update(Worker).where(Worker.name == name).values(stopping=True))


def is_stopping(session: Session, name: str) -> bool:
    """Return True while the worker ``name`` shuts down; it may still be handed messages."""
    return bool(session.scalar(select(Worker.stopping).where(Worker.name == name)))


def leave(session: Session, name: str) -> None:
    """Note that the worker ``name`` has stopped."""
    session.execute(delete(Worker).where(Worker.name == name))


def alive(session: Session) -> list[Worker]:
    """Return the workers that reported within the last 30 s."""
    return list(
        session.scalars(
            select(Worker)
            .where(Worker.seen_at > datetime.now(UTC) - _ALIVE, Worker.stopping.is_(False))
            .order_by(Worker.name)
        )
    )


def serving(session: Session, queue: str) -> list[Worker]:
    """Return the workers that reported lately and take messages of this queue."""
    return [worker for worker in alive(session) if queue in worker.queue.split(",")]


def jobs(session: Session) -> dict[str | None, list[Job]]:
    """Return the jobs of each worker, longest first."""
    found: dict[str | None, list[Job]] = {}
    runs = session.execute(
        select(Run.worker, Run.id, Run.rule, Run.seed, Run.role, Run.started_at, *_OF_EXPERIMENT)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .where(Run.state == "running", Run.worker.is_not(None))
        .order_by(Run.started_at)
    )
    for worker, run_id, rule, seed, role, since, experiment_id, name in runs:
        title = f"{RULES[rule].name if rule in RULES else rule}, seed {seed}"
        if role == "trial":
            title += ", a trial"
        found.setdefault(worker, []).append(Job("run", run_id, experiment_id, name, title, since))
    analyses = session.execute(
        select(Analysis.worker, Analysis.id, Analysis.kind, Analysis.started_at, *_OF_EXPERIMENT)
        .join(Experiment, Experiment.id == Analysis.experiment_id)
        .where(Analysis.state == "running", Analysis.worker.is_not(None))
        .order_by(Analysis.started_at)
    )
    for worker, analysis_id, kind, since, experiment_id, name in analyses:
        found.setdefault(worker, []).append(
            Job("analysis", analysis_id, experiment_id, name, kind, since)
        )
    return found


def queue_lengths(session: Session) -> dict[tuple[str, str], int]:
    """Count queued and running jobs, by ("run" or "analysis", state)."""
    return {
        (kind, state): count
        for kind, table in (("run", Run), ("analysis", Analysis))
        for state, count in session.execute(
            select(table.state, func.count())
            .where(table.state.in_(("queued", "running")))
            .group_by(table.state)
        )
    }


def waiting_reason(session: Session) -> str:
    """Explain why a queued run has not started."""
    if serving(session, TRAIN_QUEUE):
        return "Waiting for a free worker."
    return "No worker is running. Start one with `atlas worker`, or everything with `make up`."
