"""Rows as the API gives them."""

from __future__ import annotations

from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.db.models import Experiment
from feedback_atlas.server.experiments.listing import Listed, listed
from feedback_atlas.server.experiments.schemas import Experiment as ExperimentOut
from feedback_atlas.server.experiments.schemas import ExperimentSummary, RunCounts
from feedback_atlas.server.runs.presenting import run_out
from feedback_atlas.server.specs.schemas import ExperimentSpec


def summary_out(listed: Listed) -> ExperimentSummary:
    """Return one line of the list of experiments."""
    spec = listed.spec
    named = ("dataset", "architecture", "epochs", "seeds", "initialisation")
    return from_attributes(
        ExperimentSummary,
        listed,
        **{name: spec[name] for name in named},
        rules=[rule["rule"] for rule in spec["rules"]],
        counts=RunCounts(**listed.counts),
        progress=listed.epochs_done / listed.epochs if listed.epochs else 0.0,
    )


def experiment_out(
    experiment: Experiment, *, event_id: int, waiting_reason: str | None
) -> ExperimentOut:
    """Return an experiment with its runs, as of event ``event_id``."""
    return ExperimentOut(
        **dict(summary_out(listed(experiment))),
        spec=ExperimentSpec.model_validate(experiment.spec),
        runs=[run_out(run, waiting_reason=waiting_reason) for run in experiment.runs],
        trials=[run_out(run, waiting_reason=waiting_reason) for run in experiment.trials],
        event_id=event_id,
    )
