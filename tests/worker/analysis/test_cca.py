"""Regression and CCA: against scikit-learn, numpy's least squares and definitions in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.cross_decomposition import CCA
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from feedback_atlas.analysis import canonical_correlations, linear_regression, subspace

Array = NDArray[np.float64]


def some(seed: int, widths: tuple[int, ...], n: int = 60) -> list[Array]:
    """Return representations of different widths that share a part."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 4))
    return [common @ rng.normal(size=(4, w)) + rng.normal(size=(n, w)) + 2.0 for w in widths]


def correlations_by_eigenvalues(x: Array, y: Array) -> tuple[Array, Array]:
    """Return rho, rho^2 the eigenvalues of Sxx^-1 Sxy Syy^-1 Syx (Hotelling), and the variables."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    between = x.T @ y @ np.linalg.inv(y.T @ y) @ y.T @ x
    squares, directions = eigh(between, x.T @ x)
    kept = np.argsort(squares)[::-1][: min(x.shape[1], y.shape[1])]
    return np.sqrt(squares[kept]), x @ directions[:, kept]


def pwcca_by_loops(x: Array, y: Array) -> float:
    """Follow Morcos et al. (2018), variable by variable and feature by feature."""
    rho, variables = correlations_by_eigenvalues(x, y)
    total = weights = 0.0
    for correlation, variable in zip(rho, variables.T, strict=True):
        weight = sum(abs(float(variable @ feature)) for feature in (x - x.mean(axis=0)).T)
        total += weight * correlation
        weights += weight
    return total / weights


@pytest.mark.parametrize("widths", [(5, 5), (4, 9), (9, 4)])
def test_the_three_means_follow_their_definitions(widths: tuple[int, int]) -> None:
    x, y = some(0, widths)
    rho, _ = correlations_by_eigenvalues(x, y)
    found = canonical_correlations([subspace(x)], [subspace(y)])
    assert found.reasons == {}
    assert found.mean[0, 0] == pytest.approx(rho.mean(), rel=1e-10)
    assert found.mean_square[0, 0] == pytest.approx(np.square(rho).mean(), rel=1e-10)
    assert found.weighted[0, 0] == pytest.approx(pwcca_by_loops(x, y), rel=1e-10)


def test_correlations_are_scikit_learns() -> None:
    x, y = some(1, (3, 5), n=80)
    variables = CCA(n_components=3, max_iter=5000, tol=1e-12).fit_transform(x, y)
    rho = [np.corrcoef(a, b)[0, 1] for a, b in zip(*(v.T for v in variables), strict=True)]
    found = canonical_correlations([subspace(x)], [subspace(y)])
    assert found.mean[0, 0] == pytest.approx(np.mean(rho), rel=1e-6)


def test_svcca_correlates_the_directions_with_most_variance() -> None:
    """Compare with principal components by hand; the last hold under 1 % of the variance."""
    rng = np.random.default_rng(2)
    scales = np.array([5.0, 3.0, 2.0, 0.1, 0.1])
    x = rng.normal(size=(60, 5)) * scales
    y = x @ np.linalg.qr(rng.normal(size=(5, 5)))[0] + rng.normal(size=(60, 5)) * 0.05
    projected = []
    for part in (x, y):
        part = part - part.mean(axis=0)
        values, vectors = np.linalg.eigh(part.T @ part)
        values, vectors = values[::-1], vectors[:, ::-1]
        kept = int(np.argmax(np.cumsum(values) / values.sum() >= 0.99)) + 1
        assert kept == 3
        projected.append(part @ vectors[:, :kept])
    rho, _ = correlations_by_eigenvalues(*projected)
    truncated = [subspace(part).truncated(0.99) for part in (x, y)]
    found = canonical_correlations(truncated[:1], truncated[1:])
    assert found.mean[0, 0] == pytest.approx(rho.mean(), rel=1e-9)
    assert subspace(x).truncated(1.0).rank == 5


def test_regression_is_scikit_learns_share_of_variance() -> None:
    x, y = some(3, (6, 4))
    predicted = LinearRegression().fit(y, x).predict(y)
    expected = r2_score(x, predicted, multioutput="variance_weighted")
    parts = [subspace(x), subspace(y)]
    found = linear_regression(parts, parts)
    assert found.values[0, 1] == pytest.approx(expected, rel=1e-10)
    assert abs(found.values[0, 1] - found.values[1, 0]) > 0.01
    np.testing.assert_allclose(np.diagonal(found.values), 1.0, rtol=1e-12)


def test_a_part_is_explained_by_the_whole_and_not_the_other_way_round() -> None:
    x = some(4, (8,))[0]
    found = linear_regression([subspace(x[:, :3]), subspace(x)], [subspace(x[:, :3]), subspace(x)])
    assert found.values[0, 1] == pytest.approx(1.0, rel=1e-12)
    assert found.values[1, 0] < 0.9


def test_unrelated_representations_reach_what_chance_gives() -> None:
    rng = np.random.default_rng(5)
    x, y = ([subspace(rng.normal(size=(101, w))) for _ in range(30)] for w in (3, 20))
    values = [linear_regression([a], [b]).values[0, 0] for a, b in zip(x, y, strict=True)]
    assert np.mean(values) == pytest.approx(20 / 100, abs=0.02)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), gain=st.floats(0.01, 100.0))
def test_what_each_measure_is_blind_to(seed: int, gain: float) -> None:
    x, y = some(seed, (5, 7))
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    turned = gain * x @ rotation + 1.0
    # Any invertible map that keeps its condition moderate.
    mixed = x @ (rotation * rng.uniform(0.3, 3.0, size=5)) - 4.0
    parts = [subspace(each) for each in (x, turned, mixed)]
    regression = linear_regression(parts, [subspace(y)]).values[:, 0]
    assert regression[1] == pytest.approx(regression[0], rel=1e-8)
    reverse = linear_regression([subspace(y)], parts).values[0]
    np.testing.assert_allclose(reverse, reverse[0], rtol=1e-8)
    cca = canonical_correlations(parts, [subspace(y)])
    np.testing.assert_allclose(cca.mean, cca.mean[0, 0], rtol=1e-8)
    np.testing.assert_allclose(cca.mean_square, cca.mean_square[0, 0], rtol=1e-8)
    swapped = canonical_correlations([subspace(y)], parts)
    np.testing.assert_allclose(swapped.mean, cca.mean.T, rtol=1e-8)
    np.testing.assert_allclose(swapped.weighted, swapped.weighted[0, 0], rtol=1e-8)


def test_regression_weights_squared_correlations_by_variance() -> None:
    """Follow Kornblith et al. (2019): R^2_LR is the mean of rho^2 by squared projections."""
    x, y = some(6, (4, 6))
    rho, variables = correlations_by_eigenvalues(x, y)
    weights = np.square(variables.T @ (x - x.mean(axis=0))).sum(axis=1)
    expected = weights @ np.square(rho) / weights.sum()
    found = linear_regression([subspace(x)], [subspace(y)]).values[0, 0]
    assert found == pytest.approx(expected, rel=1e-10)


def test_dead_and_copied_features_count_for_nothing() -> None:
    x, y = some(7, (4, 6))
    padded = np.hstack([x, x[:, :2], np.full((60, 3), 0.1)])
    assert subspace(padded).rank == 4
    before, after = (
        canonical_correlations([subspace(part)], [subspace(y)]).mean for part in (x, padded)
    )
    np.testing.assert_allclose(after, before, rtol=1e-10)


def test_where_there_is_no_value_there_is_a_reason() -> None:
    x, wide = some(8, (5, 40), n=20)
    broken = x.copy()
    broken[0, 0] = np.inf
    rows = [subspace(part) for part in (x, wide, broken, np.full((20, 2), 0.1))]
    crowded = (
        "19 dimensions of 20 images explain any representation: more than 20 images or fewer "
        "dimensions are needed"
    )
    cca = canonical_correlations(rows, rows[:1])
    assert cca.reasons == {
        (1, 0): f"{crowded} (row)",
        (2, 0): "non-finite activation (row)",
        (3, 0): "constant features (row)",
    }
    for values in (cca.mean, cca.mean_square, cca.weighted):
        assert np.isnan(values[:, 0]).tolist() == [False, True, True, True]
    regression = linear_regression(rows, rows[:2])
    assert regression.reasons[0, 1] == f"{crowded} (column)"
    assert 0.0 < regression.values[1, 0] < 1.0
    few = rows[1].truncated(0.5)
    assert canonical_correlations([few], rows[:1]).reasons == {}
    assert rows[2].truncated(0.9).fault == "non-finite activation"


def test_impossible_arguments_are_refused() -> None:
    x = some(9, (5,))[0]
    with pytest.raises(ValueError, match="share of variance is"):
        subspace(x).truncated(1.5)
    with pytest.raises(ValueError, match="are: 59, 60"):
        linear_regression([subspace(x)], [subspace(x[1:])])
    with pytest.raises(ValueError, match=r"not \(60,\)"):
        subspace(x[:, 0])
