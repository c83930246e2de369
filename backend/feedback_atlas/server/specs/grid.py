"""The configurations of a hyperparameter search, enumerated and checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.text_checks import Problem
from feedback_atlas.server.specs.schemas import ExperimentSpec, SearchSpec

MAX_VALUES = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """A short run that a search makes to compare settings."""

    rule: str
    seed: int
    parameters: dict[str, float | str]
    epochs: int


def trials(spec: ExperimentSpec) -> list[Trial]:
    """Return the trials of a checked ``spec``."""
    if spec.search is None:
        return []
    return [
        Trial(
            rule=rule.rule,
            seed=spec.seeds[0],
            parameters={**rule.given, **configuration},
            epochs=spec.search.epochs,
        )
        for rule in spec.rules
        if rule.rule in spec.search.grids
        for configuration in configurations(spec.search.grids[rule.rule])
    ]


def configurations(grid: dict[str, list[float]]) -> list[dict[str, float]]:
    """Return every combination of a grid's values, the last parameter changing fastest."""
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def problems(search: SearchSpec, spec: ExperimentSpec) -> Iterable[Problem]:
    """Yield the problems of a search, each with its field."""
    if not 1 <= search.epochs <= spec.epochs:
        yield (
            "search.epochs",
            f"{search.epochs} is out of range for epochs per trial; use 1 to "
            f"{spec.epochs}, the number of epochs of a run.",
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
    """Return a warning where rules are searched with different numbers of configurations."""
    if spec.search is None:
        return None
    counts = {
        rule.rule: len(configurations(spec.search.grids.get(rule.rule, {}))) for rule in spec.rules
    }
    if len(set(counts.values())) == 1:
        return None
    listed = ", ".join(f"{RULES[rule].name} {count}" for rule, count in counts.items())
    return (
        f"Rules are searched over different numbers of configurations ({listed}); rules "
        "with more have a better chance."
    )
