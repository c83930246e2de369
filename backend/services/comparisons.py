"""Comparisons of an experiment's runs: which analyses they need, and the numbers that they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.artifacts import ArtifactStore, DamagedArtifactError
from backend.catalog import ARCHITECTURES, DATASETS, EPOCHS, REFERENCE_RULE, RULES
from backend.db.models import Analysis, Artifact, Comparison, Experiment, Run
from backend.figures.data import AccuracyRow, RunLabel
from backend.schemas.comparisons import ComparisonRequest
from backend.schemas.experiments import ExperimentSpec
from backend.services import analyses
from backend.services.curves import curves_of
from backend.services.errors import (
    ConflictError,
    InvalidSpecError,
    NotFoundError,
    UnavailableError,
)
from backend.services.snapshots import ComparisonNumbers, rdms_from, similarity_from

ACTIVATIONS = "activations"
PROBE = "probe"
SIMILARITY_FIGURES = ("layer-similarity", "similarity-profile")


@dataclass(frozen=True, slots=True)
class Progress:
    """State of a comparison: that of its analyses together."""

    state: str
    error: str | None


def request(session: Session, experiment: Experiment, wanted: ComparisonRequest) -> Comparison:
    """The comparison that ``wanted`` asks for; analyses not yet computed are queued.

    Raises ConflictError when no run has completed, InvalidSpecError for a run that cannot be
    compared.
    """
    selected = _selected_runs(experiment, wanted)
    reference = _reference_rule(experiment, selected)
    references = {
        run.seed: run
        for run in experiment.runs
        if run.rule == reference and run.state == "completed"
    }
    seeds = sorted({run.seed for run in selected})
    rdm_seed = seeds[0] if wanted.rdm_seed is None else wanted.rdm_seed
    if rdm_seed not in seeds:
        raise InvalidSpecError(
            [("rdm_seed", f"Seed {rdm_seed} is not among the compared seeds: {_listed(seeds)}.")]
        )
    shown = _in_order({run.id: run for run in (*references.values(), *selected)}.values())
    described = _described(session, shown, wanted.epoch)
    paired = [run for run in selected if run.rule != reference and run.seed in references]
    content: dict[str, Any] = {
        "runs": [_compared(run) for run in selected],
        "reference": reference,
        "rdm_seed": rdm_seed,
        "unavailable": {},
        "unpaired": [run.id for run in selected if run.seed not in references],
        "similarity": None,
        "rdm": None,
    }
    if paired:
        content["similarity"] = analyses.request(
            session,
            "cka",
            experiment.id,
            {
                "estimator": wanted.estimator,
                "epoch": wanted.epoch,
                "reference": reference,
                "pairs": [
                    [described[run.id], described[references[run.seed].id]] for run in paired
                ],
            },
        ).id
    else:
        reason = (
            f"There is nothing to compare with {RULES[reference].name} yet: no other rule has "
            "completed with the same seed."
        )
        content["unavailable"] = dict.fromkeys(SIMILARITY_FIGURES, reason)
    content["rdm"] = analyses.request(
        session,
        "rdm",
        experiment.id,
        {
            "distance": wanted.distance,
            "epoch": wanted.epoch,
            "runs": [described[run.id] for run in selected],
        },
    ).id
    return _stored(session, experiment, wanted, content)


def get(session: Session, comparison_id: str) -> Comparison:
    """The comparison with this id. Raises NotFoundError."""
    comparison = session.get(Comparison, comparison_id)
    if comparison is None:
        raise NotFoundError("There is no such comparison; open it again from its experiment.")
    return comparison


def progress(session: Session, comparison: Comparison) -> Progress:
    """Whether the comparison's analyses are computed."""
    rows = [session.get(Analysis, analysis_id) for analysis_id in analysis_ids(comparison)]
    states = ["failed" if row is None else row.state for row in rows]
    errors = [row.error for row in rows if row is not None and row.error]
    for state in ("failed", "running", "queued"):
        if state in states:
            return Progress(state, errors[0] if errors else None)
    return Progress("completed", None)


def analysis_ids(comparison: Comparison) -> list[str]:
    """Ids of the analyses that a comparison shows."""
    return [
        comparison.content[name]
        for name in ("similarity", "rdm")
        if comparison.content[name] is not None
    ]


def numbers(session: Session, comparison: Comparison, store: ArtifactStore) -> ComparisonNumbers:
    """The numbers of a computed comparison.

    Raises UnavailableError while it is being computed, and DamagedArtifactError (after which
    `analyses.recompute` helps) when a stored result is not intact.
    """
    if progress(session, comparison).state != "completed":
        raise UnavailableError("This comparison is still being computed; ask again in a moment.")
    results: dict[str, bytes | None] = {"similarity": None, "rdm": None}
    for name in results:
        analysis_id = comparison.content[name]
        if analysis_id is not None:
            results[name] = _result(session.get_one(Analysis, analysis_id), store)
    compared = comparison.content["runs"]
    rows = session.scalars(select(Run).where(Run.id.in_([run["id"] for run in compared])))
    by_id = {run.id: run for run in rows}
    similarity, rdm = results["similarity"], results["rdm"]
    return ComparisonNumbers(
        accuracy=tuple(
            AccuracyRow(
                run=RunLabel(run["rule"], run["seed"]),
                best_epoch=run["best_epoch"],
                best_val_accuracy=run["best_val_accuracy"],
                test_accuracy=run["test_accuracy"],
                seconds=run["seconds"],
            )
            for run in compared
        ),
        curves=curves_of(session, [by_id[run["id"]] for run in compared if run["id"] in by_id]),
        similarity=None if similarity is None else similarity_from(similarity),
        rdms=None if rdm is None else rdms_from(rdm, comparison.content["rdm_seed"]),
    )


