"""Creation, reading, cancellation and deletion of experiments."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.catalog import (
    DATASETS,
    RULES,
)
from feedback_atlas.server.core.errors import ConflictError, NotFoundError
from feedback_atlas.server.db.models import Analysis, Comparison, Experiment, Run, Tag
from feedback_atlas.server.events import service as events
from feedback_atlas.server.experiments.filters import search_text
from feedback_atlas.server.runs import log, search
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec


@dataclass(slots=True)
class Removed:
    """Files that a deleted experiment leaves behind: whole folders, and single ones."""

    folders: list[str]
    keys: list[str]


def with_defaults(spec: ExperimentSpec) -> ExperimentSpec:
    """Fill in every parameter that ``spec`` leaves out, so that it can be repeated."""
    return spec.model_copy(
        update={
            "name": spec.name.strip(),
            "augment": DATASETS[spec.dataset].augment_default
            if spec.augment is None
            else spec.augment,
            "rules": [_rule_with_defaults(rule) for rule in spec.rules],
        }
    )


def create(session: Session, spec: ExperimentSpec) -> Experiment:
    """Store a checked ``spec`` with one queued run for each rule and seed."""
    spec = with_defaults(spec)
    now = datetime.now(UTC)
    experiment = Experiment(
        id=secrets.token_hex(8),
        name=spec.name,
        spec=spec.model_dump(mode="json"),
        created_at=now,
        dataset=spec.dataset,
        search_text=search_text(spec.name),
    )
    session.add(experiment)
    session.flush()
    networks = [*search.trials(spec), *_runs(spec)]
    for position, network in enumerate(networks):
        network.id = secrets.token_hex(8)
        network.position = position
        network.created_at = now
    experiment.networks = networks
    session.flush()
    events.append(session, "experiment", {"id": experiment.id}, experiment_id=experiment.id)
    log.launched(session, experiment.id, len(experiment.runs), len(experiment.trials))
    return get(session, experiment.id)


def _runs(spec: ExperimentSpec) -> list[Run]:
    searched = set() if spec.search is None else set(spec.search.grids)
    return [
        Run(
            role="run",
            rule=rule.rule,
            seed=seed,
            parameters=rule.given,
            epochs=spec.epochs,
            state="searching" if rule.rule in searched else "queued",
        )
        for seed in spec.seeds
        for rule in spec.rules
    ]


def get(session: Session, experiment_id: str) -> Experiment:
    """Return the experiment with its runs. Raises NotFoundError."""
    experiment = session.scalar(
        select(Experiment)
        .where(Experiment.id == experiment_id)
        .options(selectinload(Experiment.networks), selectinload(Experiment.tags))
        .execution_options(populate_existing=True)
    )
    if experiment is None:
        raise NotFoundError("This experiment does not exist; it may have been deleted.")
    return experiment


def cancel(session: Session, experiment_id: str) -> Experiment:
    """Cancel every run that waits or runs."""
    experiment = get(session, experiment_id)
    # Runs first: the last trial that ends would otherwise set its run off.
    for network in (*experiment.runs, *experiment.trials):
        if network.state in runs.ACTIVE:
            runs.cancel(session, network)
    return get(session, experiment_id)


def retry(session: Session, experiment_id: str) -> Experiment:
    """Queue every failed or cancelled run again, and the trials that these need.

    Raises ConflictError where there is none.
    """
    experiment = get(session, experiment_id)
    settled = {trial.rule for trial in experiment.trials if trial.chosen}
    # Trials first: a run that waits for a search without one fails at once.
    ended = [
        network
        for network in (*experiment.trials, *experiment.runs)
        if network.state in runs.RETRIABLE
        and (network.role == "run" or network.rule not in settled)
    ]
    if not ended:
        raise ConflictError("No run of this experiment has failed or been cancelled.")
    for network in ended:
        runs.retry(session, network)
    return get(session, experiment_id)


def remove(session: Session, experiment_id: str) -> Removed:
    """Delete an experiment, its runs and comparisons; return which files must go.

    Links are not looked at: `sharing.service.release_links` comes first. Raises ConflictError
    while runs are active.
    """
    experiment = get(session, experiment_id)
    active = sum(network.state in runs.ACTIVE for network in experiment.networks)
    if active:
        raise ConflictError(f"{active} of its runs are still queued or running; cancel them first.")
    results = session.execute(
        select(Analysis.id, Analysis.result_key).where(Analysis.experiment_id == experiment_id)
    ).all()
    removed = Removed(
        folders=[f"runs/{network.id}" for network in experiment.networks]
        + [f"analyses/{row.id}" for row in results],
        keys=[row.result_key for row in results if row.result_key is not None],
    )
    for table in (Tag, Comparison, Analysis, Run):
        session.execute(delete(table).where(table.experiment_id == experiment_id))
    session.execute(delete(Experiment).where(Experiment.id == experiment_id))
    events.append(session, "deleted", {"id": experiment_id}, experiment_id=experiment_id)
    return removed


def delete_files(store: ArtifactStore, removed: Removed) -> None:
    """Remove the files of a deleted experiment."""
    for folder in removed.folders:
        store.delete_folder(folder)
    for key in removed.keys:
        store.delete(key)


def _rule_with_defaults(chosen: RuleSpec) -> RuleSpec:
    rule = RULES[chosen.rule]
    return RuleSpec.model_validate({"rule": rule.id, **rule.defaults, **chosen.given})


def specs(session: Session, experiment_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the settings of those of these experiments that exist, by id.

    Without the folder of a data set: a reader must not be told where folders lie.
    """
    found = {of: session.get(Experiment, of) for of in dict.fromkeys(experiment_ids)}
    return {
        of: {key: value for key, value in experiment.spec.items() if key != "folder"}
        for of, experiment in found.items()
        if experiment is not None
    }
