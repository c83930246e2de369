"""Mutual nearest neighbours: against scikit-learn's neighbours, ties by hand, invariances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from feedback_atlas.analysis import Rdm, mutual_neighbours, rdm

Array = NDArray[np.float64]


def some(seed: int, widths: tuple[int, ...], n: int = 30) -> list[Array]:
    """Return representations of different widths that share a part."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 4))
    return [common @ rng.normal(size=(4, w)) + rng.normal(size=(n, w)) for w in widths]


def by_sklearn(x: Array, y: Array, k: int, metric: str) -> float:
    """Count common neighbours as sets, image by image."""
    found = []
    for part in (x, y):
        neighbours = NearestNeighbors(n_neighbors=k, metric=metric, algorithm="brute").fit(part)
        # Without an argument, scikit-learn leaves each image out of its own neighbourhood.
        found.append(neighbours.kneighbors(return_distance=False))
    common = [len(set(a) & set(b)) / k for a, b in zip(*found, strict=True)]
    return float(np.mean(common))


@pytest.mark.parametrize("k", [1, 5, 28])
@pytest.mark.parametrize("metric", ["euclidean", "correlation"])
def test_all_pairs_are_scikit_learns(k: int, metric: str) -> None:
    parts = some(0, (5, 8, 50))
    rdms = [rdm(part, metric) for part in parts]
    found = mutual_neighbours(rdms[:2], rdms, k)
    assert found.reasons == {}
    for i, j in np.ndindex(2, 3):
        expected = by_sklearn(parts[i], parts[j], k, metric)
        assert found.values[i, j] == pytest.approx(expected, abs=1e-12)
    assert 0.0 < found.values[0, 1] < 1.0


def test_images_that_tie_share_the_last_places() -> None:
    """Set distances of a point by hand: 1 to b; 2 to c, d and e."""
    tied = np.full((6, 6), 9.0)
    tied[0, 1] = 1.0
    tied[0, 2:5] = 2.0
    clear = tied.copy()
    clear[0, 2:5] = 2.0, 3.0, 4.0
    above = np.triu_indices(6, k=1)
    first, second = (Rdm(each[above], "euclidean", 6) for each in (tied, clear))
    # Image a, k = 2: b fully, then c, d, e a third each; the other has b and c: (1 + 1/3) / 2.
    # Image b has a, then c to f tied, a quarter each, in both: 1. Images c to e have a, then four
    # tied, in both: 1. Image f has all five tied, two fifths each, in both: 1.
    found = mutual_neighbours([first], [first, second], 2).values
    assert found[0, 0] == pytest.approx(1.0, abs=1e-12)
    assert found[0, 1] == pytest.approx(((1 + 1 / 3) / 2 + 5) / 6, abs=1e-12)


def test_copies_of_images_do_not_make_the_order_matter() -> None:
    x, y = some(1, (4, 6))
    x[5:12] = x[4]
    order = np.random.default_rng(0).permutation(len(x))
    before = mutual_neighbours([rdm(x, "euclidean")], [rdm(y, "euclidean")], 4).values
    after = mutual_neighbours([rdm(x[order], "euclidean")], [rdm(y[order], "euclidean")], 4).values
    np.testing.assert_allclose(after, before, rtol=1e-12)


def test_unrelated_representations_agree_by_chance() -> None:
    rng = np.random.default_rng(2)
    rdms = [rdm(rng.normal(size=(200, 20)), "euclidean") for _ in range(8)]
    values = mutual_neighbours(rdms, rdms, 10).values
    assert values[np.triu_indices(8, k=1)].mean() == pytest.approx(10 / 199, abs=0.005)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), gain=st.floats(0.01, 100.0), k=st.integers(1, 20))
def test_symmetric_and_blind_to_rotation_scale_and_shift(seed: int, gain: float, k: int) -> None:
    x, y = some(seed, (6, 9))
    rotation = np.linalg.qr(np.random.default_rng(seed).normal(size=(6, 6)))[0]
    rdms = [rdm(part, "euclidean") for part in (x, gain * x @ rotation + 3.0, y)]
    values = mutual_neighbours(rdms, rdms, k).values
    np.testing.assert_allclose(values, values.T, rtol=1e-12)
    np.testing.assert_allclose([values[0, 1], *np.diagonal(values)], 1.0, rtol=1e-12)
    assert values[0, 2] == pytest.approx(values[1, 2], abs=1e-12)


def test_undefined_pairs_say_why() -> None:
    x, y = some(3, (5, 7))
    x[2, 0] = np.nan
    found = mutual_neighbours([rdm(x, "euclidean"), rdm(y, "euclidean")], [rdm(y, "euclidean")])
    assert found.reasons == {(0, 0): "the distances of some images are undefined (row)"}
    assert np.isnan(found.values[0, 0])
    assert found.values[1, 0] == pytest.approx(1.0)
    few = rdm(y[:11], "euclidean")
    assert mutual_neighbours([few], [few], 10).reasons == {
        (0, 0): "10 neighbours leave no image out: more than 11 are needed, not 11"
    }
    with pytest.raises(ValueError, match="k is 0; at least 1"):
        mutual_neighbours([few], [few], 0)
    with pytest.raises(ValueError, match="are: 11, 30"):
        mutual_neighbours([few], [rdm(y, "euclidean")], 2)
