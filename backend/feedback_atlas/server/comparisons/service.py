"""Comparisons of runs: the analyses that they need, and the numbers that they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.analyses.kinds import KINDS, STATISTICS, core_kinds
from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.catalog import ARCHITECTURES, DATASETS, REFERENCE_RULE
from feedback_atlas.server.comparisons import compatibility, panels, selection, validation
from feedback_atlas.server.comparisons.labels import Labels, label_runs
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels import layer_similarity
from feedback_atlas.server.comparisons.panels.panel import ComparisonPlan, NotComputedError
from feedback_atlas.server.comparisons.schemas import ComparisonRequest
from feedback_atlas.server.core.errors import NotFoundError, UnavailableError
from feedback_atlas.server.core.text import counted
from feedback_atlas.server.db.models import Analysis, Comparison, Experiment, Run
from feedback_atlas.server.figures.base.text import epoch_phrase
from feedback_atlas.server.results.codec import restore
from feedback_atlas.server.results.types import AccuracyRow, RunLabel
from feedback_atlas.server.runs.curves import curves_of
from feedback_atlas.server.specs.schemas import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a comparison: that of its analyses together."""

    state: str
    error: str | None


def request(session: Session, experiment: Experiment, wanted: ComparisonRequest) -> Comparison:
    """Return the comparison that ``wanted`` describes; analyses not yet computed are queued.

    Raises ConflictError when no run has completed, InvalidSpecError for a run that cannot be
    compared, or choices that do not go together.
    """
    spec = ExperimentSpec.model_validate(experiment.spec)
    validation.check(wanted, spec)
    chosen = selection.selected_runs(session, experiment, wanted)
    compatibility.check(session, experiment, chosen)
    every = {run.id: run for run in (*selection.completed_runs(experiment), *chosen)}
    labels = label_runs(experiment, every.values())
    rules = labels.rules
    selected = selection.in_order(chosen, rules)
    # BP if it has completed, even if it is not among the chosen runs of this experiment.
    reference = REFERENCE_RULE if REFERENCE_RULE in rules.values() else rules[selected[0].id]
    seeds = {run.seed for run in selected}
    references = {
        run.seed: run for run in every.values() if rules[run.id] == reference and run.seed in seeds
    }
    rdm_seed = validation.rdm_seed(selected, wanted)
    together = {run.id: run for run in (*references.values(), *selected)}
    shown = selection.in_order(together.values(), rules)
    paired = [run for run in selected if rules[run.id] != reference and run.seed in references]
    plan = ComparisonPlan(
        session=session,
        spec=spec,
        wanted=wanted,
        selected=selected,
        shown=shown,
        paired=paired,
        references=references,
        described=selection.described(session, shown, wanted.epoch, rules),
        rules=rules,
        reference=reference,
        seed=rdm_seed,
        common={"epoch": str(wanted.epoch), "network": selection.network_of(spec)},
    )
    inputs, missing = _inputs(plan)
    found = analyses.request_all(session, experiment.id, inputs)
    ids = {kind: found[kind].id if kind in found else None for kind in (*core_kinds(), *inputs)}
    unavailable = {
        figure.name: why for kind, why in missing.items() for figure in panels.figures_needing(kind)
    }
    no_matrices = validation.no_matrices(spec, reference, {rules[run.id] for run in paired}, wanted)
    if paired and no_matrices is not None:
        unavailable[layer_similarity.PANEL.id] = no_matrices
    content: dict[str, Any] = {
        "runs": [_compared(run, rules[run.id]) for run in selected],
        "experiments": _experiments(labels, together.values()),
        "reference": reference,
        "rdm_seed": rdm_seed,
        "matrices": wanted.matrices,
        "map_dimensions": wanted.map_dimensions,
        "unpaired": [run.id for run in selected if run.seed not in references],
        "unavailable": unavailable,
        "missing": missing,
        **{kind: ids.pop(kind) for kind in core_kinds()},
        "panels": ids,
    }
    return _stored(session, experiment, wanted, content)


def _inputs(plan: ComparisonPlan) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return by kind the inputs of each analysis, and by kind why one is not computed."""
    found: dict[str, dict[str, Any]] = {}
    missing: dict[str, str] = {}
    for computation in panels.computations():
        try:
            found[computation.kind.id] = computation.inputs(plan)
        except NotComputedError as reason:
            missing[computation.kind.id] = str(reason)
    return found, missing


def get(session: Session, comparison_id: str) -> Comparison:
    """Return the comparison with this id. Raises NotFoundError."""
    comparison = session.get(Comparison, comparison_id)
    if comparison is None:
        raise NotFoundError("This comparison does not exist; open it again from its experiment.")
    return comparison


def progress(comparison: Comparison, found: Mapping[str, Analysis]) -> Progress:
    """Return whether the core analyses, ``found`` by id, are computed."""
    rows = [found.get(analysis_id) for analysis_id in core_ids(comparison)]
    states = ["failed" if row is None else row.state for row in rows]
    errors = [row.error for row in rows if row is not None and row.error]
    for state in ("failed", "cancelled", "running", "queued"):
        if state in states:
            return Progress(state, errors[0] if errors else None)
    return Progress("completed", None)


def core_ids(comparison: Comparison) -> list[str]:
    """Return the ids of the analyses that a comparison cannot be shown without."""
    ids = (comparison.content[kind] for kind in core_kinds())
    return [one for one in ids if one is not None]


def analysis_ids(comparison: Comparison) -> list[str]:
    """Return the ids of all analyses that a comparison shows."""
    return [*core_ids(comparison), *comparison.content["panels"].values()]


def states(comparison: Comparison, found: Mapping[str, Analysis]) -> dict[str, Analysis | None]:
    """Return the analysis, of those ``found`` by id, of each requested kind."""
    content = comparison.content
    ids = {kind: content[kind] for kind in core_kinds() if content[kind] is not None}
    return {kind: found.get(one) for kind, one in (ids | content["panels"]).items()}


def analyses_of(session: Session, comparison: Comparison) -> dict[str, Analysis]:
    """Return the analyses that a comparison shows, by id, except lost ones."""
    return analyses.by_id(session, analysis_ids(comparison))


def rdm_inputs(session: Session, comparison: Comparison) -> dict[str, Any]:
    """Return the inputs of a comparison's RDMs: its networks and their probe."""
    inputs: dict[str, Any] = session.get_one(Analysis, comparison.content["rdm"]).inputs
    return inputs


