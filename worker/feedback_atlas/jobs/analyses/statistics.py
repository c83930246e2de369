"""Statistics of same-layer similarities over all pairs of networks, seeds as subjects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from feedback_atlas.analysis import Biased, Unbiased, all_pairs, choose_subset, gram
from feedback_atlas.analysis.statistics import (
    CkaOverImages,
    Estimate,
    Interval,
    LayerStatistics,
    RuleStatistics,
    Run,
)
from feedback_atlas.analysis.statistics import layer_statistics as statistics_of
from feedback_atlas.jobs.errors import AnalysisError
from feedback_atlas.jobs.representations import Representations, generator_of
from feedback_atlas.server.artifacts.kinds import INITIALISATION
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.results.types import (
    LayerBand,
    PairsMean,
    ProfileStatistics,
    RuleAgainstReference,
)

# Of a layer's Gram matrices of all networks: more are not held to resample images.
_GRAM_BYTES = 200_000_000
# What the mean over layers is called where a layer's name would stand.
OVERALL = "mean over layers"


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> ProfileStatistics:
    """Compute intervals, tests, floor and ceiling of same-layer similarities."""
    described: list[Described] = [*inputs["networks"], *inputs["untrained"]]
    runs = [
        Run(
            run["rule"],
            run["seed"],
            trained=place < len(inputs["networks"]),
            initialisation=run.get(INITIALISATION),
        )
        for place, run in enumerate(described)
    ]
    labels = representations.probe_labels
    nothing = np.full(len(labels), -1)
    subset = choose_subset(
        inputs["subset"], labels, method=nothing, reference=nothing, label=inputs["class"] or 0
    )
    if subset.reason is not None:
        raise AnalysisError(subset.reason)
    similarity, grams = {}, {}
    resampled = _resampled(inputs["measure"], len(subset.indices), len(described))
    for layer in representations.layer_names(described[0]):
        check()
        sources = [representations.source(run, layer, subset.indices) for run in described]
        similarity[layer] = all_pairs(
            inputs["measure"], sources, inputs.get("distance", "correlation")
        ).values
        if resampled is not None:
            grams[layer] = [gram(source.rows(np.arange(source.n_images))) for source in sources]
    images = None if resampled is None else CkaOverImages(grams, resampled)
    check()
    generator = generator_of(described)
    found = statistics_of(similarity, runs, generator, images=images)
    # Last, so that the layers' resamples stay what they were without it.
    average = np.mean(list(similarity.values()), axis=0)
    overall = statistics_of({OVERALL: average}, runs, generator)
    return ProfileStatistics(
        layers=tuple(_band(layer) for layer in found.layers),
        n_resamples=found.n_resamples,
        n_images=len(subset.indices),
        overall=_band(overall.layers[0]),
    )


def _resampled(measure: str, n_images: int, n_runs: int) -> Biased | Unbiased | None:
    """Return the estimator whose images can be resampled; None where that is undefined or large."""
    estimators: dict[str, Biased | Unbiased] = {"unbiased": Unbiased(), "biased": Biased()}
    if n_runs * n_images**2 * 8 > _GRAM_BYTES:
        return None
    return estimators.get(measure)


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
        **_ends("images", found.over_images),
        **_ends("both", found.over_both),
        reasons={
            name: reason for name, reason in found.reasons.items() if name in ("mean", "over_seeds")
        },
    )


def _ends(name: str, interval: Interval | None) -> dict[str, float]:
    if interval is None:
        return {}
    return {f"{name}_low": interval.low, f"{name}_high": interval.high}
