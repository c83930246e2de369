"""The paper's open questions, answered from the networks of one arm or of both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from backend.answers import data
from backend.answers.data import MEASURES, OVERALL, Answers, Effect
from backend.services.selection import INITIALISATION, Described
from worker.analysis import Representation, all_pairs, measure
from worker.analysis.gram import FloatArray
from worker.analysis.statistics import (
    PairedTest,
    Run,
    arms_effect,
    closeness,
    holm,
    order_agreement,
    seed_effect,
    tracking,
)
from worker.analysis.statistics.runs import BACKPROPAGATION
from worker.jobs.representations import Representations

_RESAMPLES = 1000
_Row = TypeVar("_Row")

# Of one arm: by layer, (n_runs, n_runs); and by measure and layer, of each rule (n_seeds, n_rules).
_Similarity = dict[str, FloatArray]


class _Arm:
    """The networks of one arm, and who is who among them."""

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
        """Seeds that have both the rule and backpropagation."""
        return [seed for seed in self.seeds if (rule, seed) in self.place]


def paper_answers(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> bytes:
    """Compute an `answers` analysis: what `backend.answers.data.answers_from` reads."""
    described: list[Described] = inputs["networks"]
    arms = [_Arm(name, described) for name in dict.fromkeys(run["arm"] for run in described)]
    layers = representations.layer_names(described[0])
    everything = np.arange(len(representations.probe_labels))
    # The same networks always get the same draws.
    name = hashlib.sha256(repr([run["weights"]["sha256"] for run in described]).encode()).digest()
    generator = np.random.default_rng(int.from_bytes(name[:8], "big"))

    matrices: dict[str, _Similarity] = {arm.name: {} for arm in arms}
    paired: dict[str, dict[str, list[FloatArray]]] = {
        arm.name: {each: [] for each in MEASURES} for arm in arms
    }
    for layer in layers:
        for arm in arms:
            check()
            sources = [representations.source(run, layer, everything) for run in arm.described]
            matrices[arm.name][layer] = all_pairs(MEASURES[0], sources).values
            paired[arm.name][MEASURES[0]].append(_same_seed(arm, matrices[arm.name][layer]))
            for each in MEASURES[1:]:
                check()
                paired[arm.name][each].append(_compared(arm, each, sources))
    check()
    found = Answers(
        arms=tuple(arm.name for arm in arms),
        seeds={arm.name: tuple(arm.seeds) for arm in arms},
        rules=tuple(dict.fromkeys(rule for arm in arms for rule in arm.rules)),
        layers=tuple(layers),
        epoch=inputs["epoch"],
        epochs=tuple(inputs["epochs"]),
        n_images=len(everything),
        n_resamples=_RESAMPLES,
        closeness=_closeness(arms, matrices, generator),
        seed_effects=_seed_effects(arms, matrices, generator),
        arms_effects=_arms_effects(arms, matrices),
        tracking=_tracking(inputs, arms, layers, representations, check),
    )
    orders, pairs = _orders(arms, layers, paired, generator)
    return data.pack_answers(replace(found, orders=orders, pairs=pairs), inputs)


def _same_seed(arm: _Arm, matrix: FloatArray) -> FloatArray:
    """Each rule's similarity with backpropagation of its seed, (n_seeds, n_rules)."""
    values = np.full((len(arm.seeds), len(arm.rules)), np.nan)
    for column, rule in enumerate(arm.rules):
        for seed in arm.complete_seeds(rule):
            at = arm.place[rule, seed], arm.place[BACKPROPAGATION, seed]
            values[arm.seeds.index(seed), column] = matrix[at]
    return values


def _compared(arm: _Arm, name: str, sources: Sequence[Representation]) -> FloatArray:
    """As `_same_seed`, of a measure of which only these pairs are computed."""
    chosen = measure(name)

    def prepared(rule: str, seed: int) -> Any:
        source = sources[arm.place[rule, seed]]
        return chosen.prepare(source.rows(np.arange(source.n_images)))

    values = np.full((len(arm.seeds), len(arm.rules)), np.nan)
    for at, seed in enumerate(arm.seeds):
        reference = [prepared(BACKPROPAGATION, seed)]
        present = [rule for rule in arm.rules if (rule, seed) in arm.place]
        own = [prepared(rule, seed) for rule in present]
        if own:
            compared = chosen.compare(own, reference).values[:, 0]
            values[at, [arm.rules.index(rule) for rule in present]] = compared
    return values


def _closeness(
    arms: Sequence[_Arm], matrices: Mapping[str, _Similarity], generator: np.random.Generator
) -> tuple[data.Closeness, ...]:
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
                rows.append(data.Closeness(arm.name, rule, layer, found.own, found.across, test))
    return _adjusted(rows)


