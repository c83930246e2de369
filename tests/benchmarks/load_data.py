"""A database as a year of use leaves it: many experiments, their runs, measurements and events."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update

from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.catalog import ARCHITECTURES, PAPER_RULES
from feedback_atlas.server.comparisons import service as comparisons
from feedback_atlas.server.comparisons.schemas import ComparisonRequest
from feedback_atlas.server.db.models import (
    Analysis,
    Artifact,
    Base,
    Event,
    Experiment,
    Measurement,
    Run,
)
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.experiments.filters import search_text
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec

LAYERS = ARCHITECTURES["moskovitz1"].layers
MEASURES = ("local_angle", "weight_angle", "norm_ratio", "sign_concordance", "global_angle")
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Size:
    """Amount of data: ``long_steps`` is the length of the runs of one long experiment."""

    experiments: int
    runs: int
    epochs: int
    long_steps: int


@dataclass(slots=True)
class Filled:
    """Ids of what was stored."""

    plain: list[str] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    long: str = ""
    live: str = ""
    live_runs: list[str] = field(default_factory=list)


def step_measures(step: int) -> dict[str, Any]:
    """Return a run's records of one step, with as many numbers as moskovitz1 gives."""
    wave = 0.1 * math.sin(step / 40)
    return {
        "loss": 2.3 * math.exp(-step / 900) + wave,
        **{
            measure: {layer: 45.0 + 30 * wave + index for index, layer in enumerate(LAYERS)}
            for measure in MEASURES
        },
        "update_angle": dict.fromkeys((*LAYERS, "all"), 60.0 - wave),
    }


def epoch_measures(epoch: int) -> dict[str, Any]:
    """Return a run's records of one epoch."""
    accuracy = 0.9 - 0.8 * math.exp(-epoch / 8)
    return {
        "train_loss": 2.3 * math.exp(-epoch / 15),
        "train_accuracy": accuracy,
        "val_loss": 2.4 * math.exp(-epoch / 15),
        "val_accuracy": accuracy,
        "seconds": 1.5,
    }


