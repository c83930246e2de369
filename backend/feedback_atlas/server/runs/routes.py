"""Single runs: read, cancel, retry."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks

from feedback_atlas.server.access import audit
from feedback_atlas.server.access.guards import VisitorDep, for_owners, for_viewers
from feedback_atlas.server.api.access import AccessRoute
from feedback_atlas.server.api.deps import DatabaseDep, RecordId, problems
from feedback_atlas.server.events.schemas import LogEntry
from feedback_atlas.server.queue import workers
from feedback_atlas.server.queue.deps import DispatcherDep
from feedback_atlas.server.runs import log
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.presenting import run_out
from feedback_atlas.server.runs.schemas import Run

router = APIRouter(prefix="/runs", tags=["runs"], route_class=AccessRoute)


@router.get("/{run_id}", responses=problems(404))
@for_viewers
def read_run(run_id: RecordId, database: DatabaseDep) -> Run:
    """Return one run."""
    with database.read() as session:
        return run_out(runs.get(session, run_id), waiting_reason=workers.waiting_reason(session))


@router.get("/{run_id}/failure", responses=problems(404))
@for_viewers
def read_failure(run_id: RecordId, database: DatabaseDep) -> LogEntry:
    """Return the last failure of a run, with its traceback."""
    with database.read() as session:
        return log.last_failure(session, runs.get(session, run_id))


@router.post("/{run_id}/cancel", responses=problems(404, 409))
@for_owners
def cancel_run(run_id: RecordId, database: DatabaseDep, visitor: VisitorDep) -> Run:
    """Stop a run at its next step; it keeps its last checkpoint."""
    with database.write() as session:
        runs.cancel(session, runs.get(session, run_id))
        cancelled = runs.get(session, run_id)
        audit.record_run(session, visitor, "cancel-run", cancelled)
        return run_out(cancelled)


@router.post("/{run_id}/retry", responses=problems(404, 409))
@for_owners
def retry_run(
    run_id: RecordId,
    database: DatabaseDep,
    dispatcher: DispatcherDep,
    visitor: VisitorDep,
    background: BackgroundTasks,
) -> Run:
    """Queue a failed or cancelled run again; it resumes from its last checkpoint."""
    with database.write() as session:
        runs.retry(session, runs.get(session, run_id))
        audit.record_run(session, visitor, "retry-run", runs.get(session, run_id))
        queued = run_out(runs.get(session, run_id), waiting_reason=workers.waiting_reason(session))
    background.add_task(dispatcher.publish_waiting)
    return queued
