"""Statistics of same-layer similarities over all pairs of networks, seeds as subjects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from backend.figures.data import LayerBand, PairsMean, ProfileStatistics, RuleAgainstReference
from backend.services.selection import Described
from backend.services.snapshots import pack_panel
from worker.analysis import all_pairs, choose_subset
from worker.analysis.statistics import Estimate, LayerStatistics, RuleStatistics, Run
from worker.analysis.statistics import layer_statistics as statistics_of
from worker.jobs.analysis_error import AnalysisError
from worker.jobs.representations import Representations


def similarity_statistics(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> bytes:
    """Compute a `statistics` analysis: what `snapshots.panel_from` reads."""
    described: list[Described] = [*inputs["networks"], *inputs["untrained"]]
    runs = [
        Run(run["rule"], run["seed"], trained=place < len(inputs["networks"]))
        for place, run in enumerate(described)
    ]
    labels = representations.probe_labels
    nothing = np.full(len(labels), -1)
    subset = choose_subset(
        inputs["subset"], labels, method=nothing, reference=nothing, label=inputs["class"] or 0
    )
    if subset.reason is not None:
        raise AnalysisError(subset.reason)
    similarity = {}
    for layer in representations.layer_names(described[0]):
        check()
        sources = [representations.source(run, layer, subset.indices) for run in described]
        similarity[layer] = all_pairs(
            inputs["measure"], sources, inputs.get("distance", "correlation")
        ).values
    # The same networks always get the same resamples.
    seed = hashlib.sha256(repr([run["weights"]["sha256"] for run in described]).encode()).digest()
    generator = np.random.default_rng(int.from_bytes(seed[:8], "big"))
    found = statistics_of(similarity, runs, generator)
    data = ProfileStatistics(
        layers=tuple(_band(layer) for layer in found.layers),
        n_resamples=found.n_resamples,
        n_images=len(subset.indices),
    )
    return pack_panel("statistics", data, inputs)


def _band(found: LayerStatistics) -> LayerBand:
    return LayerBand(
        layer=found.layer,
        ceiling=_mean(found.ceiling),
        floor_shared=_mean(found.floor_shared),
        floor_independent=_mean(found.floor_independent),
        rules=tuple(_rule(rule) for rule in found.rules),
    )


def _rule(found: RuleStatistics) -> RuleAgainstReference:
    return RuleAgainstReference(
        rule=found.rule,
        shared=_mean(found.shared),
        independent=_mean(found.independent),
        difference=found.test.difference,
        p=found.test.p,
        p_adjusted=found.test.p_adjusted,
        smallest_p=found.test.smallest_p_adjusted,
        reason=found.test.reason,
    )


def _mean(found: Estimate) -> PairsMean:
    interval = found.over_seeds
    return PairsMean(
        mean=found.mean,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        n_pairs=found.n_pairs,
        n_seeds=found.n_seeds,
        reasons={
            name: reason for name, reason in found.reasons.items() if name in ("mean", "over_seeds")
        },
    )