def fill(database: Database, store: ArtifactStore, size: Size, *, live_runs: int) -> Filled:
    """Store ``size`` experiments, the last of them training ``live_runs`` runs.

    One experiment has long runs, and a tenth of them (at most two) comparisons that are computed.
    """
    filled = Filled()
    started = datetime.now(UTC) - timedelta(days=365)
    for index in range(size.experiments):
        spec = _spec(index, size)
        spec_json = experiments.with_defaults(spec).model_dump(mode="json")
        experiment = secrets.token_hex(8)
        created = started + timedelta(minutes=index * 900)
        live = index == size.experiments - 1
        long = index == 0
        steps = size.long_steps if long else size.epochs * 12
        rows = [
            _run(experiment, spec, position, created, size, steps, live=live)
            for position in range(size.runs)
        ]
        with database.write() as session:
            session.execute(
                insert(Experiment),
                [
                    {
                        "id": experiment,
                        "name": spec.name,
                        "spec": spec_json,
                        "created_at": created,
                        "dataset": spec.dataset,
                        "search_text": search_text(spec.name),
                    }
                ],
            )
            session.execute(insert(Run), rows)
            if not live:
                _in_chunks(session, Measurement, _measurements(rows, size.epochs, steps))
                _in_chunks(session, Event, _events(rows, size.epochs))
        if live:
            filled.live, filled.live_runs = experiment, [row["id"] for row in rows[:live_runs]]
        elif long:
            filled.long = experiment
        else:
            filled.plain.append(experiment)
    context = WorkerContext(Settings(device="cpu"), database, store)
    files = _train(context)
    for experiment in filled.plain[: max(1, min(2, size.experiments // 10))]:
        _compare(context, experiment, files)
        filled.compared.append(experiment)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As PostgreSQL's autovacuum does in time.
        connection.execute(text("ANALYZE"))
    return filled


def _spec(index: int, size: Size) -> ExperimentSpec:
    seeds = max(1, size.runs // len(PAPER_RULES))
    return ExperimentSpec(
        name=f"Experiment {index} of a benchmark",
        rules=[RuleSpec(rule=rule) for rule in PAPER_RULES],
        seeds=list(range(seeds)),
        epochs=size.epochs,
    )


def _run(
    experiment: str,
    spec: ExperimentSpec,
    position: int,
    created: datetime,
    size: Size,
    steps: int,
    *,
    live: bool,
) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(8),
        "experiment_id": experiment,
        "position": position,
        "rule": spec.rules[position % len(spec.rules)].rule,
        "seed": position // len(spec.rules),
        "parameters": {"lr": 0.001, "weight_decay": 0.0},
        "epochs": size.epochs,
        "state": "queued" if live else "completed",
        "attempt": 0 if live else 1,
        "failures": 0,
        "cancel_requested": False,
        "created_at": created,
        "started_at": None if live else created,
        "finished_at": None if live else created + timedelta(minutes=5),
        "published_at": datetime.now(UTC) + timedelta(days=1),
        "epoch": 0 if live else size.epochs,
        "step": 0 if live else steps,
        "total_steps": steps,
        "best_epoch": None if live else size.epochs,
        "best_val_accuracy": None if live else 0.9,
        "val_accuracy": None if live else 0.9,
        "test_accuracy": None if live else 0.89,
        "role": "run",
        "chosen": False,
    }


def _measurements(rows: list[dict[str, Any]], epochs: int, steps: int) -> Iterator[dict[str, Any]]:
    for row in rows:
        for step in range(0, steps, 10):
            epoch = step * epochs // steps + 1
            yield {
                "run_id": row["id"], "kind": "step", "step": step, "epoch": epoch,
                "data": step_measures(step),
            }  # fmt: skip
        for epoch in range(1, epochs + 1):
            yield {
                "run_id": row["id"], "kind": "epoch", "step": epoch * steps // epochs,
                "epoch": epoch, "data": epoch_measures(epoch),
            }  # fmt: skip


def _events(rows: list[dict[str, Any]], epochs: int) -> Iterator[dict[str, Any]]:
    for epoch in range(1, epochs + 1):
        for row in rows:
            moment = row["created_at"] + timedelta(seconds=epoch)
            yield {
                "type": "run",
                "experiment_id": row["experiment_id"],
                "run_id": row["id"],
                "created_at": moment,
                "data": {
                    **{name: value for name, value in row.items() if not name.endswith("_at")},
                    "epoch": epoch,
                    "created_at": row["created_at"].isoformat(),
                },
            }


def _in_chunks(session: Any, table: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            session.execute(insert(table), chunk)
            chunk = []
    if chunk:
        session.execute(insert(table), chunk)


def _train(context: WorkerContext) -> list[Artifact]:
    """Train a run for an epoch, as a worker does; the files that it has stored."""
    # Imported here: the clients, which are many processes, need no torch.
    from feedback_atlas.jobs.training import run_training

    spec = ExperimentSpec(name="Trained", rules=[RuleSpec(rule="bp")], epochs=1)
    with context.database.write() as session:
        run_id = experiments.create(session, spec).runs[0].id
    run_training(context, run_id, "benchmark")
    with context.database.read() as session:
        return list(session.scalars(select(Artifact).where(Artifact.run_id == run_id)))


def _compare(context: WorkerContext, experiment_id: str, files: list[Artifact]) -> None:
    """Store a comparison of every run, computed as a worker does from ``files`` of one."""
    from feedback_atlas.jobs.analysis import run_analysis

    with context.database.write() as session:
        experiment = experiments.get(session, experiment_id)
        for run in experiment.runs:
            for file in files:
                session.add(
                    Artifact(
                        run_id=run.id,
                        kind=file.kind,
                        epoch=run.epochs if file.epoch == 1 else file.epoch,
                        key=file.key,
                        sha256=file.sha256,
                        size=file.size,
                    )
                )
        session.flush()
        comparisons.request(session, experiment, ComparisonRequest())
        queued = list(session.scalars(select(Analysis.id).where(Analysis.state == "queued")))
    for analysis_id in queued:
        run_analysis(context, analysis_id, "benchmark")


def start_again(database: Database, run_ids: list[str]) -> None:
    """Queue the live runs again, for another round of writing."""
    with database.write() as session:
        session.execute(update(Run).where(Run.id.in_(run_ids)).values(state="queued"))
