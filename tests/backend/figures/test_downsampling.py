"""Downsampled lines keep their ends and every spike, and only points that were measured."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.figures.curves.downsampling import MOST_POINTS, extremes
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.results.types import Curve, RunLabel
from tests.backend.figures.examples import (
    decoded,
    local_angle,
    loss,
    traces,
)

finite = st.floats(-1e9, 1e9)


@given(values=st.lists(finite, min_size=1, max_size=300), most=st.integers(4, 60))
def test_ends_extremes_and_order_are_kept(values: list[float], most: int) -> None:
    y = np.array(values)
    x = np.arange(len(y)) * 10.0
    kept_x, kept_y = extremes(x, y, most)
    assert len(kept_x) == len(kept_y) <= max(most, 0)
    assert (kept_x[0], kept_x[-1]) == (x[0], x[-1])
    assert (np.diff(kept_x) > 0).all()
    # Every kept point is one of the curve.
    np.testing.assert_array_equal(kept_y, y[(kept_x / 10).astype(int)])
    assert (kept_y.min(), kept_y.max()) == (y.min(), y.max())
    if len(y) <= most:
        np.testing.assert_array_equal(kept_x, x)


@given(
    length=st.integers(2001, 20_000),
    places=st.lists(st.floats(0, 1), min_size=1, max_size=8),
    seed=st.integers(0, 2**32 - 1),
)
def test_single_spikes_survive(length: int, places: list[float], seed: int) -> None:
    """Put spikes in different stretches: each is an extreme of its own."""
    y = np.random.default_rng(seed).standard_normal(length)
    stretch = -(-(length - 2) // ((MOST_POINTS - 2) // 2))
    at = {int(place * (length - 1)) // stretch * stretch for place in places}
    for index, place in enumerate(sorted(at)):
        y[place] = (100.0 + index) * (-1) ** index
    kept_x, kept_y = extremes(np.arange(length, dtype=float), y)
    assert len(kept_x) <= MOST_POINTS
    for place in at:
        assert kept_y[kept_x == place].tolist() == [y[place]]


def test_extremes_are_those_of_a_slow_loop() -> None:
    y = np.random.default_rng(3).standard_normal(1003)
    x = np.arange(1003.0)
    most = 102
    length = -(-1001 // 50)
    kept = {0, 1002}
    for start in range(1, 1002, length):
        part = list(range(start, min(start + length, 1002)))
        kept |= {min(part, key=lambda i: y[i]), max(part, key=lambda i: y[i])}
    np.testing.assert_array_equal(extremes(x, y, most)[0], sorted(kept))


def test_figures_draw_few_points_and_tables_have_all() -> None:
    y = np.random.default_rng(0).uniform(1.0, 2.0, 17_600)
    y[12_345] = 9.0
    x = np.arange(17_600.0)
    curves = [Curve(RunLabel("bp", seed), None, x, y) for seed in (0, 1)]
    figure = loss(curves, options=CurveOptions(lines="runs"))
    assert len(traces(figure)) == 3
    for trace in traces(figure):
        steps, values = decoded(trace["x"]), decoded(trace["y"])
        assert len(steps) <= MOST_POINTS
        assert (steps[0], steps[-1]) == (0, 17_599)
        assert values[steps == 12_345] == 9.0
    assert figure.table.rows[0][4] == 9.0
    assert len(figure.csv.rows) == 2 * 17_600

    panels = local_angle([Curve(RunLabel("bp", 0), layer, x, y) for layer in ("conv1", "fc1")])
    for trace in traces(panels):
        steps = decoded(trace["x"])
        assert len(steps) <= 600
        assert 12_345 in steps
