"""Share of a similarity that comes from what two networks of one seed have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics.jackknife import LEAST_SEEDS, jackknife_interval
from feedback_atlas.analysis.statistics.paired import PairedTest, paired_test
from feedback_atlas.analysis.statistics.permutation import MAX_ASSIGNMENTS
from feedback_atlas.analysis.statistics.resampling import Interval

_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class SeedEffect:
    """Effect of a shared seed on the similarity of a rule with backpropagation.

    ``same`` and ``other``: mean similarity of pairs of one seed and of different seeds;
    ``interval``: of same - other; ``p``: one-sided, that it is not above 0; ``smallest_p``: the
    least that so many seeds can reach. What is absent has its ``reason``.
    """

    n_seeds: int
    same: float | None = None
    other: float | None = None
    interval: Interval | None = None
    p: float | None = None
    smallest_p: float | None = None
    reason: str | None = None

    @property
    def difference(self) -> float | None:
        """Effect of a shared seed: same - other."""
        return None if self.same is None or self.other is None else self.same - self.other


def seed_effect(similarity: FloatArray, generator: np.random.Generator) -> SeedEffect:
    """Test whether a rule's run is more similar to backpropagation's of its own seed.

    Where nothing that the seed decides mattered, any assignment of backpropagation's runs to the
    rule's would be as likely: p is the share of the n! assignments whose assigned pairs are at
    least as similar as those of one seed, or (1 + count) / (1 + drawn) where they are drawn.

    Args:
        similarity: (n_seeds, n_seeds), of the rule's run of seed i with backpropagation's of j.
        generator: draws assignments where there are more than 10,000.

    Source: matching tests of a matrix, Mantel (1967); drawn ones, Phipson & Smyth (2010).
    """
    n = len(similarity)
    if n < 2:
        return SeedEffect(n, reason="needs at least two seeds")
    if not np.isfinite(similarity).all():
        return SeedEffect(n, reason="a similarity of two runs is undefined")

    def means(chosen: NDArray[np.intp]) -> tuple[float, float]:
        part = similarity[np.ix_(chosen, chosen)]
        return float(np.diagonal(part).mean()), float(part[~np.eye(len(part), dtype=bool)].mean())

    def difference(chosen: NDArray[np.intp]) -> float:
        same, other = means(chosen)
        return same - other

    same, other = means(np.arange(n))
    total = factorial(n)
    exact = total <= MAX_ASSIGNMENTS
    assigned = (
        np.array(list(permutations(range(n))))
        if exact
        else generator.permuted(np.tile(np.arange(n), (MAX_ASSIGNMENTS, 1)), axis=1)
    )
    sums = similarity[np.arange(n), assigned].mean(axis=1)
    count = int((sums >= same - _TIE * max(1.0, abs(same))).sum())
    p, smallest = (
        (count / total, 1 / total)
        if exact
        else ((1 + count) / (1 + MAX_ASSIGNMENTS), 1 / (1 + MAX_ASSIGNMENTS))
    )
    few = None if n >= LEAST_SEEDS else f"an interval needs at least {LEAST_SEEDS} seeds"
    return SeedEffect(n, same, other, jackknife_interval(difference, n), p, smallest, few)


def arms_effect(shared: Mapping[int, float], independent: Mapping[int, float]) -> PairedTest:
    """Test the effect of shared initial weights alone on the similarity of two runs of one seed.

    The two runs of a seed see the same batches in both arms; only their initial weights are shared
    in the one and not in the other. So the difference of the two similarities, seed by seed, is
    what the initial weights make: Student's paired t, as in ``paired_test``.

    Args:
        shared: similarity of a rule with backpropagation by seed, where weights are shared.
        independent: the same where each rule began with weights of its own.
    """
    return paired_test(
        *({seed: value for seed, value in arm.items() if np.isfinite(value)}
          for arm in (shared, independent))
    )  # fmt: skip
