"""Rows as the API gives them."""

from __future__ import annotations

from backend.catalog import RULES
from backend.db.models import Experiment, Run
from backend.schemas.experiments import Experiment as ExperimentOut
from backend.schemas.experiments import ExperimentSpec, ExperimentSummary, RunCounts
from backend.schemas.experiments import Run as RunOut
from backend.services.listing import Listed, listed


def run_out(run: Run, *, waiting_reason: str | None = None) -> RunOut:
    """A run for the API; ``waiting_reason`` is shown while it is queued."""
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


def summary_out(listed: Listed) -> ExperimentSummary:
    """One line of the list of experiments."""
    spec = listed.spec
    return ExperimentSummary(
        id=listed.id,
        name=listed.name,
        dataset=spec["dataset"],
        architecture=spec["architecture"],
        epochs=spec["epochs"],
        rules=[rule["rule"] for rule in spec["rules"]],
        seeds=spec["seeds"],
        # Experiments of before there were two arms do not say it.
        initialisation=spec.get("initialisation", "shared"),
        counts=RunCounts(**listed.counts),
        progress=listed.epochs_done / listed.epochs if listed.epochs else 0.0,
        created_at=listed.created_at,
        tags=listed.tags,
        notes=listed.notes,
        archived_at=listed.archived_at,
        best_test_accuracy=listed.best_test_accuracy,
    )


def experiment_out(
    experiment: Experiment, *, event_id: int, waiting_reason: str | None
) -> ExperimentOut:
    """An experiment with its runs, as of event ``event_id``."""
    return ExperimentOut(
        **dict(summary_out(listed(experiment))),
        spec=ExperimentSpec.model_validate(experiment.spec),
        runs=[run_out(run, waiting_reason=waiting_reason) for run in experiment.runs],
        trials=[run_out(run, waiting_reason=waiting_reason) for run in experiment.trials],
        event_id=event_id,
    )
