"""Event log of an experiment and its runs, in words that people read.

Entries are rows of the event table, so that an open page is told of each as it comes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.errors import NotFoundError
from feedback_atlas.server.core.text import counted
from feedback_atlas.server.db.models import Event, Run
from feedback_atlas.server.events import service as events
from feedback_atlas.server.events.schemas import LogEntry

LOG = "log"
# What every run does all the time; the rest is what somebody looks for.
ROUTINE = ("epoch", "checkpoint")
_MOST_TEXT = 2000


def note(session: Session, run: Run, kind: str, text: str, *, traceback: str | None = None) -> None:
    """Add to the log that ``kind`` happened to ``run``, which ``text`` tells in a sentence."""
    data: dict[str, Any] = {
        "kind": kind,
        "text": text[:_MOST_TEXT],
        "rule": run.rule,
        "who": _who(run),
    }
    if traceback is not None:
        data["traceback"] = traceback
    events.append(session, LOG, data, experiment_id=run.experiment_id, run_id=run.id)


def launched(session: Session, experiment_id: str, runs: int, trials: int) -> None:
    """Note the launch of an experiment."""
    text = f"Launched {counted(runs, 'run')}"
    text += f", after a search of {counted(trials, 'trial')}." if trials else "."
    data = {"kind": "launched", "text": text}
    events.append(session, LOG, data, experiment_id=experiment_id)


def claimed(session: Session, run: Run) -> None:
    """Note that a worker took a run."""
    again = f", attempt {run.attempt}" if run.attempt > 1 else ""
    note(session, run, "started", f"Started by {run.worker}{again}.")


def epoch_finished(session: Session, run: Run) -> None:
    """Note the end of an epoch."""
    text = f"Finished epoch {run.epoch} of {run.epochs}"
    if run.val_accuracy is not None:
        text += f": validation accuracy {100 * run.val_accuracy:.1f} %"
    note(session, run, "epoch", f"{text}. Checkpoint stored.")


def ended(session: Session, run: Run, traceback: str | None = None) -> None:
    """Note how a run ended."""
    if run.state == "completed":
        text = "Completed"
        if run.test_accuracy is not None:
            text += f": test accuracy {100 * run.test_accuracy:.1f} %"
            text += f", with the weights of epoch {run.best_epoch}" if run.best_epoch else ""
        text += "."
    elif run.state == "failed":
        text = f"Failed. {run.error}"
    else:
        text = "Cancelled."
    note(session, run, run.state, text, traceback=traceback)


def retried(session: Session, run: Run) -> None:
    """Note that a run was queued again by hand."""
    waits = "the trials of its rule" if run.state == "searching" else "a worker"
    note(session, run, "retried", f"Retried: waiting for {waits}.")


def chosen(session: Session, run: Run) -> None:
    """Note what a search decided for a run that waited for it."""
    if run.state == "failed":
        ended(session, run)
    else:
        note(session, run, "queued", f"Settings chosen: {_settings(run)}. Queued.")


def page(
    session: Session, experiment_id: str, *, before: int | None, limit: int, routine: bool
) -> list[LogEntry]:
    """Return log entries of an experiment older than ``before``, newest first.

    Without ``routine``, epochs and checkpoints are left out.
    """
    query = select(Event).where(Event.experiment_id == experiment_id, Event.type == LOG)
    if before is not None:
        query = query.where(Event.id < before)
    if not routine:
        query = query.where(Event.data["kind"].as_string().not_in(ROUTINE))
    return [
        _entry(event) for event in session.scalars(query.order_by(Event.id.desc()).limit(limit))
    ]


def last_failure(session: Session, run: Run) -> LogEntry:
    """Return the last failure of a run. Raises NotFoundError."""
    event = session.scalar(
        select(Event)
        .where(
            Event.experiment_id == run.experiment_id,
            Event.run_id == run.id,
            Event.type == LOG,
            Event.data["kind"].as_string() == "failed",
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
    if event is None:
        raise NotFoundError("No failure of this run was recorded.")
    return _entry(event)


def _entry(event: Event) -> LogEntry:
    return LogEntry(id=event.id, at=event.created_at, run_id=event.run_id, **event.data)


def _who(run: Run) -> str:
    name = RULES[run.rule].name if run.rule in RULES else run.rule
    return (
        f"{name}, a trial with {_settings(run)}"
        if run.role == "trial"
        else f"{name}, seed {run.seed}"
    )


def _settings(run: Run) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {value if isinstance(value, str) else format(value, 'g')}"
        for name, value in run.parameters.items()
    )