def _seed_effects(
    arms: Sequence[_Arm], matrices: Mapping[str, _Similarity], generator: np.random.Generator
) -> tuple[data.SeedEffect, ...]:
    rows = []
    for arm in arms:
        for rule in arm.rules:
            seeds = arm.complete_seeds(rule)
            own = [arm.place[rule, seed] for seed in seeds]
            bp = [arm.place[BACKPROPAGATION, seed] for seed in seeds]
            for layer, matrix in matrices[arm.name].items():
                found = seed_effect(matrix[np.ix_(own, bp)], generator)
                none = found.same is None or found.other is None
                test = Effect(
                    found.n_seeds,
                    None if none else (found.same or 0.0) - (found.other or 0.0),
                    *_ends(found.interval),
                    p=found.p,
                    smallest_p=found.smallest_p,
                    reason=found.reason,
                )
                rows.append(data.SeedEffect(arm.name, rule, layer, found.same, found.other, test))
    return _adjusted(rows)


def _arms_effects(
    arms: Sequence[_Arm], matrices: Mapping[str, _Similarity]
) -> tuple[data.ArmsEffect, ...]:
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
                        _same_seed(arm, matrices[arm.name][layer])[:, arm.rules.index(rule)],
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
            rows.append(data.ArmsEffect(rule, layer, means[0], means[1], test))
    return _adjusted(rows)


def _tracking(
    inputs: dict[str, Any],
    arms: Sequence[_Arm],
    layers: Sequence[str],
    representations: Representations,
    check: Callable[[], None],
) -> tuple[data.Tracking, ...]:
    epochs: list[int] = inputs["epochs"]
    similarity = _over_epochs(inputs["pairs"], epochs, layers, representations, check)
    angles: dict[str, list[float | None]] = inputs["angles"]
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
                    data.Tracking(
                        arm.name, rule, layer, found.n_epochs,
                        _tested(found.levels), _tested(found.changes),
                    )
                )  # fmt: skip
    return _adjusted(_adjusted(rows, "levels"), "changes")


def _over_epochs(
    pairs: Sequence[tuple[Described, Described]],
    epochs: Sequence[int],
    layers: Sequence[str],
    representations: Representations,
    check: Callable[[], None],
) -> dict[str, FloatArray]:
    """Similarity of each network with backpropagation of its seed, (n_epochs, n_layers)."""
    chosen = measure(MEASURES[0])
    values: dict[str, FloatArray] = {}
    owner, prepared = "", list[Any]()
    for run, reference in sorted(pairs, key=lambda pair: (pair[1]["id"], pair[1]["epoch"])):
        check()
        if owner != f"{reference['id']}/{reference['epoch']}":
            owner = f"{reference['id']}/{reference['epoch']}"
            theirs = representations.on_probe(reference)
            prepared = [chosen.prepare(theirs[layer]) for layer in layers]
        ours = representations.on_probe(run)
        of_run = values.setdefault(
            f"{run['arm']}/{run['rule']}/{run['seed']}", np.full((len(epochs), len(layers)), np.nan)
        )
        of_run[epochs.index(run["epoch"])] = [
            chosen.compare([chosen.prepare(ours[layer])], [bp]).values[0, 0]
            for layer, bp in zip(layers, prepared, strict=True)
        ]
    return values


def _orders(
    arms: Sequence[_Arm],
    layers: Sequence[str],
    paired: Mapping[str, Mapping[str, Sequence[FloatArray]]],
    generator: np.random.Generator,
) -> tuple[tuple[data.Order, ...], tuple[data.OrderedPair, ...]]:
    rows, pairs = [], []
    for arm in arms:
        by_measure = {name: np.stack(values) for name, values in paired[arm.name].items()}
        for layer in (OVERALL, *layers):
            values = {
                name: each.mean(axis=0) if layer == OVERALL else each[layers.index(layer)]
                for name, each in by_measure.items()
            }
            found = order_agreement(values, arm.rules, generator, _RESAMPLES)
            w = found.concordance
            test = Effect(
                found.n_seeds,
                None if w is None else w.mean,
                *_ends(None if w is None else w.over_seeds),
                p=found.p,
                reason=found.reason or (None if w is None else w.reasons.get("over_seeds")),
            )
            rows.append(data.Order(arm.name, layer, found.orders, found.n_same, test))
            if layer == OVERALL:
                pairs += [
                    data.OrderedPair(
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
    """Rows with p adjusted over all of them that have one: they are the tests of one question."""
    tests: list[Effect] = [getattr(row, name) for row in rows]
    tested = [at for at, test in enumerate(tests) if test.p is not None]
    adjusted = holm([p for test in tests if (p := test.p) is not None])
    for at, p in zip(tested, adjusted, strict=True):
        tests[at] = replace(tests[at], p_adjusted=p)
    return tuple(
        replace(row, **{name: test})  # type: ignore[type-var]  # rows are dataclasses
        for row, test in zip(rows, tests, strict=True)
    )
