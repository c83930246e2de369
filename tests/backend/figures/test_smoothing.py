"""The exponential moving average against a plain loop, at every length and weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from feedback_atlas.server.figures.curves.smoothing import exponential_average


def slow_average(values: NDArray[np.float64], weight: float) -> list[float]:
    """Average each value with all before it, one product at a time."""
    averages = []
    total = count = 0.0
    for value in values:
        total = weight * total + value
        count = weight * count + 1.0
        averages.append(total / count)
    return averages


@given(
    values=arrays.arrays(np.float64, st.integers(0, 60), elements=st.floats(-1e6, 1e6)),
    weight=st.floats(0.0, 0.99),
)
def test_it_is_what_a_loop_computes(values: NDArray[np.float64], weight: float) -> None:
    np.testing.assert_allclose(
        exponential_average(values, weight), slow_average(values, weight), rtol=1e-9, atol=1e-6
    )


@pytest.mark.parametrize("weight", [1e-300, 0.01, 0.5, 0.9, 0.99])
def test_long_curves_are_averaged_over_the_seams_between_stretches(weight: float) -> None:
    values = np.random.default_rng(0).lognormal(size=5000)
    np.testing.assert_allclose(
        exponential_average(values, weight), slow_average(values, weight), rtol=1e-12
    )


def test_it_starts_with_the_first_value_and_keeps_a_constant() -> None:
    assert exponential_average(np.array([3.0, 5.0]), 0.5)[0] == 3.0
    np.testing.assert_allclose(exponential_average(np.full(400, 7.0), 0.95), 7.0, rtol=1e-14)


def test_no_weight_changes_nothing_and_gives_a_copy() -> None:
    values = np.array([1.0, 2.0])
    kept = exponential_average(values, 0.0)
    np.testing.assert_array_equal(kept, values)
    assert kept is not values
