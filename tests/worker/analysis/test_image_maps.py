"""Maps of images: known places come back, and maps are laid on each other as scipy lays them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import procrustes
from scipy.spatial.distance import pdist

from feedback_atlas.analysis import rdm
from feedback_atlas.analysis.maps import image_maps, superimposed

SEEDS = st.integers(0, 2**32 - 1)


def points(seed: int, n: int = 15) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 2)) * [3.0, 1.0]


def moved(places: np.ndarray, seed: int, factor: float = 1.0) -> np.ndarray:
    """Turn (perhaps mirror), scale and shift places."""
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(2, 2)))[0]
    result: np.ndarray = factor * places @ rotation + [4.0, -7.0]
    return result


def test_images_that_lie_in_a_plane_come_back_from_their_rdm() -> None:
    places = points(0)
    found = image_maps([rdm(places, "euclidean")])
    # The squared distance is divided by the number of features, here two.
    np.testing.assert_allclose(pdist(found.coordinates[0]), pdist(places) / np.sqrt(2), atol=1e-9)
    assert found.stress == (pytest.approx(0.0, abs=1e-9),)
    assert found.disparity == (0.0,)
    np.testing.assert_array_equal(found.images, np.arange(15))


@pytest.mark.parametrize(("distance", "by_hand"), [("correlation", True), ("cosine", False)])
def test_distances_drawn_are_those_of_standardised_patterns(distance: str, by_hand: bool) -> None:
    """Check that 1 - r is half the squared distance of centred patterns of unit length."""
    patterns = np.random.default_rng(1).normal(size=(10, 3))
    # Of three features about their mean two are free; of unit length alone, this is a circle.
    if not by_hand:
        patterns = np.concatenate([patterns[:, :2], np.zeros((10, 1))], axis=1)
    about = patterns - patterns.mean(axis=1, keepdims=True) if by_hand else patterns
    unit = about / np.linalg.norm(about, axis=1, keepdims=True)
    found = image_maps([rdm(patterns, distance)])
    np.testing.assert_allclose(pdist(found.coordinates[0]), pdist(unit) / np.sqrt(2), atol=1e-7)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, factor=st.floats(1e-3, 1e3))
def test_a_moved_configuration_is_laid_on_itself(seed: int, factor: float) -> None:
    places = points(seed)
    found = superimposed(places, moved(places, seed, factor))
    np.testing.assert_allclose(found.coordinates, places, atol=1e-8)
    assert found.disparity == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(first=SEEDS, second=SEEDS)
def test_the_superimposition_is_scipys(first: int, second: int) -> None:
    reference, other = points(first) + 2.0, points(second)
    found = superimposed(reference, other)
    standard, theirs, disparity = procrustes(reference, other)
    assert found.disparity == pytest.approx(disparity, abs=1e-12)
    size = np.linalg.norm(reference - reference.mean(axis=0))
    ours = (found.coordinates - reference.mean(axis=0)) / size
    np.testing.assert_allclose(ours, theirs, atol=1e-9)
    np.testing.assert_allclose(((ours - standard) ** 2).sum(), disparity, atol=1e-12)
    rotation, _ = orthogonal_procrustes(other - other.mean(axis=0), standard)
    turned = (other - other.mean(axis=0)) @ rotation
    assert np.corrcoef(turned.ravel(), ours.ravel())[0, 1] == pytest.approx(1.0)


def test_networks_that_differ_by_a_rotation_have_one_map() -> None:
    places = points(3)
    found = image_maps([rdm(places, "euclidean"), rdm(moved(places, 5, 30.0), "euclidean")])
    np.testing.assert_allclose(found.coordinates[1], found.coordinates[0], atol=1e-7)
    assert found.disparity == (0.0, pytest.approx(0.0, abs=1e-9))
    other = image_maps([rdm(places, "euclidean"), rdm(points(4), "euclidean")])
    assert other.disparity[1] > 0.1


def test_an_image_without_distances_in_one_network_is_on_no_map() -> None:
    first = np.random.default_rng(6).normal(size=(8, 5))
    second = np.random.default_rng(7).normal(size=(8, 5))
    second[3] = 1.0  # constant: no correlation
    found = image_maps([rdm(first, "correlation"), rdm(second, "correlation")])
    np.testing.assert_array_equal(found.images, [0, 1, 2, 4, 5, 6, 7])
    assert found.coordinates.shape == (2, 7, 2)
    assert np.isfinite(found.coordinates).all()


def test_what_cannot_be_mapped_is_said() -> None:
    patterns = np.random.default_rng(8).normal(size=(5, 4))
    whole = rdm(patterns, "correlation")
    with pytest.raises(ValueError, match="same images by one distance"):
        image_maps([whole, rdm(patterns, "cosine")])
    with pytest.raises(ValueError, match="same images by one distance"):
        image_maps([])
    with pytest.raises(ValueError, match="2 of 5 images have a dissimilarity"):
        image_maps([replace(whole, reasons=dict.fromkeys(range(3), "constant"))])
    with pytest.raises(ValueError, match="all distances are 0"):
        image_maps([rdm(np.tile(patterns[0], (5, 1)), "cosine")])
    with pytest.raises(ValueError, match="shapes"):
        superimposed(patterns, patterns[1:])
    with pytest.raises(ValueError, match="in one place"):
        superimposed(np.ones((4, 2)), patterns[:4, :2])
