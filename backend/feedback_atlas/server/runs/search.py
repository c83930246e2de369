"""Grid search over hyperparameters: short trials first, then the runs with the settings that won.

A rule that is searched has its runs in the state ``searching`` until its last trial has ended.
Trials use the experiment's first seed; what they choose holds for every seed (as in Lance & Kieu
2026, who search with their one seed).
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.db.models import Run
from feedback_atlas.server.specs import grid
from feedback_atlas.server.specs.schemas import ExperimentSpec

_UNFINISHED = ("queued", "running")


def trials(spec: ExperimentSpec) -> list[Run]:
    """Return the trials of a checked ``spec`` as rows, not yet stored."""
    return [
        Run(
            role="trial",
            rule=trial.rule,
            seed=trial.seed,
            parameters=trial.parameters,
            epochs=trial.epochs,
            state="queued",
        )
        for trial in grid.trials(spec)
    ]


def prepare_retry(session: Session, run: Run) -> None:
    """Make a retried run wait for its rule's search, or give it the settings that won."""
    if run.role == "trial":
        return
    tried = _trials_of(session, run)
    chosen = [trial for trial in tried if trial.chosen]
    if chosen:
        run.parameters = dict(chosen[0].parameters)
    elif tried:
        run.state = "searching"


def settle(session: Session, ended: Run) -> list[Run]:
    """Set the runs of a rule off once all its trials have ended; returns what changed.

    ``ended`` is a trial that has just ended, or a run that waits for the outcome.

    The trial with the best validation accuracy wins, the first of equals. Without any completed
    trial the runs fail with the reason.
    """
    if ended.role == "run" and ended.state != "searching":
        return []
    waiting = session.scalars(
        _of_rule(ended).where(Run.role == "run", Run.state == "searching").with_for_update()
    ).all()
    tried = _trials_of(session, ended)
    if not waiting or any(run.state in _UNFINISHED for run in tried):
        return []
    completed = [run for run in tried if run.state == "completed"]
    if not completed:
        for run in waiting:
            run.state, run.finished_at = "failed", datetime.now(UTC)
            run.error = (
                f"No trial of {RULES[run.rule].name} completed ({len(tried)} ended without "
                "a result), so there are no settings to train with. Retry a trial, then "
                "this run."
            )
        return list(waiting)
    best = max(completed, key=lambda run: run.best_val_accuracy or 0.0)
    for run in tried:
        run.chosen = run is best
    for run in waiting:
        run.parameters = dict(best.parameters)
        run.state, run.published_at = "queued", None
    return [best, *waiting]


def _of_rule(run: Run) -> Select[Run]:
    return (
        select(Run)
        .where(Run.experiment_id == run.experiment_id, Run.rule == run.rule)
        .order_by(Run.position)
    )


def _trials_of(session: Session, run: Run) -> list[Run]:
    return list(session.scalars(_of_rule(run).where(Run.role == "trial")))
