"""Comparisons of an experiment's runs: which analyses they need, and the numbers that they show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.artifacts import ArtifactStore, DamagedArtifactError
from backend.catalog import ARCHITECTURES, DATASETS
from backend.db.models import Analysis, Comparison, Experiment, Run
from backend.figures.data import AccuracyRow, RunLabel
from backend.figures.epochs import epoch_phrase
from backend.schemas.comparisons import ComparisonRequest
from backend.schemas.experiments import ExperimentSpec
from backend.services import analyses, choices, panels, selection
from backend.services.curves import curves_of
from backend.services.errors import NotFoundError, UnavailableError
from backend.services.snapshots import ComparisonNumbers, panel_from, rdms_from, similarity_from


@dataclass(frozen=True, slots=True)
class Progress:
    """State of a comparison: that of its analyses together."""

    state: str
    error: str | None


def request(session: Session, experiment: Experiment, wanted: ComparisonRequest) -> Comparison:
    """The comparison that ``wanted`` asks for; analyses not yet computed are queued.

    Raises ConflictError when no run has completed, InvalidSpecError for a run that cannot be
    compared, or choices that do not go together.
    """
    spec = ExperimentSpec.model_validate(experiment.spec)
    choices.check(wanted, spec)
    selected = selection.selected_runs(experiment, wanted)
    reference = selection.reference_rule(experiment, selected)
    seeds = {run.seed for run in selected}
    references = {
        run.seed: run
        for run in experiment.runs
        if run.rule == reference and run.state == "completed" and run.seed in seeds
    }
    rdm_seed = choices.rdm_seed(selected, wanted)
    shown = selection.in_order({run.id: run for run in (*references.values(), *selected)}.values())
    described = selection.described(session, shown, wanted.epoch)
    paired = [run for run in selected if run.rule != reference and run.seed in references]
    common = {
        "epoch": str(wanted.epoch),
        "network": {
            "architecture": spec.architecture,
            "dataset": spec.dataset,
            "image_size": spec.image_size,
        },
    }
    content: dict[str, Any] = {
        "runs": [_compared(run) for run in selected],
        "reference": reference,
        "rdm_seed": rdm_seed,
        "matrices": wanted.matrices,
        "unavailable": choices.unavailable(spec, reference, paired, wanted),
        "unpaired": [run.id for run in selected if run.seed not in references],
        "similarity": None,
        "rdm": analyses.request(
            session,
            "rdm",
            experiment.id,
            {
                **common,
                "distance": wanted.distance,
                "runs": [described[run.id] for run in selected if run.seed == rdm_seed],
            },
        ).id,
    }
    if paired:
        content["similarity"] = analyses.request(
            session,
            "similarity",
            experiment.id,
            {
                **common,
                **selection.measured(wanted),
                "images": wanted.images,
                "subset": wanted.subset,
                "class": wanted.subset_class if wanted.subset == "one_class" else None,
                "reference": reference,
                "pairs": [
                    [described[run.id], described[references[run.seed].id]] for run in paired
                ],
            },
        ).id
    chosen = panels.Chosen(selected, shown, described, reference, rdm_seed)
    content["panels"], missing = panels.request(session, experiment, wanted, chosen, common)
    content["no_statistics"] = missing.pop("statistics", None)
    content["unavailable"] |= {panels.FIGURES[panel]: why for panel, why in missing.items()}
    return _stored(session, experiment, wanted, content)


def get(session: Session, comparison_id: str) -> Comparison:
    """The comparison with this id. Raises NotFoundError."""
    comparison = session.get(Comparison, comparison_id)
    if comparison is None:
        raise NotFoundError("There is no such comparison; open it again from its experiment.")
    return comparison


def progress(session: Session, comparison: Comparison) -> Progress:
    """Whether the analyses are computed that a comparison cannot be shown without."""
    rows = [session.get(Analysis, analysis_id) for analysis_id in core_ids(comparison)]
    states = ["failed" if row is None else row.state for row in rows]
    errors = [row.error for row in rows if row is not None and row.error]
    for state in ("failed", "running", "queued"):
        if state in states:
            return Progress(state, errors[0] if errors else None)
    return Progress("completed", None)


def core_ids(comparison: Comparison) -> list[str]:
    """Ids of the analyses that a comparison cannot be shown without."""
    return [
        comparison.content[name]
        for name in analyses.CORE_KINDS
        if comparison.content[name] is not None
    ]


def analysis_ids(comparison: Comparison) -> list[str]:
    """Ids of all analyses that a comparison shows."""
    return [*core_ids(comparison), *comparison.content.get("panels", {}).values()]


def results(session: Session, comparison: Comparison) -> list[tuple[str | None, str | None]]:
    """Key and checksum of each result that a comparison shows."""
    rows = session.execute(
        select(Analysis.result_key, Analysis.result_sha256)
        .where(Analysis.id.in_(analysis_ids(comparison)))
        .order_by(Analysis.id)
    )
    return [(key, sha256) for key, sha256 in rows]


def rdm_inputs(session: Session, comparison: Comparison) -> dict[str, Any]:
    """What the RDMs of a comparison are computed from: its networks and their probe."""
    inputs: dict[str, Any] = session.get_one(Analysis, comparison.content["rdm"]).inputs
    return inputs


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
        matrices=comparison.content.get("matrices", "ours"),
        **_panel_numbers(session, comparison, store),
        rdms=None if rdm is None else rdms_from(rdm, comparison.content["rdm_seed"]),
    )


def _panel_numbers(
    session: Session, comparison: Comparison, store: ArtifactStore
) -> dict[str, Any]:
    """What is computed of the panels, and why there are no statistics."""
    found: dict[str, Any] = {"no_statistics": comparison.content.get("no_statistics")}
    for panel, analysis in panels.states(session, comparison.content).items():
        if analysis is not None and analysis.state == "completed":
            found[panel] = panel_from(panel, _result(analysis, store))
        elif panel == "statistics" and analysis is not None and analysis.state == "failed":
            found["no_statistics"] = f"No statistics: {analysis.error}"
    return found


def title_and_subtitle(experiment: Experiment, wanted: ComparisonRequest) -> tuple[str, str]:
    """What stands above a comparison."""
    spec = ExperimentSpec.model_validate(experiment.spec)
    seeds = len(spec.seeds)
    parts = (
        DATASETS[spec.dataset].name,
        ARCHITECTURES[spec.architecture].name,
        f"{spec.epochs} epoch{'s' if spec.epochs > 1 else ''}",
        f"seed {spec.seeds[0]}" if seeds == 1 else f"{seeds} seeds",
        "untrained network" if wanted.epoch == "first" else epoch_phrase(str(wanted.epoch)),
    )
    return experiment.name, " · ".join(parts)


def layers_of(experiment: Experiment) -> list[str]:
    """Names of the layers that are compared, in order."""
    spec = ExperimentSpec.model_validate(experiment.spec)
    return list(ARCHITECTURES[spec.architecture].layers)


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