def title_and_subtitle(experiment: Experiment, wanted: ComparisonRequest) -> tuple[str, str]:
    """What stands above a comparison."""
    spec = ExperimentSpec.model_validate(experiment.spec)
    seeds = len(spec.seeds)
    parts = (
        DATASETS[spec.dataset].name,
        ARCHITECTURES[spec.architecture].name,
        f"{spec.epochs} epoch{'s' if spec.epochs > 1 else ''}",
        f"seed {spec.seeds[0]}" if seeds == 1 else f"{seeds} seeds",
        f"{EPOCHS[wanted.epoch].name.lower()} network"
        if wanted.epoch == "first"
        else f"{EPOCHS[wanted.epoch].name.lower()} epoch",
    )
    return experiment.name, " · ".join(parts)


def layers_of(experiment: Experiment) -> list[str]:
    """Names of the layers that are compared, in order."""
    spec = ExperimentSpec.model_validate(experiment.spec)
    return list(ARCHITECTURES[spec.architecture].layers)


def _selected_runs(experiment: Experiment, wanted: ComparisonRequest) -> list[Run]:
    completed = {run.id: run for run in experiment.runs if run.state == "completed"}
    if not completed:
        raise ConflictError("No run has completed yet; there is nothing to compare.")
    if wanted.run_ids is None:
        return _in_order(completed.values())
    if not wanted.run_ids:
        raise InvalidSpecError([("run_ids", "No run is chosen; choose at least one.")])
    known = {run.id: run for run in experiment.runs}
    for index, run_id in enumerate(wanted.run_ids):
        if run_id not in known:
            raise InvalidSpecError(
                [(f"run_ids.{index}", f"{run_id[:64]!a} is no run of this experiment.")]
            )
        if run_id not in completed:
            run = known[run_id]
            raise InvalidSpecError(
                [
                    (
                        f"run_ids.{index}",
                        f"{RULES[run.rule].name}, seed {run.seed}, is {run.state}; "
                        "only completed runs can be compared.",
                    )
                ]
            )
    return _in_order({run_id: completed[run_id] for run_id in wanted.run_ids}.values())


def _in_order(runs: Any) -> list[Run]:
    order = {rule: position for position, rule in enumerate(RULES)}
    return sorted(runs, key=lambda run: (order[run.rule], run.seed))


def _reference_rule(experiment: Experiment, selected: Sequence[Run]) -> str:
    completed = {run.rule for run in experiment.runs if run.state == "completed"}
    return REFERENCE_RULE if REFERENCE_RULE in completed else selected[0].rule


def _described(session: Session, shown: Sequence[Run], epoch: str) -> dict[str, dict[str, Any]]:
    files = {
        (row.run_id, row.kind, row.epoch): row
        for row in session.scalars(
            select(Artifact).where(
                Artifact.run_id.in_([run.id for run in shown]),
                Artifact.kind.in_((ACTIVATIONS, PROBE)),
            )
        )
    }
    described: dict[str, dict[str, Any]] = {}
    for run in shown:
        number = {"first": 0, "best": run.best_epoch, "last": run.epochs}[epoch]
        activations = files.get((run.id, ACTIVATIONS, number or 0))
        probe = files.get((run.id, PROBE, 0))
        if activations is None or probe is None:
            raise ConflictError(
                f"{RULES[run.rule].name}, seed {run.seed}, has no stored activations for this "
                "epoch; train it again."
            )
        described[run.id] = {
            "id": run.id,
            "rule": run.rule,
            "seed": run.seed,
            "epoch": activations.epoch,
            "activations": {"key": activations.key, "sha256": activations.sha256},
            "probe": {"key": probe.key, "sha256": probe.sha256},
        }
    return described


def _compared(run: Run) -> dict[str, Any]:
    seconds = (
        (run.finished_at - run.started_at).total_seconds()
        if run.finished_at is not None and run.started_at is not None
        else None
    )
    return {
        "id": run.id,
        "rule": run.rule,
        "seed": run.seed,
        "best_epoch": run.best_epoch,
        "best_val_accuracy": run.best_val_accuracy,
        "test_accuracy": run.test_accuracy,
        "seconds": seconds,
    }


def _stored(
    session: Session, experiment: Experiment, wanted: ComparisonRequest, content: dict[str, Any]
) -> Comparison:
    request_json = wanted.model_dump(mode="json")
    comparison_id = analyses.content_hash(
        {"experiment": experiment.id, "request": request_json, "content": content}
    )
    comparison = session.get(Comparison, comparison_id)
    if comparison is None:
        comparison = Comparison(
            id=comparison_id,
            experiment_id=experiment.id,
            request=request_json,
            content=content,
            created_at=datetime.now(UTC),
        )
        session.add(comparison)
        session.flush()
    return comparison


def _result(analysis: Analysis, store: ArtifactStore) -> bytes:
    if analysis.result_key is None or analysis.result_sha256 is None:
        raise DamagedArtifactError("The result of an analysis is missing.")
    return store.get(analysis.result_key, analysis.result_sha256)


def _listed(seeds: Sequence[int]) -> str:
    return ", ".join(str(seed) for seed in seeds)
