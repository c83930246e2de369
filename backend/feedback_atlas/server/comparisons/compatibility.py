"""Experiments whose runs can be compared: those with the same probe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_atlas.server.artifacts.kinds import PROBE
from feedback_atlas.server.catalog import ARCHITECTURES, DATASETS, RULES
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.db.models import Artifact, Experiment, Run
from feedback_atlas.server.specs.schemas import ExperimentSpec


@dataclass(frozen=True, slots=True)
class CandidateExperiment:
    """Another experiment, and why its runs cannot join a comparison."""

    id: str
    name: str
    created_at: datetime
    rules: tuple[str, ...]
    seeds: tuple[int, ...]
    completed: Annotated[int, Field(description="Runs that have completed.")]
    reason: Annotated[str | None, Field(description="Why it cannot be added; null where it can.")]


def candidates(
    session: Session, experiment: Experiment, search: str, limit: int
) -> list[CandidateExperiment]:
    """Return other experiments by name, compatible ones first, then the newest."""
    spec = Experiment.spec
    mine = experiment.spec
    fits = (
        (spec["dataset"].as_string() == mine["dataset"])
        & (spec["architecture"].as_string() == mine["architecture"])
        & (spec["image_size"].as_integer() == mine["image_size"])
    )
    query = (
        select(Experiment.id, Experiment.name, Experiment.spec, Experiment.created_at)
        .where(Experiment.id != experiment.id)
        .order_by(fits.desc(), Experiment.created_at.desc(), Experiment.id)
        .limit(limit)
    )
    if search.strip():
        query = query.where(
            func.lower(Experiment.name).contains(search.strip().lower(), autoescape=True)
        )
    found = session.execute(query).all()
    ids = [row.id for row in found]
    completed = _completed(session, ids)
    probes = _probes(session, [experiment.id, *ids])
    return [
        CandidateExperiment(
            row.id,
            row.name,
            row.created_at,
            tuple(rule["rule"] for rule in row.spec["rules"]),
            tuple(row.spec["seeds"]),
            completed.get(row.id, 0),
            incompatibility(mine, row.spec, probes.get(experiment.id), probes.get(row.id))
            or (None if completed.get(row.id) else "None of its runs has completed."),
        )
        for row in found
    ]


def check(session: Session, experiment: Experiment, runs: Iterable[Run]) -> None:
    """Refuse runs of other experiments that cannot be compared with those of ``experiment``.

    Raises InvalidSpecError, naming the first such experiment.
    """
    others = {run.experiment_id: run.experiment for run in runs}
    others.pop(experiment.id, None)
    if not others:
        return
    probes = _probes(session, [experiment.id, *others])
    for other in others.values():
        reason = incompatibility(
            experiment.spec, other.spec, probes.get(experiment.id), probes[other.id]
        )
        if reason is not None:
            raise InvalidSpecError.at(
                "run_ids", f"Runs of “{other.name}” cannot be compared here. {reason}"
            )


def incompatibility(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], my_probe: str | None, probe: str | None
) -> str | None:
    """Say why two experiments cannot be compared; None if they can.

    The probes are checksums of their files, None before a run has completed.
    """
    ours, other = ExperimentSpec.model_validate(mine), ExperimentSpec.model_validate(theirs)
    if other.dataset != ours.dataset:
        names = DATASETS[other.dataset].name, DATASETS[ours.dataset].name
        return f"It was trained on {names[0]}; this comparison uses {names[1]}."
    if other.architecture != ours.architecture:
        names = ARCHITECTURES[other.architecture].name, ARCHITECTURES[ours.architecture].name
        return f"Its network is {names[0]}; this comparison uses {names[1]}."
    if other.image_size != ours.image_size:
        return (
            f"Its image size is {other.image_size} pixels; this comparison uses {ours.image_size}."
        )
    if other.probe_size != ours.probe_size:
        return f"Its probe has {other.probe_size} images; this one has {ours.probe_size}."
    if None not in (my_probe, probe) and probe != my_probe:
        return "Its probe contains different images: the data set has changed in between."
    return None


def settings_of(run: Run) -> tuple[Any, ...]:
    """Return the settings that two runs must share to count as seeds of one rule."""
    spec = run.experiment.spec
    parameters = tuple(sorted(run.parameters.items()))
    decided = (spec["batch_size"], spec["augment"], spec["initialisation"])
    return (run.rule, parameters, run.epochs, *decided)


def described(run: Run) -> str:
    """Describe a run in words, for messages."""
    return f"{RULES[run.rule].name}, seed {run.seed}, of “{run.experiment.name}”"


def _completed(session: Session, ids: list[str]) -> dict[str, int]:
    rows = session.execute(
        select(Run.experiment_id.label("of"), func.count().label("completed"))
        .where(Run.experiment_id.in_(ids), Run.role == "run", Run.state == "completed")
        .group_by(Run.experiment_id)
    )
    return {row.of: row.completed for row in rows}


def _probes(session: Session, ids: list[str]) -> dict[str, str]:
    """Return the checksum of each experiment's probe, which all of its runs share."""
    rows = session.execute(
        select(Run.experiment_id.label("of"), func.min(Artifact.sha256).label("sha256"))
        .join(Artifact, Artifact.run_id == Run.id)
        .where(Run.experiment_id.in_(ids), Run.state == "completed", Artifact.kind == PROBE)
        .group_by(Run.experiment_id)
    )
    return {row.of: row.sha256 for row in rows}
