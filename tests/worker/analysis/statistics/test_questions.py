"""The paper's open questions on simulated runs of known truth: oracles, calibration, refusals."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, friedmanchisquare, kstest, spearmanr, ttest_1samp, ttest_rel

from feedback_atlas.analysis.statistics import (
    arms_effect,
    closeness,
    jackknife_interval,
    kendalls_w,
    order_agreement,
    seed_effect,
    spearman,
    tracking,
)
from tests.worker.analysis.statistics.simulated import Array, paired_runs, similarities


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# Intervals of few seeds.


def test_the_jackknife_of_a_mean_is_students_interval() -> None:
    values = np.array([0.3, 0.5, 0.9, 0.4])
    found = jackknife_interval(lambda chosen: float(values[chosen].mean()), 4)
    expected = ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert jackknife_interval(lambda chosen: float(values[chosen].mean()), 2) is None
    assert jackknife_interval(lambda _: float("nan"), 4) is None


# Is a rule as close to BP as BP is to itself?


def test_closeness_is_means_over_pairs_of_different_seeds() -> None:
    runs = paired_runs(4, "fa")
    matrix = similarities(runs, rng(), effect=0.4)
    found = closeness(matrix, runs, "fa", rng())
    own = np.mean([matrix[i, j] for i, j in itertools.combinations(range(4), 2)])
    across = np.mean([matrix[4 + i, j] for i in range(4) for j in range(4) if i != j])
    assert (found.own, found.across) == (pytest.approx(own), pytest.approx(across))
    assert found.test.difference == pytest.approx(own - across)
    assert found.interval is not None
    assert found.interval.low < own - across < found.interval.high


@pytest.mark.slow
@pytest.mark.parametrize(("n_seeds", "times"), [(3, 600), (5, 400), (10, 150)])
def test_the_interval_of_closeness_holds_the_truth(n_seeds: int, times: int) -> None:
    """Simulate comparisons without an effect: 95 % have 0 within, or more."""
    random = rng(n_seeds)
    runs = paired_runs(n_seeds, "fa")
    held = 0
    for _ in range(times):
        found = closeness(similarities(runs, random), runs, "fa", random)
        assert found.interval is not None
        held += found.interval.low <= 0.0 <= found.interval.high
    assert held / times > 0.92


def test_closeness_says_what_is_missing() -> None:
    one = closeness(np.ones((2, 2)), paired_runs(1, "fa"), "fa", rng())
    assert one.interval is None
    assert one.test.p is None
    assert one.reason is not None
    assert "two seeds" in one.reason
    two = closeness(similarities(paired_runs(2, "fa"), rng()), paired_runs(2, "fa"), "fa", rng())
    assert two.interval is None
    assert two.reason == "an interval needs at least 3 seeds"
    runs = paired_runs(3, "fa")
    matrix = similarities(runs, rng())
    matrix[0, 1] = matrix[1, 0] = np.nan
    undefined = closeness(matrix, runs, "fa", rng())
    assert undefined.own is None
    assert undefined.reason == "a similarity of two runs is undefined"


# How much is the shared initialisation?


def crossed(n_seeds: int, random: np.random.Generator, shared: float) -> Array:
    """Return rule i with BP j: cosines of noise, of which a part is seed's own in both."""
    seed = shared * random.normal(size=(n_seeds, 24))
    left, right = (seed + random.normal(size=(n_seeds, 24)) for _ in range(2))
    matrix: Array = (left @ right.T) / np.outer(
        np.linalg.norm(left, axis=1), np.linalg.norm(right, axis=1)
    )
    return matrix


def test_the_seed_effect_is_an_enumeration_of_assignments() -> None:
    matrix = crossed(5, rng(), 0.3)
    found = seed_effect(matrix, rng())
    same = np.trace(matrix) / 5
    sums = [
        sum(matrix[i, j] for i, j in enumerate(order)) / 5
        for order in itertools.permutations(range(5))
    ]
    assert found.same == pytest.approx(same)
    assert found.other == pytest.approx((matrix.sum() - np.trace(matrix)) / 20)
    assert found.p == sum(value >= same - 1e-12 for value in sums) / 120
    assert found.smallest_p == 1 / 120


