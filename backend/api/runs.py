"""Single runs: read, cancel, retry."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks

from backend.api.access import AccessRoute, VisitorDep, for_owners, for_viewers
from backend.api.deps import ContextDep, RecordId, problems
from backend.schemas.events import LogEntry
from backend.schemas.experiments import Run
from backend.services import audit, history, runs, workers
from backend.services.presenting import run_out

router = APIRouter(prefix="/runs", tags=["runs"], route_class=AccessRoute)


@router.get("/{run_id}", responses=problems(404))
@for_viewers
def read_run(run_id: RecordId, context: ContextDep) -> Run:
    """One run."""
    with context.database.read() as session:
        return run_out(runs.get(session, run_id), waiting_reason=workers.waiting_reason(session))


@router.get("/{run_id}/failure", responses=problems(404))
@for_viewers
def read_failure(run_id: RecordId, context: ContextDep) -> LogEntry:
    """How a run failed last, and where in the program."""
    with context.database.read() as session:
        return history.last_failure(session, runs.get(session, run_id))


@router.post("/{run_id}/cancel", responses=problems(404, 409))
@for_owners
def cancel_run(run_id: RecordId, context: ContextDep, visitor: VisitorDep) -> Run:
    """Stop a run at its next step; it keeps its last checkpoint."""
    with context.database.write() as session:
        runs.cancel(session, runs.get(session, run_id))
        cancelled = runs.get(session, run_id)
        audit.record_run(session, visitor, "cancel-run", cancelled)
        return run_out(cancelled)


@router.post("/{run_id}/retry", responses=problems(404, 409))
@for_owners
def retry_run(
    run_id: RecordId, context: ContextDep, visitor: VisitorDep, background: BackgroundTasks
) -> Run:
    """Queue a failed or cancelled run again; it resumes from its last checkpoint."""
    with context.database.write() as session:
        runs.retry(session, runs.get(session, run_id))
        audit.record_run(session, visitor, "retry-run", runs.get(session, run_id))
        queued = run_out(runs.get(session, run_id), waiting_reason=workers.waiting_reason(session))
    background.add_task(context.dispatcher.publish_waiting)
    return queued
