"""Rows of runs as the API sends them."""

from __future__ import annotations

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.db.models import Run
from feedback_atlas.server.runs.schemas import Run as RunOut


def run_out(run: Run, *, waiting_reason: str | None = None) -> RunOut:
    """Return a run for the API; ``waiting_reason`` is shown while it is queued."""
    return RunOut(
        id=run.id,
        experiment_id=run.experiment_id,
        rule=run.rule,
        rule_name=RULES[run.rule].name if run.rule in RULES else run.rule,
        seed=run.seed,
        parameters=run.parameters,
        role=run.role,  # type: ignore[arg-type]  # the column holds only these
        chosen=run.chosen,
        state=run.state,  # type: ignore[arg-type]  # the column holds only these
        attempt=run.attempt,
        cancel_requested=run.cancel_requested,
        epoch=run.epoch,
        epochs=run.epochs,
        step=run.step,
        total_steps=run.total_steps,
        seconds_left=run.seconds_left,
        train_loss=run.train_loss,
        val_accuracy=run.val_accuracy,
        best_epoch=run.best_epoch,
        best_val_accuracy=run.best_val_accuracy,
        test_accuracy=run.test_accuracy,
        error=run.error,
        waiting_reason=waiting_reason if run.state == "queued" else None,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
    )
