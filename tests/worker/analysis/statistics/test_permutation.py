"""The permutation test: against an enumeration by hand, uniform under the null, powerful."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from feedback_atlas.analysis import Run, holm, permutation_test
from tests.worker.analysis.statistics.simulated import Array, paired_runs, similarities


def difference(matrix: Array, runs: list[Run], bp: set[int], rule: set[int]) -> float:
    within = [matrix[i, j] for i, j in itertools.combinations(sorted(bp), 2)]
    across = [matrix[i, j] for i in rule for j in bp if runs[i].seed != runs[j].seed]
    return float(np.mean(within) - np.mean(across))


def p_value(matrix: Array, runs: list[Run], seed: int = 0, **options: int) -> float:
    p = permutation_test(matrix, runs, "fa", np.random.default_rng(seed), **options).p
    assert p is not None
    return p


def test_the_test_is_an_enumeration_of_swaps_within_seeds() -> None:
    runs = paired_runs(4, "fa")
    matrix = similarities(runs, np.random.default_rng(0), effect=0.4)
    observed = difference(matrix, runs, {0, 1, 2, 3}, {4, 5, 6, 7})
    count = 0
    for swaps in itertools.product([False, True], repeat=4):
        bp = {seed + 4 * swap for seed, swap in enumerate(swaps)}
        count += difference(matrix, runs, bp, set(range(8)) - bp) >= observed - 1e-12
    found = permutation_test(matrix, runs, "fa", np.random.default_rng(0))
    assert found.difference == pytest.approx(observed)
    assert found.p == count / 16
    assert (found.exact, found.n_assignments, found.smallest_p) == (True, 16, 1 / 16)


def test_runs_of_seeds_that_only_one_rule_has_are_exchanged_among_themselves() -> None:
    runs = [Run("bp", 0), Run("fa", 0), Run("bp", 1), Run("bp", 2), Run("fa", 3), Run("fa", 4)]
    matrix = similarities(runs, np.random.default_rng(1), effect=0.4)
    observed = difference(matrix, runs, {0, 2, 3}, {1, 4, 5})
    count = 0
    for first in (0, 1):
        for others in itertools.combinations([2, 3, 4, 5], 2):
            bp = {first, *others}
            count += difference(matrix, runs, bp, set(range(6)) - bp) >= observed - 1e-12
    found = permutation_test(matrix, runs, "fa", np.random.default_rng(0))
    assert found.n_assignments == 12
    assert found.p == count / 12


def test_p_is_uniform_under_the_null() -> None:
    """Give runs of one seed a common part and the rule no effect: each of 16 ranks is as likely."""
    rng = np.random.default_rng(2)
    runs = paired_runs(4, "fa")
    p = np.array([p_value(similarities(runs, rng), runs) for _ in range(1600)])
    counts = np.bincount(np.rint(p * 16).astype(int), minlength=17)[1:]
    assert chisquare(counts).pvalue > 0.01


def test_drawn_assignments_give_a_valid_p_under_the_null() -> None:
    """Draw 99 assignments: p is uniform on 0.01, 0.02, ... 1, up to ties among them."""
    rng = np.random.default_rng(3)
    runs = paired_runs(9, "fa")
    p = np.array(
        [p_value(similarities(runs, rng), runs, at, max_assignments=99) for at in range(800)]
    )
    counts, _ = np.histogram(p, bins=np.linspace(0.005, 1.005, 11))
    assert chisquare(counts).pvalue > 0.01


def test_drawn_assignments_approach_the_enumeration() -> None:
    runs = paired_runs(8, "fa")
    matrix = similarities(runs, np.random.default_rng(4), effect=0.15)
    exact = permutation_test(matrix, runs, "fa", np.random.default_rng(0))
    drawn = permutation_test(matrix, runs, "fa", np.random.default_rng(0), max_assignments=200)
    assert exact.exact
    assert not drawn.exact
    assert drawn.smallest_p == 1 / 201
    assert exact.p is not None
    assert drawn.p == pytest.approx(exact.p, abs=0.1)


def test_power_grows_with_the_effect_and_with_seeds() -> None:
    rng = np.random.default_rng(5)

    def power(effect: float, n_seeds: int) -> float:
        runs = paired_runs(n_seeds, "fa")
        found = [p_value(similarities(runs, rng, effect=effect), runs) for _ in range(150)]
        return float(np.mean(np.array(found) <= 0.05))

    powers = [power(effect, 6) for effect in (0.0, 0.8, 2.0)]
    assert powers[0] < 0.12
    assert powers[0] + 0.1 < powers[1] < powers[2] - 0.1
    assert power(2.0, 4) == 0.0  # 2^-4 is above 0.05
    assert 0.3 < power(2.0, 5) < powers[2]


def test_three_seeds_cannot_be_significant_and_the_result_says_so() -> None:
    runs = paired_runs(3, "fa")
    found = permutation_test(
        similarities(runs, np.random.default_rng(6), effect=20.0),
        runs,
        "fa",
        np.random.default_rng(0),
    )
    assert found.p == found.smallest_p == 1 / 8


def test_untrained_networks_and_other_rules_do_not_enter() -> None:
    runs = paired_runs(4, "fa")
    matrix = similarities(runs, np.random.default_rng(7), effect=0.3)
    more = [*runs, Run("bp", 0, trained=False), Run("usf", 1)]
    larger = np.full((10, 10), np.nan)
    larger[:8, :8] = matrix
    assert p_value(larger, more) == p_value(matrix, runs)


def test_a_test_that_cannot_be_made_says_why() -> None:
    rng = np.random.default_rng(8)
    one = paired_runs(1, "fa")
    assert "2 seeds" in (permutation_test(np.eye(2), one, "fa", rng).reason or "")
    assert "no trained run" in (permutation_test(np.eye(2), one, "usf", rng).reason or "")
    runs = paired_runs(3, "fa")
    assert "is the reference" in (permutation_test(np.eye(6), runs, "bp", rng).reason or "")
    matrix = similarities(runs, rng)
    matrix[0, 4] = matrix[4, 0] = np.nan
    found = permutation_test(matrix, runs, "fa", rng)
    assert found.reason == "a similarity of two runs is undefined"
    assert found.p is None


P_VALUES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8)


@given(P_VALUES)
def test_holm_is_its_step_down_procedure(p_values: list[float]) -> None:
    """Find the least level at which the procedure of Holm (1979) rejects the test."""
    adjusted = holm(p_values)
    for alpha in (0.01, 0.05, 0.2, 0.7):
        rejected = set()
        for step, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
            if p_values[at] * (len(p_values) - step) > alpha:
                break
            rejected.add(at)
        assert {at for at, p in enumerate(adjusted) if p <= alpha} == rejected


def test_holm_of_a_known_family() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
