"""Paired tests of accuracies: SciPy's numbers, Holm's adjustment, and reasons instead of NaN."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from feedback_atlas.analysis import holm, paired_test, paired_tests


def by_seed(values: np.ndarray) -> dict[int, float]:
    return dict(enumerate(values.tolist()))


@pytest.mark.parametrize("n", [2, 3, 5, 10, 40])
def test_numbers_are_scipys(n: int) -> None:
    rng = np.random.default_rng(n)
    bp = rng.normal(0.75, 0.01, size=n)
    rule = bp + rng.normal(-0.01, 0.005, size=n)
    found = paired_test(by_seed(rule), by_seed(bp))
    expected = stats.ttest_rel(rule, bp)
    interval = expected.confidence_interval(0.95)
    assert found.n_pairs == n
    assert found.difference == pytest.approx((rule - bp).mean(), rel=1e-12)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert found.reason is None


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=12),
    shift=st.floats(-0.5, 0.5),
)
def test_exchanging_the_two_turns_the_sign_and_nothing_else(
    values: list[tuple[float, float]], shift: float
) -> None:
    one = {seed: a for seed, (a, _) in enumerate(values)}
    other = {seed: b + shift for seed, (_, b) in enumerate(values)}
    found, turned = paired_test(one, other), paired_test(other, one)
    assert turned.p == found.p
    assert turned.reason == found.reason
    assert found.difference is not None
    assert turned.difference == -found.difference
    if found.p is not None:
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.p <= 1
        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


def test_only_seeds_that_both_have_are_paired() -> None:
    found = paired_test({0: 0.5, 1: 0.6, 7: 0.1}, {1: 0.5, 0: 0.7, 3: 0.9})
    expected = stats.ttest_rel([0.5, 0.6], [0.7, 0.5])
    assert found.n_pairs == 2
    assert found.p == pytest.approx(expected.pvalue)


@pytest.mark.parametrize(
    ("rule", "reference", "difference", "reason"),
    [
        ({0: 0.5}, {0: 0.7}, -0.2, "one seed only"),
        ({0: 0.5}, {1: 0.7}, None, "no seed has completed both"),
        ({}, {}, None, "no seed has completed both"),
        # A control that equals backpropagation.
        ({0: 0.5, 1: 0.7}, {0: 0.5, 1: 0.7}, 0.0, "all 2 seeds have the same difference"),
        # The same up to rounding: 0.3 - 0.2 is not 0.2 - 0.1.
        ({0: 0.3, 1: 0.2}, {0: 0.2, 1: 0.1}, 0.1, "all 2 seeds have the same difference"),
        ({0: 0.0, 1: 0.0}, {0: 0.0, 1: 0.0}, 0.0, "all 2 seeds have the same difference"),
    ],
)
def test_without_a_test_there_is_a_reason(
    rule: dict[int, float], reference: dict[int, float], difference: float | None, reason: str
) -> None:
    found = paired_test(rule, reference)
    assert found.reason == reason
    assert found.difference == (None if difference is None else pytest.approx(difference))
    assert (found.low, found.high, found.p, found.p_adjusted) == (None, None, None, None)


def test_p_is_adjusted_over_the_rules_that_have_one() -> None:
    rng = np.random.default_rng(3)
    bp = rng.normal(0.7, 0.02, size=6)
    values = {
        "bp": by_seed(bp),
        "usf_sn": by_seed(bp + rng.normal(-0.005, 0.004, size=6)),
        "fa_dense": by_seed(bp + rng.normal(-0.3, 0.02, size=6)),
        "sham": by_seed(bp),
        "dfa": {0: 0.3},
    }
    found = paired_tests(values, "bp")
    assert list(found) == ["usf_sn", "fa_dense", "sham", "dfa"]
    p = [stats.ttest_rel([*values[r].values()], bp).pvalue for r in ("usf_sn", "fa_dense")]
    assert [found["usf_sn"].p_adjusted, found["fa_dense"].p_adjusted] == pytest.approx(holm(p))
    assert found["sham"].p_adjusted is None
    assert found["dfa"].reason == "one seed only"


def test_without_the_reference_nothing_is_tested() -> None:
    assert paired_tests({"usf_sn": {0: 0.5}}, "bp")["usf_sn"].reason == "no seed has completed both"