@pytest.mark.parametrize("n_seeds", [4, 9])
def test_p_of_the_seed_effect_is_uniform_under_the_null(n_seeds: int) -> None:
    random = rng(n_seeds)
    p = [seed_effect(crossed(n_seeds, random, 0.0), random).p for _ in range(240)]
    counts = np.histogram(np.array(p, dtype=float), bins=6, range=(1e-9, 1.0 + 1e-9))[0]
    assert chisquare(counts).pvalue > 0.001


def test_the_seed_effect_is_found_and_its_size_is_right() -> None:
    random = rng(3)
    effects = [seed_effect(crossed(8, random, 2.0), random) for _ in range(60)]
    assert max(found.p or 0.0 for found in effects) < 0.01
    # Two vectors that share a part of variance 4 and have 1 of their own correlate by 4 / 5.
    assert np.mean([found.same for found in effects]) == pytest.approx(0.8, abs=0.02)
    assert np.mean([found.other for found in effects]) == pytest.approx(0.0, abs=0.02)


def test_the_effect_of_arms_is_a_paired_t_of_their_seeds() -> None:
    shared = {0: 0.99, 1: 0.97, 2: 0.98, 5: 0.5}
    own = {0: 0.61, 1: 0.70, 2: 0.66, 9: 0.1, 5: float("nan")}
    found = arms_effect(shared, own)
    expected = ttest_rel([0.99, 0.97, 0.98], [0.61, 0.70, 0.66])
    interval = expected.confidence_interval(0.95)
    assert found.n_pairs == 3
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.low, found.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert seed_effect(np.ones((1, 1)), rng()).reason == "needs at least two seeds"
    assert arms_effect({0: 1.0}, {}).reason == "no seed has completed both"


# Does similarity follow the angle?


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=3, max_size=12).filter(
        lambda points: len({x for x, _ in points}) > 1 and len({y for _, y in points}) > 1
    )
)
def test_spearman_is_scipys(points: list[tuple[int, int]]) -> None:
    x, y = np.array(points, dtype=np.float64).T
    assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)


def test_tracking_is_a_t_test_of_each_seeds_correlation() -> None:
    random = rng(4)
    angle = {seed: random.normal(size=9).cumsum() for seed in range(5)}
    similarity = {seed: -angle[seed] + random.normal(size=9) for seed in angle}
    found = tracking(similarity, angle)
    for test, of in ((found.levels, lambda x: x), (found.changes, np.diff)):
        each = [spearmanr(of(similarity[seed]), of(angle[seed])).statistic for seed in angle]
        assert test.difference == pytest.approx(np.mean(each))
        assert test.p == pytest.approx(ttest_1samp(each, 0.0).pvalue)


@pytest.mark.slow
def test_p_of_tracking_is_uniform_where_series_have_nothing_in_common() -> None:
    """Draw random walks: within a seed they correlate by chance, over seeds to neither side."""
    random = rng(5)
    levels, changes = [], []
    for _ in range(600):
        walks = random.normal(size=(2, 6, 10)).cumsum(axis=2)
        found = tracking(dict(enumerate(walks[0])), dict(enumerate(walks[1])))
        levels.append(found.levels.p)
        changes.append(found.changes.p)
    assert kstest(np.array(changes, dtype=float), "uniform").pvalue > 0.001
    assert kstest(np.array(levels, dtype=float), "uniform").pvalue > 0.001


def test_a_trend_that_both_have_is_seen_in_levels_and_not_in_changes() -> None:
    random = rng(6)
    trend = np.linspace(0.0, 20.0, 10)
    both = 0
    for _ in range(100):
        noise = 2.0 * random.normal(size=(2, 6, 10))
        found = tracking(dict(enumerate(trend + noise[0])), dict(enumerate(trend + noise[1])))
        assert found.levels.p is not None
        assert found.levels.p < 0.001
        both += found.changes.p is not None and found.changes.p < 0.05
    assert both <= 12


