"""Rows of answers: the statistics of each arm's similarities, adjusted over their question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics import (
    PairedTest,
    Run,
    arms_effect,
    closeness,
    holm,
    order_agreement,
    seed_effect,
    tracking,
)
from feedback_atlas.analysis.statistics.runs import BACKPROPAGATION
from feedback_atlas.server.artifacts.kinds import INITIALISATION
from feedback_atlas.server.results.answers import (
    OVERALL,
    ArmsEffect,
    Closeness,
    Effect,
    Order,
    OrderedPair,
    SeedEffect,
    Tracking,
)
from feedback_atlas.server.results.networks import Described

RESAMPLES = 1000
# Of one arm, by layer: (n_runs, n_runs).
Similarities = dict[str, FloatArray]
_Row = TypeVar("_Row")


class Arm:
    """The networks of one arm, by rule and seed."""

    def __init__(self, name: str, described: Sequence[Described]) -> None:
        self.name = name
        self.described = [run for run in described if run["arm"] == name]
        self.runs = [
            Run(run["rule"], run["seed"], initialisation=run.get(INITIALISATION))
            for run in self.described
        ]
        self.place = {(run.rule, run.seed): at for at, run in enumerate(self.runs)}
        self.rules = [
            rule for rule in dict.fromkeys(run.rule for run in self.runs) if rule != BACKPROPAGATION
        ]
        self.seeds = sorted({run.seed for run in self.runs if run.rule == BACKPROPAGATION})

    def complete_seeds(self, rule: str) -> list[int]:
        """Return the seeds that have both the rule and backpropagation."""
        return [seed for seed in self.seeds if (rule, seed) in self.place]


def same_seed(arm: Arm, matrix: FloatArray) -> FloatArray:
    """Return each rule's similarity with backpropagation of its seed, (n_seeds, n_rules)."""
    values = np.full((len(arm.seeds), len(arm.rules)), np.nan)
    for column, rule in enumerate(arm.rules):
        for seed in arm.complete_seeds(rule):
            at = arm.place[rule, seed], arm.place[BACKPROPAGATION, seed]
            values[arm.seeds.index(seed), column] = matrix[at]
    return values


def closeness_rows(
    arms: Sequence[Arm], matrices: Mapping[str, Similarities], generator: np.random.Generator
) -> tuple[Closeness, ...]:
    """Test each rule's closeness to backpropagation against backpropagation's to itself."""
    rows = []
    for arm in arms:
        for rule in arm.rules:
            for layer, matrix in matrices[arm.name].items():
                found = closeness(matrix, arm.runs, rule, generator)
                test = Effect(
                    found.n_seeds,
                    found.test.difference,
                    *_ends(found.interval),
                    p=found.test.p,
                    smallest_p=found.test.smallest_p,
                    reason=found.reason or found.test.reason,
                )
                rows.append(Closeness(arm.name, rule, layer, found.own, found.across, test))
    return _adjusted(rows)


def seed_effects_rows(
    arms: Sequence[Arm], matrices: Mapping[str, Similarities], generator: np.random.Generator
) -> tuple[SeedEffect, ...]:
    """Estimate the effect of a shared seed within each arm."""
    rows = []
    for arm in arms:
        for rule in arm.rules:
            seeds = arm.complete_seeds(rule)
            own = [arm.place[rule, seed] for seed in seeds]
            bp = [arm.place[BACKPROPAGATION, seed] for seed in seeds]
            for layer, matrix in matrices[arm.name].items():
                found = seed_effect(matrix[np.ix_(own, bp)], generator)
                test = Effect(
                    found.n_seeds,
                    found.difference,
                    *_ends(found.interval),
                    p=found.p,
                    smallest_p=found.smallest_p,
                    reason=found.reason,
                )
                rows.append(SeedEffect(arm.name, rule, layer, found.same, found.other, test))
    return _adjusted(rows)


