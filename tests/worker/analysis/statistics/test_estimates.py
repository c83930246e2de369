"""Means and intervals: against loops over resampled runs, with coverage, and what is absent."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t

from feedback_atlas.analysis import (
    Estimate,
    Run,
    ceiling_pairs,
    estimate,
    floor_pairs,
    percentile_interval,
    resample_counts,
    rule_pairs,
)
from tests.worker.analysis.statistics.simulated import paired_runs, similarities


def test_pairs_of_each_kind() -> None:
    runs = [
        Run("bp", 0), Run("bp", 1), Run("fa", 0), Run("fa", 1),
        Run("bp", 0, trained=False), Run("fa", 0, trained=False), Run("fa", 2, trained=False),
        Run("own", 0, initialisation=100),
    ]  # fmt: skip
    assert ceiling_pairs(runs).positions == ((0, 1),)
    assert rule_pairs(runs, "fa", shared=True).positions == ((2, 0), (3, 1))
    assert rule_pairs(runs, "fa", shared=False).positions == ((2, 1), (3, 0))
    assert rule_pairs(runs, "own", shared=True).positions == ()
    assert rule_pairs(runs, "own", shared=False).positions == ((7, 0), (7, 1))
    # both untrained networks of seed 0 are the same network
    assert floor_pairs(runs, shared=True).positions == ((4, 0),)
    assert floor_pairs(runs, shared=False).positions == ((4, 1), (6, 0), (6, 1))
    assert rule_pairs(runs, "own", shared=False).n_seeds == 1


@pytest.mark.parametrize("kind", ["ceiling", "shared", "independent"])
def test_intervals_are_those_of_resampled_networks(kind: str) -> None:
    """Draw seeds, pair every drawn network with every other, leave copies out: a slow loop."""
    runs = paired_runs(5, "fa")
    matrix = similarities(runs, np.random.default_rng(0), effect=0.3)
    pairs = {
        "ceiling": ceiling_pairs(runs),
        "shared": rule_pairs(runs, "fa", shared=True),
        "independent": rule_pairs(runs, "fa", shared=False),
    }[kind]
    found = estimate(matrix, pairs, np.random.default_rng(1), 300)
    means = []
    for counts in resample_counts(np.random.default_rng(1), 5, 300):
        drawn = np.repeat(np.arange(5), counts.astype(int))
        if kind == "ceiling":
            values = [matrix[s, u] for s in drawn for u in drawn if s != u]
        elif kind == "shared":
            values = [matrix[5 + s, s] for s in drawn]
        else:
            values = [matrix[5 + s, u] for s in drawn for u in drawn if s != u]
        means.append(np.mean(values) if values else np.nan)
    expected = percentile_interval(np.array(means), 5)
    assert expected is not None
    assert found.over_seeds is not None
    assert found.over_seeds.low == pytest.approx(expected.low)
    assert found.over_seeds.high == pytest.approx(expected.high)
    assert found.over_seeds.n_resamples == expected.n_resamples
    assert found.mean == pytest.approx(np.mean([matrix[pair] for pair in pairs.positions]))
    assert (found.n_pairs, found.n_seeds) == (len(pairs.positions), 5)
    assert found.over_seeds.low < found.mean < found.over_seeds.high  # type: ignore[operator]


def test_images_alone_and_both_are_resampled_as_they_should() -> None:
    runs = paired_runs(4, "fa")
    matrix = similarities(runs, np.random.default_rng(2))
    pairs = rule_pairs(runs, "fa", shared=True)
    drawn = np.random.default_rng(3).normal(0.5, 0.1, size=(400, 4))
    found = estimate(matrix, pairs, np.random.default_rng(4), 400, on_images=drawn, n_images=200)
    assert found.over_images == percentile_interval(drawn.mean(axis=1), 200)
    counts = resample_counts(np.random.default_rng(4), 4, 400)
    both = percentile_interval((drawn * counts).sum(axis=1) / 4, 4)
    assert found.over_both is not None
    assert both is not None
    assert found.over_both.low == pytest.approx(both.low)


def test_the_interval_takes_the_expanded_percentiles() -> None:
    values = np.random.default_rng(5).normal(size=5000)
    found = percentile_interval(values, 5)
    assert found is not None
    tail = norm.cdf(np.sqrt(5 / 4) * t.ppf(0.025, df=4))
    assert found.low == pytest.approx(np.quantile(values, tail))
    many = percentile_interval(values, 10**6)
    assert many is not None
    assert many.high == pytest.approx(np.quantile(values, 0.975), abs=1e-4)


def coverage(n_seeds: int, n_simulations: int) -> dict[str, float | None]:
    """Return how often the interval holds the true mean, 0; every run and pair adds noise."""
    rng = np.random.default_rng(100 + n_seeds)
    runs = paired_runs(n_seeds, "fa")
    kinds = {
        "shared": rule_pairs(runs, "fa", shared=True),
        "independent": rule_pairs(runs, "fa", shared=False),
        "ceiling": ceiling_pairs(runs),
    }
    covered: dict[str, list[bool]] = {kind: [] for kind in kinds}
    for _ in range(n_simulations):
        own = rng.normal(size=2 * n_seeds)
        matrix = own[:, None] + own[None, :] + rng.normal(size=(2 * n_seeds, 2 * n_seeds))
        for kind, pairs in kinds.items():
            interval = estimate(matrix, pairs, rng, 1000).over_seeds
            if interval is not None:
                covered[kind].append(interval.low <= 0.0 <= interval.high)
    return {kind: float(np.mean(found)) if found else None for kind, found in covered.items()}


def test_intervals_of_seven_seeds_cover_the_truth() -> None:
    assert coverage(7, 200) == pytest.approx(
        {"shared": 0.95, "independent": 0.95, "ceiling": 0.95}, abs=0.05
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_seeds", "shared", "independent", "ceiling"),
    [
        (2, 0.48, None, None),
        (3, 0.73, 0.55, 0.55),
        (4, 0.87, 0.86, 0.84),
        (5, 0.92, 0.96, 0.94),
        (10, 0.95, 0.93, 0.95),
    ],
)
def test_coverage_is_what_the_methods_page_says(
    n_seeds: int, shared: float, independent: float | None, ceiling: float | None
) -> None:
    found = coverage(n_seeds, 1000)
    assert found == pytest.approx(
        {"shared": shared, "independent": independent, "ceiling": ceiling}, abs=0.035
    )


def test_what_is_absent_says_why() -> None:
    rng = np.random.default_rng(7)

    def of(n_seeds: int, *, shared: bool) -> Estimate:
        runs = paired_runs(n_seeds, "fa")
        pairs = rule_pairs(runs, "fa", shared=shared)
        return estimate(similarities(runs, rng), pairs, rng, 50)

    one = of(1, shared=True)
    assert one.over_seeds is None
    assert one.mean is not None
    assert one.reasons["over_seeds"].startswith("one seed")
    assert one.reasons["over_images"] == "images were not resampled"
    none = of(1, shared=False)
    assert none.mean is None
    assert "no such pairs" in none.reasons["mean"]
    two = of(2, shared=False)
    assert two.over_seeds is None
    assert two.reasons["over_seeds"].startswith("two seeds")
    assert of(2, shared=True).over_seeds is not None
    assert "under-cover" in of(4, shared=False).reasons["over_seeds"]
    assert "over_seeds" not in of(5, shared=False).reasons


def test_undefined_pairs_are_left_out_and_said() -> None:
    runs = paired_runs(5, "fa")
    matrix = similarities(runs, np.random.default_rng(8))
    matrix[5, 0] = matrix[0, 5] = np.nan
    pairs = rule_pairs(runs, "fa", shared=True)
    found = estimate(matrix, pairs, np.random.default_rng(9), 50)
    assert found.mean == pytest.approx(np.mean([matrix[5 + s, s] for s in range(1, 5)]))
    assert found.n_pairs == 4
    assert found.reasons["mean"] == "1 of 5 pairs are undefined and omitted"
    matrix[:] = np.nan
    assert estimate(matrix, pairs, np.random.default_rng(9), 50).mean is None
