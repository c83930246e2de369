"""RDMs: against rsatoolbox and NumPy's corrcoef, at hard and at undefined places."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from feedback_atlas.analysis import DISTANCES, gram, inner_products, rdm, rsatoolbox_rdms

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # other packages', at import
    import rsatoolbox


def reference(x: NDArray[Any], distance: str) -> NDArray[np.float64]:
    data = rsatoolbox.data.Dataset(x.astype(np.float64))
    values: NDArray[np.float64] = rsatoolbox.rdm.calc_rdm(data, method=distance).dissimilarities[0]
    return values


@pytest.mark.parametrize("distance", ["correlation", "euclidean"])
@pytest.mark.parametrize("offset", [0.0, 30.0])
def test_values_are_rsatoolboxs(distance: str, offset: float) -> None:
    x = np.random.default_rng(0).normal(loc=offset, size=(40, 9000)).astype(np.float32)
    np.testing.assert_allclose(rdm(x, distance).values, reference(x, distance), rtol=1e-6)


@pytest.mark.parametrize(
    ("distance", "metric"),
    [("correlation", "correlation"), ("cosine", "cosine"), ("euclidean", "sqeuclidean")],
)
@pytest.mark.parametrize("offset", [0.0, 30.0])
def test_values_are_scipys(distance: str, metric: str, offset: float) -> None:
    x = np.random.default_rng(10).normal(loc=offset, size=(30, 700))
    expected = pdist(x, metric) / (700 if distance == "euclidean" else 1)
    np.testing.assert_allclose(rdm(x, distance).values, expected, rtol=1e-9)


@pytest.mark.parametrize("distance", ["correlation", "euclidean"])
def test_values_of_nearly_equal_patterns_are_rsatoolboxs(distance: str) -> None:
    """Take patterns as of feedback alignment's fully connected layers: nearly equal for all."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=300) + 1e-3 * rng.normal(size=(30, 300))
    result = rdm(x, distance).values
    assert result.max() < 1e-4
    np.testing.assert_allclose(result, reference(x, distance), rtol=1e-6)


def test_correlation_keeps_digits_where_r_is_almost_one() -> None:
    base = np.random.default_rng(2).normal(size=50)
    base = (base - base.mean()) / np.linalg.norm(base - base.mean())
    other = np.random.default_rng(3).normal(size=50)
    other -= other.mean() + (other @ base) * base
    other /= np.linalg.norm(other)
    angle = 1e-6
    x = np.stack([base, np.cos(angle) * base + np.sin(angle) * other])
    expected = 2.0 * np.sin(angle / 2) ** 2
    assert rdm(x, "correlation").values[0] == pytest.approx(expected, rel=1e-6)


def test_one_set_of_products_serves_every_measure() -> None:
    x = np.random.default_rng(4).normal(size=(12, 33))
    products = inner_products(x)
    np.testing.assert_array_equal(products.gram, gram(x))
    for distance in DISTANCES:
        np.testing.assert_array_equal(rdm(products, distance).values, rdm(x, distance).values)


def test_the_triangle_is_by_rows() -> None:
    x = np.random.default_rng(5).normal(size=(4, 6))
    result = rdm(x, "correlation").values
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    expected = [1.0 - np.corrcoef(x[i], x[j])[0, 1] for i, j in pairs]
    np.testing.assert_allclose(result, expected, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), gain=st.floats(0.01, 100.0), shift=st.floats(-10.0, 10.0))
def test_correlation_ignores_each_patterns_gain_and_mean(
    seed: int, gain: float, shift: float
) -> None:
    x = np.random.default_rng(seed).normal(size=(6, 20))
    changed = x.copy()
    changed[2] = gain * changed[2] + shift
    before, after = (rdm(part, "correlation").values for part in (x, changed))
    np.testing.assert_allclose(after, before, rtol=1e-7, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), gain=st.floats(0.01, 100.0))