def numbers(session: Session, comparison: Comparison, store: ArtifactStore) -> ComparisonNumbers:
    """Return the numbers of a computed comparison.

    Raises UnavailableError while it is being computed, and DamagedArtifactError (after which
    `analyses.recompute` helps) when a stored result is not intact.
    """
    found = analyses_of(session, comparison)
    if progress(comparison, found).state != "completed":
        raise UnavailableError("This comparison is still being computed; try again in a moment.")
    compared = comparison.content["runs"]
    rows = session.scalars(select(Run).where(Run.id.in_([run["id"] for run in compared])))
    by_id = {run.id: run for run in rows}
    results, missing = _results(comparison, found, store)
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
        curves=curves_of(
            session,
            [by_id[run["id"]] for run in compared if run["id"] in by_id],
            {run["id"]: run["rule"] for run in compared},
        ),
        results=results,
        missing=missing,
        matrices=comparison.content["matrices"],
        map_dimensions=comparison.content["map_dimensions"],
    )


def _results(
    comparison: Comparison, found: Mapping[str, Analysis], store: ArtifactStore
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the computed results by kind, and say why the rest will not be computed."""
    results: dict[str, Any] = {}
    missing = _missing(comparison.content)
    for kind, analysis in states(comparison, found).items():
        if analysis is None:
            continue
        if analysis.state == "completed":
            results[kind] = restore(KINDS[kind].result, analyses.stored_result(analysis, store))
        elif analysis.state == "failed":
            missing[kind] = f"could not be computed: {analysis.error}"
        elif analysis.state == "cancelled":
            missing[kind] = "cancelled before it was computed"
    return results, missing


def _missing(content: Mapping[str, Any]) -> dict[str, str]:
    if "missing" in content:
        return dict(content["missing"])
    # Rows of 0.1.0 have a reason for statistics alone.
    reason = content["no_statistics"]
    return {} if reason is None else {STATISTICS.id: reason.removeprefix("No statistics: ")}


def title_and_subtitle(
    experiment: Experiment, wanted: ComparisonRequest, content: dict[str, Any]
) -> tuple[str, str]:
    """Write the heading of a comparison; of several experiments, with each letter's experiment."""
    spec = ExperimentSpec.model_validate(experiment.spec)
    others = [one for one in content["experiments"] if one["id"] != experiment.id]
    if others:
        seeds_of = {run["seed"] for run in content["runs"]}
        parts = (
            DATASETS[spec.dataset].name,
            ARCHITECTURES[spec.architecture].name,
            counted(len(seeds_of), "seed"),
            _epoch(wanted),
            *(f"{one['letter']}: {one['name']}" for one in others),
        )
        more = others[0]["name"] if len(others) == 1 else f"{len(others)} more experiments"
        return f"{experiment.name} and {more}", " · ".join(parts)
    seeds = len(spec.seeds)
    parts = (
        DATASETS[spec.dataset].name,
        ARCHITECTURES[spec.architecture].name,
        counted(spec.epochs, "epoch"),
        f"seed {spec.seeds[0]}" if seeds == 1 else counted(seeds, "seed"),
        _epoch(wanted),
    )
    return experiment.name, " · ".join(parts)


def _epoch(wanted: ComparisonRequest) -> str:
    return "untrained network" if wanted.epoch == "first" else epoch_phrase(str(wanted.epoch))


def layers_of(experiment: Experiment) -> list[str]:
    """Return the names of the compared layers, in order."""
    spec = ExperimentSpec.model_validate(experiment.spec)
    return list(ARCHITECTURES[spec.architecture].layers)


def _experiments(labels: Labels, runs: Iterable[Run]) -> list[dict[str, str]]:
    """Return the experiments of these runs, in the order of their letters."""
    present = {run.experiment_id for run in runs}
    return [
        {"id": of, "name": labels.names[of], "letter": letter}
        for of, letter in labels.letters.items()
        if of in present
    ]


def _compared(run: Run, rule: str) -> dict[str, Any]:
    seconds = (
        (run.finished_at - run.started_at).total_seconds()
        if run.finished_at is not None and run.started_at is not None
        else None
    )
    initialisation = selection.initialisation_of(run)
    return {
        "id": run.id,
        "experiment_id": run.experiment_id,
        "rule": rule,
        "seed": run.seed,
        "best_epoch": run.best_epoch,
        "best_val_accuracy": run.best_val_accuracy,
        "test_accuracy": run.test_accuracy,
        "seconds": seconds,
        **({} if initialisation == "shared" else {"initialisation": initialisation}),
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