def test_tracking_says_what_is_missing() -> None:
    short = tracking({0: np.arange(3.0)}, {0: np.arange(3.0)})
    assert short.levels.reason == "needs at least 5 epochs; there are 3"
    every_fourth = np.where(np.arange(9) % 4, np.nan, np.arange(9.0))
    rare = tracking({0: np.arange(9.0)}, {0: every_fourth})
    assert rare.levels.reason is not None
    assert "needs at least 5 epochs with a measured angle; there are 3" in rare.levels.reason
    every_other = np.where(np.arange(10) % 2, np.nan, rng(3).normal(size=10))
    gaps = tracking({0: np.arange(10.0)}, {0: every_other})
    assert (gaps.n_epochs, gaps.levels.difference is not None) == (5, True)
    assert gaps.changes.reason == "the angle was measured in too few consecutive epochs"
    constant = tracking({0: np.arange(6.0)}, {0: np.zeros(6)})
    assert constant.levels.reason is not None
    assert "does not vary" in constant.levels.reason
    same = tracking(*({seed: np.arange(6.0) for seed in range(3)} for _ in range(2)))
    assert same.levels.difference == 1.0
    assert same.levels.reason == "all 3 seeds have the same correlation"
    one = tracking({0: np.arange(6.0)}, {0: -np.arange(6.0)})
    assert one.levels.difference == -1.0
    assert one.levels.p is None


# Does the order hold for every measure?


@given(st.integers(2, 5), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_kendalls_w_is_friedmans_statistic(m: int, k: int, seed: int) -> None:
    """Check W = chi^2_F / (m (k - 1))."""
    values = rng(seed).normal(size=(m, max(k, 3)))
    statistic = friedmanchisquare(*values.T).statistic
    assert kendalls_w(values) == pytest.approx(statistic / (m * (values.shape[1] - 1)))


def test_one_order_by_every_measure_is_found() -> None:
    random = rng(7)
    base = np.array([0.9, 0.7, 0.4, 0.1])
    values = {
        name: scale * (base + 0.01 * random.normal(size=(6, 4)))
        for name, scale in (("unbiased", 1.0), ("rsa_corr", 0.5), ("procrustes", 0.2))
    }
    found = order_agreement(values, ["a", "b", "c", "d"], rng())
    assert set(found.orders.values()) == {("a", "b", "c", "d")}
    assert found.concordance is not None
    assert found.concordance.mean == 1.0
    assert (found.n_same, found.n_seeds) == (6, 6)
    assert found.p == 1 / 10_000
    assert [(pair.above, pair.below) for pair in found.pairs] == list(
        itertools.combinations("abcd", 2)
    )
    for pair in found.pairs:
        assert pair.p == max(test.p for test in pair.differences.values())
        assert pair.p_adjusted is not None
        assert pair.p_adjusted < 0.001


def test_a_measure_that_turns_the_order_round_is_told() -> None:
    random = rng(8)
    one = np.array([0.9, 0.5]) + 0.01 * random.normal(size=(5, 2))
    found = order_agreement({"x": one, "y": -one, "z": one}, ["a", "b"], rng())
    assert found.n_same == 0
    (pair,) = found.pairs
    assert (pair.p, pair.reason) == (1.0, "the measures disagree")
    assert found.concordance is not None
    assert found.concordance.mean == pytest.approx(1 / 9)


@pytest.mark.slow
def test_p_of_the_order_is_right_under_the_null() -> None:
    """Draw measures with nothing in common: concordance is 1/3, pairs are hardly ever claimed."""
    random = rng(9)
    p, claimed, w = [], 0, []
    for _ in range(150):
        values = {name: random.normal(size=(5, 4)) for name in "xyz"}
        found = order_agreement(values, list("abcd"), random, 10)
        p.append(found.p)
        assert found.concordance is not None
        assert found.concordance.mean is not None
        w.append(found.concordance.mean)
        claimed += any((pair.p_adjusted or 1.0) < 0.05 for pair in found.pairs)
    assert np.mean(w) == pytest.approx(1 / 3, abs=0.03)
    assert kstest(np.array(p, dtype=float), "uniform").pvalue > 0.001
    assert claimed <= 9


def test_the_order_says_what_is_missing() -> None:
    alone = order_agreement({"x": np.ones((3, 1))}, ["a"], rng())
    assert alone.reason == "fewer than two rules besides BP"
    undefined = order_agreement({"x": np.full((2, 2), np.nan)}, ["a", "b"], rng())
    assert undefined.reason == "no seed has all measures"
    single = order_agreement(
        {"x": np.array([[0.9, 0.1]]), "y": np.array([[0.8, 0.2]])}, ["a", "b"], rng()
    )
    assert single.pairs[0].p is None
    assert single.pairs[0].reason == "one seed only"
    assert single.concordance is not None
    assert single.concordance.over_seeds is None
