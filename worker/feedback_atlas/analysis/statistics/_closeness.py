"""A rule's similarity to backpropagation against backpropagation's to itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics.jackknife import LEAST_SEEDS, jackknife_interval
from feedback_atlas.analysis.statistics.permutation import PermutationTest, permutation_test
from feedback_atlas.analysis.statistics.resampling import Interval
from feedback_atlas.analysis.statistics.runs import BACKPROPAGATION, Run


@dataclass(frozen=True, slots=True)
class Closeness:
    """A rule against backpropagation's own agreement, on pairs of different seeds.

    ``own``: mean similarity of backpropagation with itself; ``across``: of the rule with it;
    ``interval``: of own - across over the ``n_seeds`` that have both; ``test``: is it above 0?
    ``reason``: why there is no interval.
    """

    rule: str
    n_seeds: int
    own: float | None
    across: float | None
    interval: Interval | None
    test: PermutationTest
    reason: str | None = None


def closeness(
    similarity: FloatArray, runs: Sequence[Run], rule: str, generator: np.random.Generator
) -> Closeness:
    """Compare rule-BP with BP-BP similarities, over the seeds that have both.

    Args:
        similarity: of all runs, (n_runs, n_runs), symmetric, NaN where undefined.
        runs: at most one trained run for each rule and seed.
        rule: to compare with backpropagation.
        generator: draws assignments of labels where there are many seeds.

    Returns:
        The two means, the interval of their difference by jackknife over seeds, and the
        permutation test of ``permutation_test``; what is absent has its reason.
    """
    of = {(run.rule, run.seed): i for i, run in enumerate(runs) if run.trained}
    seeds = sorted(
        {seed for name, seed in of if name == rule}
        & {seed for name, seed in of if name == BACKPROPAGATION}
    )
    bp = np.array([of[BACKPROPAGATION, seed] for seed in seeds], dtype=np.intp)
    own = np.array([of[rule, seed] for seed in seeds], dtype=np.intp)
    kept = [*bp, *own]
    test = permutation_test(
        similarity[np.ix_(kept, kept)], [runs[i] for i in kept], rule, generator
    )
    if len(seeds) < 2:
        test = replace(test, reason="needs two seeds that have completed both")
        return Closeness(rule, len(seeds), None, None, None, test, "needs at least two seeds")

    def means(chosen: NDArray[np.intp]) -> tuple[float, float]:
        apart = ~np.eye(len(chosen), dtype=bool)
        within = similarity[np.ix_(bp[chosen], bp[chosen])][apart]
        across = similarity[np.ix_(own[chosen], bp[chosen])][apart]
        return float(within.mean()), float(across.mean())

    def difference(chosen: NDArray[np.intp]) -> float:
        within, across = means(chosen)
        return within - across

    within, across = means(np.arange(len(seeds)))
    if not np.isfinite(within - across):
        why = "a similarity of two runs is undefined"
        return Closeness(rule, len(seeds), None, None, None, test, why)
    interval = jackknife_interval(difference, len(seeds))
    few = None if len(seeds) >= LEAST_SEEDS else f"an interval needs at least {LEAST_SEEDS} seeds"
    return Closeness(rule, len(seeds), within, across, interval, test, few)