def test_cosine_ignores_rotation_and_each_patterns_gain(seed: int, gain: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(6, 8))
    changed = x @ np.linalg.qr(rng.normal(size=(8, 8)))[0]
    changed[2] *= gain
    np.testing.assert_allclose(
        rdm(changed, "cosine").values, rdm(x, "cosine").values, rtol=1e-7, atol=1e-9
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_euclidean_ignores_rotation_and_shift(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(6, 8))
    rotation = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    moved = x @ rotation + rng.normal(size=8)
    np.testing.assert_allclose(
        rdm(moved, "euclidean").values, rdm(x, "euclidean").values, rtol=1e-9
    )


def test_equal_images_are_at_distance_zero() -> None:
    x = np.random.default_rng(6).normal(size=(5, 40)).astype(np.float32) * 1e4
    x[3] = x[1]
    assert 0.0 <= rdm(x, "euclidean").values[5] < 1e-6
    assert rdm(x, "correlation").values[5] == pytest.approx(0.0, abs=1e-14)


def test_constant_patterns_have_no_correlation() -> None:
    x = np.random.default_rng(7).normal(size=(4, 6))
    x[2] = 0.1
    result = rdm(x, "correlation")
    assert np.isnan(result.values).tolist() == [False, True, False, True, False, True]
    assert result.reasons == {2: "constant pattern: every feature has the same activation"}
    assert rdm(x, "euclidean").reasons == {}
    np.testing.assert_allclose(rdm(x, "euclidean").values, reference(x, "euclidean"), rtol=1e-9)


def test_zero_patterns_have_no_angle() -> None:
    x = np.random.default_rng(7).normal(size=(4, 6))
    x[2] = 0.0
    result = rdm(x, "cosine")
    assert np.isnan(result.values).tolist() == [False, True, False, True, False, True]
    assert result.reasons == {2: "zero pattern: every activation is 0"}
    x[2] = 0.1
    assert rdm(x, "cosine").reasons == {}


@pytest.mark.parametrize("distance", list(DISTANCES))
def test_non_finite_images_are_undefined_and_the_others_untouched(distance: str) -> None:
    x = np.random.default_rng(8).normal(size=(4, 6))
    good = rdm(x[[0, 1, 3]], distance).values
    x[2, 0] = np.nan
    result = rdm(x, distance)
    np.testing.assert_allclose(result.values[[0, 2, 4]], good, rtol=1e-12)
    assert np.isnan(result.values[[1, 3, 5]]).all()
    assert result.reasons == {2: "non-finite activation"}


def test_unknown_distance_is_refused() -> None:
    with pytest.raises(
        ValueError, match="'manhattan': choose one of correlation, cosine, euclidean"
    ):
        rdm(np.eye(4), "manhattan")


def test_rsatoolbox_object_carries_values_and_descriptors() -> None:
    rng = np.random.default_rng(9)
    parts = [rdm(rng.normal(size=(5, 9)), "correlation") for _ in range(3)]
    rdms = rsatoolbox_rdms(
        parts,
        rdm_descriptors={"layer": ["conv1", "conv2", "fc1"], "rule": ["bp"] * 3},
        pattern_descriptors={"class": [0, 0, 1, 1, 2]},
    )
    np.testing.assert_array_equal(rdms.dissimilarities, [part.values for part in parts])
    assert rdms.dissimilarity_measure == "correlation"
    assert rdms.rdm_descriptors["layer"] == ["conv1", "conv2", "fc1"]
    assert rdms.pattern_descriptors["class"] == [0, 0, 1, 1, 2]
    fc1 = rdms.subset("layer", "fc1")
    np.testing.assert_array_equal(fc1.dissimilarities[0], parts[2].values)


def test_rdms_of_different_kinds_do_not_mix() -> None:
    x = np.random.default_rng(0).normal(size=(5, 4))
    with pytest.raises(ValueError, match="correlation of 5 images, euclidean of 5 images"):
        rsatoolbox_rdms([rdm(x, "correlation"), rdm(x, "euclidean")])
    with pytest.raises(ValueError, match="not: none"):
        rsatoolbox_rdms([])
