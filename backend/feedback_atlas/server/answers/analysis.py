"""The analysis that answers the paper's open questions for one arm or both."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.analyses.kinds import ANSWERS
from feedback_atlas.server.answers import arms
from feedback_atlas.server.catalog import REFERENCE_RULE, RULES
from feedback_atlas.server.comparisons import selection
from feedback_atlas.server.comparisons.panels.geometry_map import trajectory_epochs
from feedback_atlas.server.core.errors import ConflictError, NotFoundError
from feedback_atlas.server.db.models import Analysis, Experiment, Run
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.runs.measurements import RunKey, SeriesCache
from feedback_atlas.server.specs.schemas import ExperimentSpec

# Epochs at which similarity is correlated with the angle, denser early in training.
_EPOCHS = 12


def request(session: Session, experiment: Experiment, other: str | None) -> Analysis:
    """Return the analysis of an experiment and its other arm, queued if it is new.

    Raises NotFoundError and InvalidSpecError for ``other``, and ConflictError where nothing can
    be compared with BP yet.
    """
    found = arms.both(session, experiment, other)
    by_arm = {arm: _compared_runs(one) for arm, one in found.items()}
    by_arm = {arm: runs for arm, runs in by_arm.items() if runs}
    if arms.arm_of(experiment) not in by_arm:
        raise ConflictError(
            f"Nothing can be compared with {RULES[REFERENCE_RULE].name} yet: no other rule "
            "has completed with the same seed."
        )
    spec = ExperimentSpec.model_validate(experiment.spec)
    epochs = trajectory_epochs(spec.epochs, min(spec.epochs, _EPOCHS))
    networks: list[Described] = []
    pairs: list[list[Described]] = []
    angles: dict[str, list[float | None]] = {}
    for arm, runs in by_arm.items():
        networks += _described(session, arm, runs, "best").values()
        for epoch in epochs:
            of_epoch = _described(session, arm, runs, epoch)
            references = {run.seed: run for run in runs if run.rule == REFERENCE_RULE}
            pairs += [
                [of_epoch[run.id], of_epoch[references[run.seed].id]]
                for run in runs
                if run.rule != REFERENCE_RULE
            ]
        angles |= _angles(session, arm, runs, epochs)
    inputs: dict[str, Any] = {
        "epoch": "best",
        "arms": {arm: one.id for arm, one in found.items() if arm in by_arm},
        "network": selection.network_of(spec),
        "networks": networks,
        "epochs": epochs,
        "pairs": pairs,
        "angles": angles,
    }
    owner = next(one for arm, one in found.items() if arm in by_arm)
    return analyses.request(session, ANSWERS.id, owner.id, inputs)


def find(session: Session, analysis_id: str) -> Analysis:
    """Return the analysis with this id. Raises NotFoundError."""
    analysis = session.get(Analysis, analysis_id)
    if analysis is None or analysis.kind != ANSWERS.id:
        raise NotFoundError("These answers do not exist; open them again from their experiment.")
    return analysis


def _compared_runs(experiment: Experiment) -> list[Run]:
    """Return the completed runs of seeds that have the reference and another rule, in order."""
    completed = selection.completed_runs(experiment)
    rules_of: dict[int, set[str]] = {}
    for run in completed:
        rules_of.setdefault(run.seed, set()).add(run.rule)
    kept = [
        run
        for run in completed
        if REFERENCE_RULE in rules_of[run.seed] and len(rules_of[run.seed]) > 1
    ]
    return selection.in_order(kept, {run.id: run.rule for run in kept})


def _described(
    session: Session, arm: str, runs: list[Run], epoch: str | int
) -> dict[str, Described]:
    found = selection.described(session, runs, epoch, {run.id: run.rule for run in runs})
    return {of: {**one, "arm": arm} for of, one in found.items()}


def _angles(
    session: Session, arm: str, runs: list[Run], epochs: list[int]
) -> dict[str, list[float | None]]:
    """Return each run's mean global angle per epoch, by layer; None where it was not measured."""
    keys = [RunKey.of(run) for run in runs if run.rule != REFERENCE_RULE]
    found: dict[str, list[float | None]] = {}
    for key, series in zip(keys, SeriesCache().read(session, keys, ["global_angle"]), strict=True):
        steps = key.steps_per_epoch
        for layer, (x, y) in series["global_angle"].items():
            if steps is None:
                continue
            of_epoch = x // steps + 1
            values = [y[of_epoch == epoch] for epoch in epochs]
            found[f"{arm}/{key.rule}/{key.seed}/{layer}"] = [
                float(np.mean(some)) if len(some) else None for some in values
            ]
    return found
