"""Agreement of several measures of similarity on the order of the learning rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.dissimilarity import centred_ranks
from feedback_atlas.analysis.statistics.estimates import Estimate, estimate
from feedback_atlas.analysis.statistics.paired import PairedTest, paired_test
from feedback_atlas.analysis.statistics.permutation import holm
from feedback_atlas.analysis.statistics.runs import RunPairs

N_DRAWN = 9_999
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class OrderedPair:
    """Two rules, the first above the second by the mean of every measure, or no such pair.

    ``differences``: first minus second by measure, over seeds; ``p``: that they do not have this
    order by every measure; ``p_adjusted``: Holm's over pairs. ``reason``: why there is no test.
    """

    above: str
    below: str
    differences: dict[str, PairedTest]
    p: float | None = None
    p_adjusted: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OrderAgreement:
    """Agreement of measures on the order of rules.

    ``orders``: rules from the most similar to the least by measure, of means over seeds;
    ``concordance``: Kendall's W of the measures in a seed, its mean over seeds; ``p``: that the
    measures order rules independently of each other; ``n_same``: seeds in which all measures give
    one order. ``reason``: why there is none of it.
    """

    orders: dict[str, tuple[str, ...]]
    concordance: Estimate | None
    p: float | None
    n_same: int
    n_seeds: int
    pairs: tuple[OrderedPair, ...]
    reason: str | None = None


def kendalls_w(values: FloatArray) -> float:
    """Return Kendall's coefficient of concordance of m rankings of k things.

    W = 12 S / (m^2 (k^3 - k)), S the squared deviations of the things' rank sums from their mean:
    1 where all rankings are the same, 1 / m on average for independent ones.

    Args:
        values: what each judge ranks by, (m, k); ties get their average rank.

    Source: Kendall & Babington Smith (1939), section 2.
    """
    m, k = values.shape
    sums = centred_ranks(values.astype(np.float64)).sum(axis=0)
    return float(12.0 * (sums @ sums) / (m**2 * (k**3 - k)))


def order_agreement(
    values: Mapping[str, FloatArray],
    rules: Sequence[str],
    generator: np.random.Generator,
    n_resamples: int = 1000,
) -> OrderAgreement:
    """Ask whether measures agree on the order of rules, seeds as subjects.

    Args:
        values: by measure, similarity of each rule with backpropagation, (n_seeds, n_rules).
        rules: their ids, in that order.
        generator: the only source of randomness.
        n_resamples: of seeds, for the interval of the concordance.

    Returns:
        Concordance with its interval over seeds; its p, from measures' ranks shuffled within each
        seed; and for every pair of rules a test that the order holds by every measure: the
        largest p of the measures' paired t-tests, where all means have one sign (an
        intersection-union test), adjusted over pairs.

    Source: Kendall & Babington Smith (1939); Berger (1982), theorem 1.
    """
    stacked = np.stack(list(values.values()))
    finite = np.isfinite(stacked).all(axis=(0, 2))
    n_seeds = int(finite.sum())
    if len(rules) < 2 or not n_seeds:
        why = "fewer than two rules besides BP" if len(rules) < 2 else "no seed has all measures"
        return OrderAgreement({}, None, None, 0, n_seeds, (), why)
    kept = stacked[:, finite]
    of_seeds = [kept[:, seed] for seed in range(n_seeds)]
    w = np.array([kendalls_w(one) for one in of_seeds])
    itself = tuple((seed, seed) for seed in range(n_seeds))
    concordance = estimate(
        np.diag(w), RunPairs("concordance", itself, itself, n_seeds), generator, n_resamples
    )
    means = dict(zip(values, kept.mean(axis=1), strict=True))
    return OrderAgreement(
        orders={
            name: tuple(rules[i] for i in np.argsort(-mean, kind="stable"))
            for name, mean in means.items()
        },
        concordance=concordance,
        p=_independence(of_seeds, float(w.mean()), generator),
        n_same=int((w > 1.0 - _TIE).sum()),
        n_seeds=n_seeds,
        pairs=_pairs(dict(zip(values, kept, strict=True)), rules),
    )


def _independence(
    of_seeds: Sequence[FloatArray], observed: float, generator: np.random.Generator
) -> float:
    """Return p of the mean concordance under orders that are drawn for each measure and seed."""
    total = np.zeros(N_DRAWN)
    for values in of_seeds:
        m, k = values.shape
        ranks = centred_ranks(values.astype(np.float64))
        drawn = generator.permuted(np.tile(ranks, (N_DRAWN, 1, 1)), axis=2).sum(axis=1)
        total += 12.0 * (drawn**2).sum(axis=1) / (m**2 * (k**3 - k))
    count = int((total / len(of_seeds) >= observed - _TIE).sum())
    return (1 + count) / (1 + N_DRAWN)


def _pairs(kept: Mapping[str, FloatArray], rules: Sequence[str]) -> tuple[OrderedPair, ...]:
    first = next(iter(kept.values())).mean(axis=0)
    order = np.argsort(-first, kind="stable")
    found = [_pair(kept, rules, int(i), int(j)) for i, j in combinations(order, 2)]
    adjusted = holm([pair.p for pair in found])
    return tuple(replace(pair, p_adjusted=p) for pair, p in zip(found, adjusted, strict=True))


def _pair(kept: Mapping[str, FloatArray], rules: Sequence[str], i: int, j: int) -> OrderedPair:
    tests = {
        name: paired_test(dict(enumerate(values[:, i])), dict(enumerate(values[:, j])))
        for name, values in kept.items()
    }
    pair = OrderedPair(rules[i], rules[j], tests)
    untested = next((test.reason for test in tests.values() if test.p is None), None)
    if untested is not None:
        return replace(pair, reason=untested)
    if any((test.difference or 0.0) <= 0.0 for test in tests.values()):
        # Measures that disagree are no evidence of one order, but a test that was made.
        return replace(pair, p=1.0, reason="the measures disagree")
    return replace(pair, p=max(test.p for test in tests.values() if test.p is not None))
