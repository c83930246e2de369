"""Shape distances: against scipy's Procrustes rotation, the axioms of a metric, invariances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes

from feedback_atlas.analysis import (
    Biased,
    angular_cka,
    angular_procrustes,
    cka_matrix,
    gram,
    procrustes,
    shape,
)
from feedback_atlas.analysis.similarity import PairMatrix

Array = NDArray[np.float64]


def distances(measure: str, representations: list[Array]) -> PairMatrix:
    """Return all pairs of one list by one of the three distances."""
    if measure == "angular_cka":
        grams = [gram(x) for x in representations]
        return angular_cka(grams, grams)
    shapes = [shape(x) for x in representations]
    return (procrustes if measure == "procrustes" else angular_procrustes)(shapes, shapes)


MEASURES = ("angular_cka", "procrustes", "angular_procrustes")


def some(seed: int, widths: tuple[int, ...], n: int = 20) -> list[Array]:
    """Return representations of different widths that share a part."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 6))
    return [
        common @ rng.normal(size=(6, width)) + rng.normal(size=(n, width)) + 5.0 for width in widths
    ]


def by_scipy(x: Array, y: Array) -> float:
    """Return the residual of the best rotation of centred, normalised, padded representations."""
    width = max(x.shape[1], y.shape[1])
    x, y = (np.pad(a - a.mean(0), ((0, 0), (0, width - a.shape[1]))) for a in (x, y))
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    rotation, _ = orthogonal_procrustes(y, x)
    return float(np.linalg.norm(x - y @ rotation))


@pytest.mark.parametrize("widths", [(5, 5), (4, 12), (30, 30), (7, 60), (20, 21)])
def test_procrustes_is_scipys_residual_in_features_and_in_images(widths: tuple[int, int]) -> None:
    x, y = some(0, widths)
    expected = by_scipy(x, y)
    found = procrustes([shape(x)], [shape(y)]).values[0, 0]
    angle = angular_procrustes([shape(x)], [shape(y)]).values[0, 0]
    assert found == pytest.approx(expected, rel=1e-7)
    assert np.cos(angle) == pytest.approx(1.0 - expected**2 / 2.0, rel=1e-7)


def test_angular_cka_is_the_arccos_of_biased_cka() -> None:
    grams = [gram(x) for x in some(1, (5, 9, 40))]
    expected = np.arccos(np.minimum(cka_matrix(grams[:2], grams, Biased()).values, 1.0))
    found = angular_cka(grams[:2], grams).values
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=3e-8)


def test_a_known_angle_keeps_its_digits_however_small() -> None:
    """Turn orthonormal Gram directions by an angle that arccos would round to 0 or 1.5e-8."""
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(40, 2))
    vectors = np.linalg.qr(vectors - vectors.mean(axis=0))[0]
    first, second = (np.outer(v, v) for v in vectors.T)
    for angle in (1e-9, 1e-5, 0.3, np.pi / 2):
        turned = np.cos(angle) * first + np.sin(angle) * second
        assert angular_cka([first], [turned]).values[0, 0] == pytest.approx(angle, rel=1e-6)


def test_a_small_change_is_measured_to_its_digits() -> None:
    x = some(3, (6,))[0]
    y = x.copy()
    y[0, 0] += 1e-6
    expected = by_scipy(x, y)
    assert 1e-9 < expected < 1e-6
    assert procrustes([shape(x)], [shape(y)]).values[0, 0] == pytest.approx(expected, rel=1e-5)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    widths=st.tuples(*[st.integers(1, 40)] * 4),
    measure=st.sampled_from(MEASURES),
)
def test_the_axioms_of_a_metric(seed: int, widths: tuple[int, ...], measure: str) -> None:
    found = distances(measure, some(seed, widths)).values
    assert (found >= 0.0).all()
    np.testing.assert_array_equal(found, found.T)
    np.testing.assert_allclose(np.diagonal(found), 0.0, atol=1e-7)
    for middle in range(len(found)):
        detour = found[:, middle, None] + found[None, middle, :]
        assert (found <= detour + 1e-7).all()


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    width=st.sampled_from([3, 19, 20, 45]),
    gain=st.floats(1e-3, 1e3),
    measure=st.sampled_from(MEASURES),
)
def test_rotation_scale_shift_and_image_order_change_nothing(
    seed: int, width: int, gain: float, measure: str
) -> None:
    x, y = some(seed, (width, 8))
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.normal(size=(width, width)))[0]
    moved = gain * x @ rotation + rng.normal(size=width)
    order = rng.permutation(len(x))
    found = distances(measure, [x, moved, y]).values
    assert found[0, 1] == pytest.approx(0.0, abs=1e-6)
    assert found[0, 2] == pytest.approx(found[1, 2], abs=1e-6)
    shuffled = distances(measure, [x[order], y[order]]).values
    assert shuffled[0, 1] == pytest.approx(found[0, 2], abs=1e-6)


@pytest.mark.parametrize("measure", MEASURES)
def test_undefined_pairs_say_why_and_leave_the_others_alone(measure: str) -> None:
    x, y = some(4, (5, 30))
    broken = x.copy()
    broken[3, 1] = np.inf
    wide = y.copy()
    wide[0, 0] = np.nan
    constant = np.full((20, 3), 0.1)
    found = distances(measure, [x, broken, constant, wide, y])
    good = distances(measure, [x, y]).values
    assert (
        distances(measure, [np.full((20, 50), 0.1), y]).reasons[0, 1] == "constant features (row)"
    )
    assert found.values[0, 4] == pytest.approx(good[0, 1], rel=1e-12)
    assert found.reasons[0, 1] == "non-finite activation (column)"
    assert found.reasons[2, 0] == "constant features (row)"
    assert found.reasons[3, 2] == "non-finite activation (row); constant features (column)"
    undefined = np.isnan(found.values)
    assert {(int(i), int(j)) for i, j in np.argwhere(undefined)} == set(found.reasons)
    assert undefined.sum() == 25 - 4


def test_too_few_or_other_images_are_not_compared() -> None:
    x = some(5, (5,))[0]
    assert angular_cka([gram(x[:3])], [gram(x[:3])]).reasons == {
        (0, 0): "CKA needs at least 4 images, not 3 (row); CKA needs at least 4 images, not 3 "
        "(column)"
    }
    with pytest.raises(ValueError, match="numbers of images are: 19, 20"):
        procrustes([shape(x)], [shape(x[1:])])
    with pytest.raises(ValueError, match="are: none"):
        angular_cka([], [])
