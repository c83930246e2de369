"""Permutation test of rule-BP similarity below BP-BP similarity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics.runs import BACKPROPAGATION, Run

# Up to so many assignments of labels are all tried; of more, so many are drawn.
MAX_ASSIGNMENTS = 10_000
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A one-sided test of "rule-BP below BP-BP", on pairs of different seeds.

    ``difference`` is mean BP-BP minus mean rule-BP. ``p_adjusted`` is Holm's over layers.
    ``smallest_p`` and ``smallest_p_adjusted`` are the least that this many seeds (and layers)
    can reach: where they are above 0.05 the test cannot be significant, whatever the data.
    ``exact`` says that all ``n_assignments`` of the labels were tried. Everything is None for
    ``reason`` where there is no test.
    """

    difference: float | None
    p: float | None
    smallest_p: float | None
    n_assignments: int
    exact: bool
    p_adjusted: float | None = None
    smallest_p_adjusted: float | None = None
    reason: str | None = None


def permutation_test(
    similarity: FloatArray,
    runs: Sequence[Run],
    rule: str,
    generator: np.random.Generator,
    max_assignments: int = MAX_ASSIGNMENTS,
) -> PermutationTest:
    """Test that a rule's runs are less similar to backpropagation's than those are to each other.

    Under the null hypothesis a run of the rule is what a run of backpropagation from the same
    seed would have been. The two runs of a seed, which share initial weights and batches, can
    then be exchanged; runs of different seeds cannot, unless neither has its counterpart. So
    labels are exchanged within a seed, and among the seeds that have one run only. The statistic
    takes pairs of different seeds alone: what two runs of one seed share never enters.

    Args:
        similarity: of all runs, (n_runs, n_runs), symmetric.
        runs: at most one trained run for each rule and seed.
        rule: to compare with backpropagation.
        generator: draws assignments where there are more than ``max_assignments``.
        max_assignments: see there.

    Returns:
        p = the share of assignments whose difference is at least the observed one, or
        (1 + count) / (1 + drawn) where they are drawn; or the reason why there is no test.

    Source: exchange within blocks, Winkler et al. (2014); drawn assignments, Phipson & Smyth
    (2010).
    """
    chosen = [
        i for i, run in enumerate(runs) if run.trained and run.rule in (rule, BACKPROPAGATION)
    ]
    is_bp = np.array([runs[i].rule == BACKPROPAGATION for i in chosen], dtype=bool)
    seeds = np.array([runs[i].seed for i in chosen])
    elsewhere = (seeds[:, None] != seeds[None, :]).astype(np.float64)
    values = similarity[np.ix_(chosen, chosen)]
    fault = _fault(rule, is_bp, elsewhere, values)
    if fault is not None:
        return PermutationTest(None, None, None, 0, False, reason=fault)
    values = np.where(elsewhere > 0.0, values, 0.0)

    observed = _difference(values, elsewhere, is_bp[None, :])[0]
    swapped, alone = _blocks(seeds, is_bp)
    total = 2 ** len(swapped) * comb(len(alone), int(is_bp[alone].sum()))
    exact = total <= max_assignments
    if exact:
        assignments = np.array(list(_every_assignment(is_bp, swapped, alone)))
    else:
        assignments = _drawn_assignments(is_bp, swapped, alone, generator, max_assignments)
    differences = _difference(values, elsewhere, assignments)
    count = int((differences >= observed - _TIE * max(1.0, abs(observed))).sum())
    if exact:
        p, smallest = count / total, 1.0 / total
    else:
        p, smallest = (1 + count) / (1 + max_assignments), 1.0 / (1 + max_assignments)
    return PermutationTest(float(observed), p, smallest, len(assignments), exact)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values for testing a family, so that any false finding has at most level alpha.

    Args:
        p_values: of the m tests, in any order; None where there was no test, which counts for none.

    Returns:
        Adjusted values in the same order: the running maximum of (m - rank + 1) p, at most 1.

    Source: Holm (1979), section 2.
    """
    p = np.array(p_values, dtype=np.float64)  # None becomes NaN, which is sorted last
    order = np.argsort(p, kind="stable")[: np.isfinite(p).sum()]
    steps = np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1))
    adjusted: list[float | None] = [None] * len(p)
    for place, value in zip(order, steps, strict=True):
        adjusted[place] = min(float(value), 1.0)
    return adjusted


def _fault(
    rule: str, is_bp: NDArray[np.bool_], elsewhere: FloatArray, values: FloatArray
) -> str | None:
    if rule == BACKPROPAGATION:
        return "backpropagation is the reference"
    if is_bp.all():
        return f"{rule} has no trained run"
    if is_bp.sum() < 2:
        return "needs backpropagation from at least 2 seeds"
    if not np.isfinite(values[elsewhere > 0.0]).all():
        return "a similarity of two runs is undefined"
    return None


def _difference(values: FloatArray, elsewhere: FloatArray, is_bp: NDArray[np.bool_]) -> FloatArray:
    """Return mean BP-BP minus mean rule-BP, (n,), for n assignments of the labels, (n, n_runs)."""
    bp = is_bp.astype(np.float64)
    sums, counts = bp @ values, bp @ elsewhere
    within = (sums * bp).sum(axis=1) / (counts * bp).sum(axis=1)
    across = (sums * (1.0 - bp)).sum(axis=1) / (counts * (1.0 - bp)).sum(axis=1)
    difference: FloatArray = within - across
    return difference


def _blocks(
    seeds: NDArray[np.int64], is_bp: NDArray[np.bool_]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the positions of both runs of each seed that has two, and of the other runs."""
    of_seed: dict[int, list[int]] = {}
    for position, seed in enumerate(seeds):
        of_seed.setdefault(int(seed), []).append(position)
    swapped = [(block[0], block[1]) for block in of_seed.values() if len(block) == 2]
    return swapped, [block[0] for block in of_seed.values() if len(block) == 1]


def _every_assignment(
    is_bp: NDArray[np.bool_], swapped: Sequence[tuple[int, int]], alone: Sequence[int]
) -> Iterator[NDArray[np.bool_]]:
    n_alone = int(is_bp[list(alone)].sum())
    for swaps in product((False, True), repeat=len(swapped)):
        for bp_alone in combinations(alone, n_alone):
            labels = is_bp.copy()
            for swap, (one, other) in zip(swaps, swapped, strict=True):
                labels[one], labels[other] = is_bp[one] ^ swap, is_bp[other] ^ swap
            labels[list(alone)] = False
            labels[list(bp_alone)] = True
            yield labels


def _drawn_assignments(
    is_bp: NDArray[np.bool_],
    swapped: Sequence[tuple[int, int]],
    alone: Sequence[int],
    generator: np.random.Generator,
    n: int,
) -> NDArray[np.bool_]:
    labels = np.tile(is_bp, (n, 1))
    swaps = generator.integers(0, 2, size=(n, len(swapped))).astype(bool)
    for column, block in enumerate(swapped):
        labels[:, block] ^= swaps[:, [column]]
    labels[:, alone] = generator.permuted(labels[:, alone], axis=1)
    return labels
