"""The selection of runs for a comparison, and the stored files of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback_atlas.server.artifacts.kinds import ACTIVATIONS, INITIALISATION, PROBE, WEIGHTS
from feedback_atlas.server.catalog import RULES, SIMILARITIES
from feedback_atlas.server.comparisons.schemas import ComparisonRequest
from feedback_atlas.server.core.errors import ConflictError, InvalidSpecError
from feedback_atlas.server.db.models import Artifact, Experiment, Run
from feedback_atlas.server.figures.base.text import epoch_phrase
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.specs.schemas import ExperimentSpec, Initialisation

# Most ids that every database accepts in a statement.
_IDS_IN_STATEMENT = 500


def selected_runs(session: Session, experiment: Experiment, wanted: ComparisonRequest) -> list[Run]:
    """Return the requested completed runs, of this experiment and of others.

    Raises ConflictError when none has completed, InvalidSpecError for a run that cannot be
    compared or has no such epoch.
    """
    if wanted.run_ids is None:
        runs = completed_runs(experiment)
        if not runs:
            raise ConflictError("No run has completed yet, so there is nothing to compare.")
    else:
        runs = _chosen(session, experiment, wanted.run_ids)
    epochs = min(run.epochs for run in runs)
    if isinstance(wanted.epoch, int) and wanted.epoch > epochs:
        raise InvalidSpecError.at(
            "epoch", f"There is no epoch {wanted.epoch}: choose one from 0 to {epochs}."
        )
    return runs


def completed_runs(experiment: Experiment) -> list[Run]:
    """Return an experiment's completed runs."""
    return [run for run in experiment.runs if run.state == "completed"]


def in_order(runs: Iterable[Run], rules: Mapping[str, str]) -> list[Run]:
    """Sort runs by rule, in catalog order, and seed; ``rules`` names each run's rule."""
    runs = list(runs)
    order = RULES.in_order(rules[run.id] for run in runs)
    return sorted(runs, key=lambda run: (order.index(rules[run.id]), run.seed))


def measured(wanted: ComparisonRequest) -> dict[str, str]:
    """Return the similarity measure as analyses take it: with the distance if it compares RDMs."""
    if not SIMILARITIES[wanted.estimator].rdms:
        return {"measure": wanted.estimator}
    return {"measure": wanted.estimator, "distance": wanted.distance}


def described(
    session: Session, runs: Sequence[Run], epoch: str | int, rules: Mapping[str, str]
) -> dict[str, Described]:
    """Describe each run by its files at an epoch, as they enter an analysis's hash.

    ``rules`` names the rule of each run in the comparison. The files are the weights and, if
    stored, their activations. Raises ConflictError where an epoch's files are missing.
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
            "rule": rules[run.id],
            "seed": run.seed,
            "epoch": numbers[run.id],
            ACTIVATIONS: _file(files.get((run.id, ACTIVATIONS))),
            WEIGHTS: _needed(files.get((run.id, WEIGHTS)), run, epoch),
            PROBE: _needed(files.get((run.id, PROBE)), run, epoch),
            **_initialisation(run),
        }
        for run in runs
    }


def network_of(spec: ExperimentSpec) -> dict[str, str | int]:
    """Return what an analysis needs to build an experiment's networks and read their images."""
    return {
        "architecture": spec.architecture,
        "dataset": spec.dataset,
        "image_size": spec.image_size,
    }


def initialisation_of(run: Run) -> Initialisation:
    """Return whether a run began with its seed's shared weights or with weights of its own."""
    initialisation: Initialisation = run.experiment.spec["initialisation"]
    return initialisation


def _initialisation(run: Run) -> dict[str, str]:
    """Return the initialisation of a run; empty for the shared one, so that older hashes hold."""
    own = initialisation_of(run) == "independent"
    return {INITIALISATION: f"{run.rule}/{run.seed}"} if own else {}


def _chosen(session: Session, experiment: Experiment, run_ids: Sequence[str]) -> list[Run]:
    if not run_ids:
        raise InvalidSpecError.at("run_ids", "No runs selected; select at least one.")
    known = {run.id: run for run in experiment.runs}
    elsewhere = [run_id for run_id in run_ids if run_id not in known]
    known |= {run.id: run for run in _elsewhere(session, elsewhere)}
    for index, run_id in enumerate(run_ids):
        if run_id not in known:
            raise InvalidSpecError.at(
                f"run_ids.{index}",
                f"There is no run {run_id[:64]!a}; its experiment may have been deleted.",
            )
        run = known[run_id]
        if run.state != "completed":
            raise InvalidSpecError.at(
                f"run_ids.{index}",
                f"{RULES[run.rule].name}, seed {run.seed}, is {run.state}; "
                "only completed runs can be compared.",
            )
    return [known[run_id] for run_id in dict.fromkeys(run_ids)]


def _elsewhere(session: Session, run_ids: Sequence[str]) -> list[Run]:
    """Return the runs with these ids, with their experiments."""
    found: list[Run] = []
    for start in range(0, len(run_ids), _IDS_IN_STATEMENT):
        some = run_ids[start : start + _IDS_IN_STATEMENT]
        found += session.scalars(
            select(Run)
            .where(Run.id.in_(some), Run.role == "run")
            .options(joinedload(Run.experiment))
        )
    return found


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
