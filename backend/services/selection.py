"""Which runs a comparison takes, and which stored files stand for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from backend.catalog import REFERENCE_RULE, RULES, SIMILARITIES
from backend.db.models import Artifact, Experiment, Run
from backend.figures.epochs import epoch_phrase
from backend.schemas.comparisons import ComparisonRequest
from backend.services.errors import ConflictError, InvalidSpecError

ACTIVATIONS = "activations"
PROBE = "probe"
WEIGHTS = "weights"

Described = dict[str, Any]


def selected_runs(experiment: Experiment, wanted: ComparisonRequest) -> list[Run]:
    """The completed runs that are asked for.

    Raises ConflictError when none has completed, InvalidSpecError for a run that cannot be
    compared or has no such epoch.
    """
    completed = {run.id: run for run in experiment.runs if run.state == "completed"}
    if not completed:
        raise ConflictError("No run has completed yet; there is nothing to compare.")
    chosen = completed if wanted.run_ids is None else _chosen(experiment, wanted.run_ids)
    runs = in_order(chosen.values())
    epochs = min(run.epochs for run in runs)
    if isinstance(wanted.epoch, int) and wanted.epoch > epochs:
        raise InvalidSpecError(
            [("epoch", f"There is no epoch {wanted.epoch}: choose one from 0 to {epochs}.")]
        )
    return runs


def in_order(runs: Iterable[Run]) -> list[Run]:
    """Runs by rule, as the catalog has them, and seed."""
    order = {rule: position for position, rule in enumerate(RULES)}
    return sorted(runs, key=lambda run: (order[run.rule], run.seed))


def reference_rule(experiment: Experiment, selected: Sequence[Run]) -> str:
    """The rule that the others are compared with: BP where it has completed."""
    completed = {run.rule for run in experiment.runs if run.state == "completed"}
    return REFERENCE_RULE if REFERENCE_RULE in completed else selected[0].rule


def measured(wanted: ComparisonRequest) -> dict[str, str]:
    """The measure of similarity, as analyses are told: with the distance where it compares RDMs."""
    if not SIMILARITIES[wanted.estimator].rdms:
        return {"measure": wanted.estimator}
    return {"measure": wanted.estimator, "distance": wanted.distance}


def described(session: Session, runs: Sequence[Run], epoch: str | int) -> dict[str, Described]:
    """The files that stand for each run at an epoch, by run: what an analysis's hash rests on.

    Stored activations where there are some, and always the weights that they came from.
    Raises ConflictError where an epoch's files are missing.
    """
    numbers = {run.id: _number(run, epoch) for run in runs}
    files = {
        (row.run_id, row.kind): row
        for row in session.scalars(
            select(Artifact).where(
                or_(
                    *(
                        and_(
                            Artifact.run_id.in_(
                                [run.id for run in runs if numbers[run.id] == number]
                            ),
                            Artifact.kind.in_((ACTIVATIONS, WEIGHTS)),
                            Artifact.epoch == number,
                        )
                        for number in sorted(set(numbers.values()))
                    )
                )
                | and_(Artifact.run_id.in_(list(numbers)), Artifact.kind == PROBE)
            )
        )
    }
    return {
        run.id: {
            "id": run.id,
            "rule": run.rule,
            "seed": run.seed,
            "epoch": numbers[run.id],
            ACTIVATIONS: _file(files.get((run.id, ACTIVATIONS))),
            WEIGHTS: _needed(files.get((run.id, WEIGHTS)), run, epoch),
            PROBE: _needed(files.get((run.id, PROBE)), run, epoch),
        }
        for run in runs
    }


def _chosen(experiment: Experiment, run_ids: Sequence[str]) -> dict[str, Run]:
    if not run_ids:
        raise InvalidSpecError([("run_ids", "No run is chosen; choose at least one.")])
    known = {run.id: run for run in experiment.runs}
    for index, run_id in enumerate(run_ids):
        if run_id not in known:
            raise InvalidSpecError(
                [(f"run_ids.{index}", f"{run_id[:64]!a} is no run of this experiment.")]
            )
        run = known[run_id]
        if run.state != "completed":
            raise InvalidSpecError(
                [
                    (
                        f"run_ids.{index}",
                        f"{RULES[run.rule].name}, seed {run.seed}, is {run.state}; "
                        "only completed runs can be compared.",
                    )
                ]
            )
    return {run_id: known[run_id] for run_id in run_ids}


def _number(run: Run, epoch: str | int) -> int:
    if isinstance(epoch, int):
        return epoch
    return {"first": 0, "best": run.best_epoch or 0, "last": run.epochs}[epoch]


def _file(row: Artifact | None) -> dict[str, str] | None:
    return None if row is None else {"key": row.key, "sha256": row.sha256}


def _needed(row: Artifact | None, run: Run, epoch: str | int) -> dict[str, str]:
    if row is None:
        raise ConflictError(
            f"{RULES[run.rule].name}, seed {run.seed}, has no checkpoint of this epoch "
            f"({epoch_phrase(str(epoch))}); train it again."
        )
    return {"key": row.key, "sha256": row.sha256}