def arms_effects_rows(
    arms: Sequence[Arm], matrices: Mapping[str, Similarities]
) -> tuple[ArmsEffect, ...]:
    """Estimate the effect of shared initial weights, where both arms exist."""
    if len(arms) < 2:
        return ()
    rows = []
    for rule in arms[0].rules:
        if rule not in arms[1].rules:
            continue
        for layer in matrices[arms[0].name]:
            by_seed = [
                {
                    seed: float(value)
                    for seed, value in zip(
                        arm.seeds,
                        same_seed(arm, matrices[arm.name][layer])[:, arm.rules.index(rule)],
                        strict=True,
                    )
                    if np.isfinite(value)
                }
                for arm in arms
            ]
            both = by_seed[0].keys() & by_seed[1].keys()
            means = [
                float(np.mean([values[seed] for seed in both])) if both else None
                for values in by_seed
            ]
            test = _tested(arms_effect(*by_seed))
            rows.append(ArmsEffect(rule, layer, means[0], means[1], test))
    return _adjusted(rows)


def tracking_rows(
    arms: Sequence[Arm],
    layers: Sequence[str],
    similarity: Mapping[str, FloatArray],
    angles: Mapping[str, Sequence[float | None]],
) -> tuple[Tracking, ...]:
    """Correlate similarity, (n_epochs, n_layers) by run, with the angle, by run and layer."""
    rows = []
    for arm in arms:
        for rule in arm.rules:
            seeds = arm.complete_seeds(rule)
            for place, layer in enumerate(layers):
                found = tracking(
                    {seed: similarity[f"{arm.name}/{rule}/{seed}"][:, place] for seed in seeds},
                    {
                        seed: np.array(angles[key], dtype=np.float64)  # None becomes NaN
                        for seed in seeds
                        if (key := f"{arm.name}/{rule}/{seed}/{layer}") in angles
                    },
                )
                rows.append(
                    Tracking(
                        arm.name, rule, layer, found.n_epochs,
                        _tested(found.levels), _tested(found.changes),
                    )
                )  # fmt: skip
    return _adjusted(_adjusted(rows, "levels"), "changes")


def orders_rows(
    arms: Sequence[Arm],
    layers: Sequence[str],
    paired: Mapping[str, Mapping[str, Sequence[FloatArray]]],
    generator: np.random.Generator,
) -> tuple[tuple[Order, ...], tuple[OrderedPair, ...]]:
    """Do measures agree on the order of rules, in each layer and on average?"""
    rows, pairs = [], []
    for arm in arms:
        by_measure = {name: np.stack(values) for name, values in paired[arm.name].items()}
        for layer in (OVERALL, *layers):
            values = {
                name: each.mean(axis=0) if layer == OVERALL else each[layers.index(layer)]
                for name, each in by_measure.items()
            }
            found = order_agreement(values, arm.rules, generator, RESAMPLES)
            w = found.concordance
            test = Effect(
                found.n_seeds,
                None if w is None else w.mean,
                *_ends(None if w is None else w.over_seeds),
                p=found.p,
                reason=found.reason or (None if w is None else w.reasons.get("over_seeds")),
            )
            rows.append(Order(arm.name, layer, found.orders, found.n_same, test))
            if layer == OVERALL:
                pairs += [
                    OrderedPair(
                        arm.name, layer, pair.above, pair.below,
                        {name: each.difference for name, each in pair.differences.items()},
                        Effect(found.n_seeds, p=pair.p, reason=pair.reason),
                    )
                    for pair in found.pairs
                ]  # fmt: skip
    return _adjusted(rows), _adjusted(pairs)


def _tested(found: PairedTest) -> Effect:
    return Effect(
        found.n_pairs, found.difference, found.low, found.high, found.p, reason=found.reason
    )


def _ends(interval: Any) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _adjusted(rows: Sequence[_Row], name: str = "test") -> tuple[_Row, ...]:
    """Adjust p over all rows that have one: they are the tests of one question."""
    tests: list[Effect] = [getattr(row, name) for row in rows]
    adjusted = holm([test.p for test in tests])
    return tuple(
        replace(row, **{name: replace(test, p_adjusted=p)})  # type: ignore[type-var]  # dataclasses
        for row, test, p in zip(rows, tests, adjusted, strict=True)
    )
