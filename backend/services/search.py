"""Grid search over hyperparameters: short trials first, then the runs with the settings that won.

A rule that is searched has its runs in the state ``searching`` until its last trial has ended.
Trials use the experiment's first seed; what they choose holds for every seed (as in Lance & Kieu
2026, who search with their one seed).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.catalog import RULES
from backend.db.models import Run
from backend.schemas.experiments import ExperimentSpec, RuleSpec, SearchSpec

MAX_VALUES = 20
_UNFINISHED = ("queued", "running")

Problem = tuple[str, str]


def parameters_of(rule: RuleSpec) -> dict[str, float | str]:
    """The parameters of a rule as a run takes them."""
    return rule.model_dump(exclude={"rule"}, exclude_none=True)


def configurations(grid: dict[str, list[float]]) -> list[dict[str, float]]:
    """Every combination of a grid's values, the last parameter changing fastest."""
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def trials(spec: ExperimentSpec) -> list[Run]:
    """The trials of a checked ``spec``, not yet stored."""
    if spec.search is None:
        return []
    return [
        Run(
            role="trial",
            rule=rule.rule,
            seed=spec.seeds[0],
            parameters={**parameters_of(rule), **configuration},
            epochs=spec.search.epochs,
            state="queued",
        )
        for rule in spec.rules
        if rule.rule in spec.search.grids
        for configuration in configurations(spec.search.grids[rule.rule])
    ]


def problems(search: SearchSpec, spec: ExperimentSpec) -> Iterable[Problem]:
    """What is wrong with a search, each with its field."""
    if not 1 <= search.epochs <= spec.epochs:
        yield (
            "search.epochs",
            f"{search.epochs} is out of range for the epochs of a trial; use 1 to {spec.epochs}, "
            "the epochs of a run.",
        )
    if not search.grids:
        yield "search.grids", "The search has no grid; give one for at least one rule."
    chosen = [rule.rule for rule in spec.rules]
    for rule_id, grid in search.grids.items():
        field = f"search.grids.{rule_id}"[:200]
        rule = RULES.get(rule_id)
        if rule is None or rule_id not in chosen:
            yield (
                "search.grids",
                f"{rule_id[:64]!a} is no rule of this experiment; search {', '.join(chosen)}.",
            )
            continue
        known = {parameter.id: parameter for parameter in rule.parameters}
        if not grid:
            yield field, f"The grid of {rule.name} is empty; give values for {', '.join(known)}."
        for name, values in grid.items():
            if name not in known:
                yield (
                    field,
                    f"{name[:64]!a} is no parameter of {rule.name}; search {', '.join(known)}.",
                )
                continue
            yield from _value_problems(f"{field}.{name}", values, known[name])


def _value_problems(field: str, values: list[float], parameter: Any) -> Iterable[Problem]:
    what = parameter.name.lower()
    if not 1 <= len(values) <= MAX_VALUES:
        yield field, f"{len(values)} values are given for {what}; give 1 to {MAX_VALUES}."
    if len(set(values)) != len(values):
        yield field, f"A value of {what} is given twice; give each once."
    for value in values:
        # Written so that NaN, which compares false with everything, is refused as well.
        if not parameter.minimum <= value <= parameter.maximum:
            yield (
                field,
                f"{value:g} is out of range for {what}; "
                f"use {parameter.minimum:,g} to {parameter.maximum:,g}.",
            )


def unfairness(spec: ExperimentSpec) -> str | None:
    """A warning where rules are searched with different numbers of configurations."""
    if spec.search is None:
        return None
    counts = {
        rule.rule: len(configurations(spec.search.grids.get(rule.rule, {}))) for rule in spec.rules
    }
    if len(set(counts.values())) == 1:
        return None
    listed = ", ".join(f"{RULES[rule].name} {count}" for rule, count in counts.items())
    return (
        f"The rules are tried with different numbers of configurations ({listed}): "
        "those with more have the better chance."
    )


def prepare_retry(session: Session, run: Run) -> None:
    """Make a retried run wait for its rule's search, or give it the settings that won."""
    if run.role == "trial":
        return
    tried = _trials_of(session, run)
    chosen = [trial for trial in tried if trial.chosen]
    if chosen:
        run.parameters = dict(chosen[0].parameters)
    elif tried:
        run.state = "searching"


def settle(session: Session, ended: Run) -> list[Run]:
    """Set the runs of a rule off once all its trials have ended; returns what changed.

    ``ended`` is a trial that has just ended, or a run that waits for the outcome.

    The trial with the best validation accuracy wins, the first of equals. Without any completed
    trial the runs fail with the reason.
    """
    if ended.role == "run" and ended.state != "searching":
        return []
    waiting = session.scalars(
        _of_rule(ended).where(Run.role == "run", Run.state == "searching").with_for_update()
    ).all()
    tried = _trials_of(session, ended)
    if not waiting or any(run.state in _UNFINISHED for run in tried):
        return []
    completed = [run for run in tried if run.state == "completed"]
    if not completed:
        for run in waiting:
            run.state, run.finished_at = "failed", datetime.now(UTC)
            run.error = (
                f"No trial of {RULES[run.rule].name} completed ({len(tried)} ended without a "
                "result), so there are no settings to train with. Retry a trial, then this run."
            )
        return list(waiting)
    best = max(completed, key=lambda run: run.best_val_accuracy or 0.0)
    for run in tried:
        run.chosen = run is best
    for run in waiting:
        run.parameters = dict(best.parameters)
        run.state, run.published_at = "queued", None
    return [best, *waiting]


def _of_rule(run: Run) -> Select[Run]:
    return (
        select(Run)
        .where(Run.experiment_id == run.experiment_id, Run.rule == run.rule)
        .order_by(Run.position)
    )


def _trials_of(session: Session, run: Run) -> list[Run]:
    return list(session.scalars(_of_rule(run).where(Run.role == "trial")))
