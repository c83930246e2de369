"""Duration of an experiment on the workers that are up, from the durations of past runs."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.db.models import Experiment, Run, Worker
from feedback_atlas.server.queue import workers
from feedback_atlas.server.queue.dispatcher import TRAIN_QUEUE
from feedback_atlas.server.specs import grid
from feedback_atlas.server.specs.schemas import ExperimentSpec

_RUNS_LOOKED_AT = 200
_RUNS_A_RULE = 9
_UNMEASURED = "unknown until the first epoch"


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds until every run has ended, None where nothing tells, and what that rests on."""

    seconds: float | None
    basis: str


def estimate_duration(session: Session, spec: ExperimentSpec, steps_per_epoch: int) -> Duration:
    """Estimate the duration of a checked ``spec``, once its runs are next in the queue."""
    training = workers.serving(session, TRAIN_QUEUE)
    if not training:
        return Duration(None, "No training worker is running.")
    slots = sum(max(1, worker.concurrency) for worker in training)
    speeds, here = _seconds_per_image(session, spec, training)
    if not speeds:
        return Duration(
            None,
            f"The time is {_UNMEASURED}: no run of this network on this data set has completed.",
        )
    # A rule that has not been measured is taken to be as slow as the slowest that has.
    slowest = max(speeds.values())
    networks = [(trial.rule, trial.epochs) for trial in grid.trials(spec)]
    networks += [(rule.rule, spec.epochs) for _ in spec.seeds for rule in spec.rules]
    jobs = [
        epochs * steps_per_epoch * spec.batch_size * speeds.get(rule, slowest)
        for rule, epochs in networks
    ]
    return Duration(
        makespan(jobs, slots),
        " ".join((_measured(spec, speeds, here), _places(slots), *_waiting(session))),
    )


def makespan(jobs: Sequence[float], slots: int) -> float:
    """Return the time at which the last job ends, each begun by the first free slot."""
    free = [0.0] * slots
    for seconds in jobs:
        heapq.heapreplace(free, free[0] + seconds)
    return max(free)


def _seconds_per_image(
    session: Session, spec: ExperimentSpec, training: Sequence[Worker]
) -> tuple[dict[str, float], bool]:
    """Return seconds per image of similar runs, by rule, and whether the workers up ran them.

    Runs count that were trained in one go. The newest come first, and those of other workers only
    where those that are up have trained none.
    """
    rows = session.execute(
        select(
            Run.rule, Run.worker, Run.started_at, Run.finished_at, Run.total_steps, Experiment.spec
        )
        .join(Experiment, Experiment.id == Run.experiment_id)
        .where(
            Run.state == "completed",
            Run.attempt == 1,
            Run.total_steps > 0,
            Run.started_at.is_not(None),
            Run.finished_at.is_not(None),
            Experiment.dataset == spec.dataset,
        )
        .order_by(Run.finished_at.desc())
        .limit(_RUNS_LOOKED_AT)
    ).all()
    alike = [
        row
        for row in rows
        if all(row.spec[name] == getattr(spec, name) for name in ("architecture", "image_size"))
    ]
    names = {worker.name for worker in training}
    here = [row for row in alike if row.worker in names]
    measured: dict[str, list[float]] = {}
    for row in here or alike:
        seconds = (row.finished_at - row.started_at).total_seconds()
        measured.setdefault(row.rule, []).append(
            seconds / (row.total_steps * row.spec["batch_size"])
        )
    return {rule: median(times[:_RUNS_A_RULE]) for rule, times in measured.items()}, bool(here)


def _measured(spec: ExperimentSpec, speeds: dict[str, float], here: bool) -> str:
    where = "" if here else " on other workers"
    new = [RULES[one.rule].name for one in spec.rules if one.rule not in speeds]
    if not new:
        return f"Estimated from completed runs{where}."
    listed = ", ".join(new)
    return (
        f"Estimated from completed runs of other rules{where}; {listed}: assumed as slow as "
        "the slowest of them."
    )


def _places(slots: int) -> str:
    return "One run at a time." if slots == 1 else f"{slots} runs at a time."


def _waiting(session: Session) -> list[str]:
    ahead = session.scalar(
        select(func.count()).where(Run.state.in_(("searching", "queued", "running")))
    )
    if not ahead:
        return []
    return [f"{ahead} unfinished {'run is' if ahead == 1 else 'runs are'} ahead in the queue."]
