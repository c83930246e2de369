"""Maps: known points come back, stress is scikit-learn's, the same distances give one map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform
from sklearn.manifold import smacof

from feedback_atlas.analysis import angular_procrustes, classical_map, metric_map, shape
from feedback_atlas.analysis.maps import stress_1

Array = NDArray[np.float64]


def between(points: Array) -> Array:
    """Return Euclidean distances of all pairs of points."""
    square: Array = squareform(pdist(points))
    return square


def plane(seed: int, n: int = 12, dimensions: int = 2) -> Array:
    """Return points that a map of as many dimensions can hold."""
    return np.random.default_rng(seed).normal(size=(n, dimensions)) * [3.0, 1.0, 0.4][:dimensions]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_points_come_back_up_to_a_rigid_motion(dimensions: int) -> None:
    distances = between(plane(0, dimensions=dimensions))
    classical = classical_map(distances, dimensions)
    metric = metric_map(distances, dimensions)
    np.testing.assert_allclose(between(classical.coordinates), distances, atol=1e-9)
    np.testing.assert_allclose(between(metric.coordinates), distances, atol=1e-9)
    assert classical.stress == pytest.approx(0.0, abs=1e-9)
    assert metric.stress == pytest.approx(0.0, abs=1e-9)
    assert classical.shares.sum() == pytest.approx(1.0)
    assert classical.negative == pytest.approx(0.0, abs=1e-12)


def test_classical_shares_are_those_of_principal_components() -> None:
    points = np.random.default_rng(1).normal(size=(30, 6))
    variances = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) ** 2
    found = classical_map(between(points))
    np.testing.assert_allclose(found.shares, variances[:2] / variances.sum(), rtol=1e-9)


def test_distances_of_no_euclidean_space_show_as_negative_eigenvalues() -> None:
    """Map a star, 2 between its tips and 1 from the middle to each, as in no such space."""
    star = np.full((5, 5), 2.0) - 2.0 * np.eye(5)
    star[0, 1:] = star[1:, 0] = 1.0
    found = classical_map(star)
    eigenvalues = np.linalg.eigvalsh(-0.5 * (np.eye(5) - 0.2) @ np.square(star) @ (np.eye(5) - 0.2))
    assert found.negative == pytest.approx(
        -eigenvalues[eigenvalues < 0].sum() / np.abs(eigenvalues).sum(), rel=1e-9
    )
    assert found.negative > 0.01


def test_stress_is_kruskals_and_scikit_learns() -> None:
    points = np.random.default_rng(2).normal(size=(25, 7))
    distances = between(points)
    found = metric_map(distances)
    drawn = between(found.coordinates)
    pairs = np.triu_indices(25, k=1)
    by_hand = np.sqrt(
        sum((d - t) ** 2 for d, t in zip(drawn[pairs], distances[pairs], strict=True))
        / sum(d**2 for d in drawn[pairs])
    )
    assert found.stress == pytest.approx(by_hand, rel=1e-12)
    coordinates, stress = smacof(
        distances, n_components=2, n_init=8, random_state=0, normalized_stress=True, eps=1e-9
    )
    assert stress_1(distances, coordinates) == pytest.approx(stress, rel=1e-12)
    assert found.stress <= stress * 1.01
    assert 0.05 < found.stress < classical_map(distances).stress


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_rotated_mirrored_points_give_the_very_same_map(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = plane(seed)
    rotation = np.linalg.qr(rng.normal(size=(2, 2)))[0]
    first, second = (classical_map(between(each)) for each in (points, points @ rotation + 5.0))
    np.testing.assert_allclose(second.coordinates, first.coordinates, atol=1e-6)
    order = rng.permutation(len(points))
    shuffled = classical_map(between(points[order])).coordinates
    np.testing.assert_allclose(shuffled, first.coordinates[order], atol=1e-6)
    np.testing.assert_allclose(first.coordinates.mean(axis=0), 0.0, atol=1e-9)
    covariance = first.coordinates.T @ first.coordinates
    assert covariance[0, 1] == pytest.approx(0.0, abs=1e-6)
    assert covariance[0, 0] >= covariance[1, 1]
    largest = np.abs(first.coordinates).argmax(axis=0)
    assert (first.coordinates[largest, [0, 1]] > 0.0).all()


def test_a_metric_map_depends_on_its_seed_alone() -> None:
    distances = between(np.random.default_rng(3).normal(size=(12, 5)))
    first = metric_map(distances, seed=1)
    np.random.seed(5)
    np.testing.assert_array_equal(metric_map(distances, seed=1).coordinates, first.coordinates)


def test_a_path_through_representations_is_a_path_on_the_map() -> None:
    """Turn one shape to another: representations keep their order along the first axis."""
    rng = np.random.default_rng(4)
    start, end = rng.normal(size=(2, 30, 6))
    path = [shape((1 - step) * start + step * end) for step in np.linspace(0.0, 1.0, 7)]
    found = metric_map(angular_procrustes(path, path).values)
    along = np.diff(found.coordinates[:, 0])
    assert (along > 0.0).all() or (along < 0.0).all()
    assert found.stress < 0.1


def test_what_is_no_metric_is_refused() -> None:
    good = between(plane(5, n=4))
    with pytest.raises(ValueError, match=r"square matrix, not of shape \(4, 3\)"):
        classical_map(good[:, :3])
    with pytest.raises(ValueError, match="more points than dimensions, not 2 points"):
        classical_map(good[:2, :2])
    bad = good.copy()
    bad[1, 2] = bad[2, 1] = np.nan
    with pytest.raises(ValueError, match=r"points \[1, 2\] are undefined"):
        metric_map(bad)
    bad = good.copy()
    bad[0, 1] += 1.0
    with pytest.raises(ValueError, match="symmetric"):
        classical_map(bad)
    with pytest.raises(ValueError, match="to itself must be 0"):
        classical_map(good + np.eye(4))
    with pytest.raises(ValueError, match="all distances are 0"):
        classical_map(np.zeros((4, 4)))
    with pytest.raises(ValueError, match="starts is -1"):
        metric_map(good, starts=-1)
