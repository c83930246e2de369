"""The paper's open questions, answered from the networks of one arm or of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from feedback_atlas.analysis import Representation, all_pairs, measure
from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics.runs import BACKPROPAGATION
from feedback_atlas.jobs.analyses.answer_rows import (
    RESAMPLES,
    Arm,
    Similarities,
    arms_effects_rows,
    closeness_rows,
    orders_rows,
    same_seed,
    seed_effects_rows,
    tracking_rows,
)
from feedback_atlas.jobs.representations import Representations, generator_of
from feedback_atlas.server.results.answers import MEASURES, Answers
from feedback_atlas.server.results.networks import Described


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> Answers:
    """Answer the paper’s open questions."""
    described: list[Described] = inputs["networks"]
    arms = [Arm(name, described) for name in dict.fromkeys(run["arm"] for run in described)]
    layers = representations.layer_names(described[0])
    everything = np.arange(len(representations.probe_labels))
    generator = generator_of(described)

    matrices: dict[str, Similarities] = {arm.name: {} for arm in arms}
    paired: dict[str, dict[str, list[FloatArray]]] = {
        arm.name: {each: [] for each in MEASURES} for arm in arms
    }
    for layer in layers:
        for arm in arms:
            check()
            sources = [representations.source(run, layer, everything) for run in arm.described]
            matrices[arm.name][layer] = all_pairs(MEASURES[0], sources).values
            paired[arm.name][MEASURES[0]].append(same_seed(arm, matrices[arm.name][layer]))
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
        n_resamples=RESAMPLES,
        closeness=closeness_rows(arms, matrices, generator),
        seed_effects=seed_effects_rows(arms, matrices, generator),
        arms_effects=arms_effects_rows(arms, matrices),
        tracking=tracking_rows(
            arms,
            layers,
            _over_epochs(inputs["pairs"], inputs["epochs"], layers, representations, check),
            inputs["angles"],
        ),
    )
    orders, pairs = orders_rows(arms, layers, paired, generator)
    return replace(found, orders=orders, pairs=pairs)


def _compared(arm: Arm, name: str, sources: Sequence[Representation]) -> FloatArray:
    """Return `answer_rows.same_seed` by a measure that is computed for these pairs only."""
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


def _over_epochs(
    pairs: Sequence[tuple[Described, Described]],
    epochs: Sequence[int],
    layers: Sequence[str],
    representations: Representations,
    check: Callable[[], None],
) -> dict[str, FloatArray]:
    """Return similarity of each network with BP of its seed, (n_epochs, n_layers)."""
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
