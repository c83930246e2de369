"""The mean similarity of pairs of runs, with intervals over seeds, images and both."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics.resampling import (
    Interval,
    percentile_interval,
    resample_counts,
)
from feedback_atlas.analysis.statistics.runs import RunPairs

# Simulated intervals of fewer seeds cover the truth in 50 to 75 % of cases (docs/methods.md).
_FEW_SEEDS = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean similarity over ``n_pairs`` pairs of runs of ``n_seeds`` seeds.

    ``mean`` is None where there is no pair; an interval is None where it would say nothing.
    ``reasons`` has why, under the name of the field, and a warning where an interval is there but
    rests on few seeds.
    """

    mean: float | None
    n_pairs: int
    n_seeds: int
    over_seeds: Interval | None = None
    over_images: Interval | None = None
    over_both: Interval | None = None
    reasons: dict[str, str] = field(default_factory=dict)


def estimate(
    similarity: FloatArray,
    pairs: RunPairs,
    generator: np.random.Generator,
    n_resamples: int,
    *,
    on_images: FloatArray | None = None,
    n_images: int = 0,
) -> Estimate:
    """Average the similarity of pairs of runs, and resample what it came from.

    Seeds are resampled, not pairs, since the pairs of one seed are not independent. In a resample
    that holds seed s c_s times, the pair of s with itself counts c_s times and the pair of s and
    t c_s c_t times: a run is never paired with its own copy.

    Args:
        similarity: of all runs, (n_runs, n_runs), NaN where undefined.
        pairs: which of them to average.
        generator: the only source of randomness.
        n_resamples: of seeds; as many as of images where those are given.
        on_images: (n_resamples, n_pairs) the pairs' similarities on resampled images.
        n_images: that were resampled.

    Returns:
        The mean and what intervals there are. Undefined pairs are left out, and said.

    Source: resampled vertices of a network, Snijders & Borgatti (1999), copies left out here.
    """
    values = np.array([similarity[pair] for pair in pairs.positions])
    if not len(values):
        nothing = f"{pairs.name}: there are no such pairs"
        return Estimate(None, 0, pairs.n_seeds, reasons={"mean": nothing})
    defined = np.isfinite(values)
    if not defined.any():
        undefined = f"{pairs.name}: undefined for every pair"
        return Estimate(None, 0, pairs.n_seeds, reasons={"mean": undefined})
    reasons: dict[str, str] = {}
    if not defined.all():
        reasons["mean"] = f"{(~defined).sum()} of {len(values)} pairs are undefined and omitted"

    intervals: dict[str, Interval | None] = {}
    fault = _too_few_seeds(pairs)
    weights = _pair_weights(pairs, generator, n_resamples)[:, defined]
    if fault is None:
        intervals["over_seeds"] = percentile_interval(
            _weighted_mean(values[defined], weights), pairs.n_seeds
        )
    else:
        reasons["over_seeds"] = reasons["over_both"] = fault
    if fault is None and pairs.n_seeds < _FEW_SEEDS:
        reasons["over_seeds"] = f"with {pairs.n_seeds} seeds, 95 % intervals under-cover"
    if on_images is None:
        reasons["over_images"] = reasons["over_both"] = "images were not resampled"
    else:
        drawn = on_images[:, defined]
        intervals["over_images"] = percentile_interval(drawn.mean(axis=1), n_images)
        if fault is None:
            intervals["over_both"] = percentile_interval(
                _weighted_mean(drawn, weights), min(pairs.n_seeds, n_images)
            )
    for name, interval in intervals.items():
        if interval is None:
            reasons[name] = "no resample has a value"
    mean = float(values[defined].mean())
    return Estimate(mean, int(defined.sum()), pairs.n_seeds, **intervals, reasons=reasons)


def _too_few_seeds(pairs: RunPairs) -> str | None:
    if pairs.n_seeds < 2:
        return "one seed: the variation between seeds is unknown; train at least 2 more"
    if pairs.n_seeds < 3 and not any(s == t for s, t in pairs.seeds):
        return "two seeds: every resample has the same pairs; train at least 1 more"
    return None


def _pair_weights(pairs: RunPairs, generator: np.random.Generator, n_resamples: int) -> FloatArray:
    seeds: NDArray[np.int64] = np.array(pairs.seeds)
    names, places = np.unique(seeds, return_inverse=True)
    left, right = places.reshape(seeds.shape).T
    counts = resample_counts(generator, len(names), n_resamples)
    return np.where(left == right, counts[:, left], counts[:, left] * counts[:, right])


def _weighted_mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    total = weights.sum(axis=1)
    mean = np.full(len(weights), np.nan)
    np.divide((values * weights).sum(axis=1), total, out=mean, where=total > 0)
    return mean
