"""CKA on resampled images: against least squares over copies, closed forms, and copies' bias."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rsatoolbox.rdm import RDMs, compare

from feedback_atlas.analysis import (
    Biased,
    Unbiased,
    cka,
    gram,
    percentile_interval,
    rdm,
    resample_counts,
    resampled_cka,
)

Array = NDArray[np.float64]
BOTH = [Unbiased(), Biased()]


def two(seed: int, n: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 6))
    return gram(x), gram(np.tanh(x @ rng.normal(size=(6, 5))) + rng.normal(size=(n, 5)))


def by_least_squares(k: Array, el: Array, counts: Array, *, with_self: bool) -> float:
    """Lay copies out one by one: take from every pair of positions what u_i + u_j explains."""
    positions = np.repeat(np.arange(len(counts)), counts.astype(int))
    rows, left, right = [], [], []
    for a, i in enumerate(positions):
        for b, j in enumerate(positions):
            if (a == b and with_self) or i != j:
                row = np.zeros(len(counts))
                row[i] += 1.0
                row[j] += 1.0
                rows.append(row)
                left.append(k[i, j])
                right.append(el[i, j])
    design, sides = np.array(rows), np.array([left, right]).T
    sides = sides - design @ np.linalg.lstsq(design, sides, rcond=None)[0]
    products = sides.T @ sides
    return float(products[0, 1] / np.sqrt(products[0, 0] * products[1, 1]))


@pytest.mark.parametrize("estimator", BOTH)
def test_resampled_cka_is_least_squares_over_every_copy(estimator: Biased | Unbiased) -> None:
    k, el = two(0, 13)
    counts = resample_counts(np.random.default_rng(1), 13, 6)
    found = resampled_cka([k, el], [(0, 1), (1, 0)], counts, estimator)
    expected = [
        by_least_squares(k, el, row, with_self=isinstance(estimator, Biased)) for row in counts
    ]
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-10)
    np.testing.assert_allclose(found[:, 1], expected, rtol=1e-10)


def test_biased_cka_is_rsatoolboxs_whitened_cosine_of_resampled_rdms() -> None:
    """Compare as on the probe (Diedrichsen et al. 2021); rsatoolbox leaves copies out as well."""
    rng = np.random.default_rng(10)
    x, y = rng.normal(size=(30, 6)), rng.normal(size=(30, 40))
    counts = resample_counts(rng, 30, 8)
    found = resampled_cka([gram(x), gram(y)], [(0, 1)], counts, Biased())[:, 0]
    rdms = RDMs(np.stack([rdm(x, "euclidean").values, rdm(y, "euclidean").values]))
    for row, value in zip(counts, found, strict=True):
        sample = rdms.subsample_pattern("index", np.repeat(np.arange(30), row.astype(int)))
        assert value == pytest.approx(compare(sample, sample, "cosine_cov")[0, 1], rel=1e-9)


@pytest.mark.parametrize("estimator", BOTH)
def test_a_resample_without_copies_is_a_subset(estimator: Biased | Unbiased) -> None:
    k, el = two(2, 40)
    chosen = np.sort(np.random.default_rng(3).permutation(40)[:17])
    weights = np.stack([np.ones(40), np.isin(np.arange(40), chosen).astype(float)])
    found = resampled_cka([k, el], [(0, 1)], weights, estimator)[:, 0]
    part = np.ix_(chosen, chosen)
    assert found[0] == pytest.approx(cka(k, el, estimator).value, rel=1e-12)
    assert found[1] == pytest.approx(cka(k[part], el[part], estimator).value, rel=1e-10)


@given(seed=st.integers(0, 10_000), scale=st.floats(1e-3, 1e3), biased=st.booleans())
@settings(max_examples=25, deadline=None)
def test_resampled_cka_keeps_the_invariances_of_cka(seed: int, scale: float, biased: bool) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 40))
    x, y = rng.normal(size=(n, 7)) + 3.0, rng.normal(size=(n, 4))
    rotation = np.linalg.qr(rng.normal(size=(7, 7)))[0]
    order = rng.permutation(n)
    counts = resample_counts(rng, n, 5)
    estimator = Biased() if biased else Unbiased()
    grams = [gram(x), gram(y), gram(scale * x @ rotation)]
    found = resampled_cka(grams, [(0, 1), (2, 1), (0, 0)], counts, estimator)
    shuffled = resampled_cka(
        [g[np.ix_(order, order)] for g in grams], [(1, 0)], counts[:, order], estimator
    )
    np.testing.assert_allclose(found[:, 0], found[:, 1], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found[:, 0], shuffled[:, 0], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found[:, 2], 1.0, rtol=1e-9)
    assert np.abs(found).max() <= 1.0 + 1e-9


def test_copies_of_images_do_not_push_unrelated_representations_together() -> None:
    """Compute the example of docs/methods.md."""
    rng = np.random.default_rng(4)
    k, el = gram(rng.normal(size=(100, 100))), gram(rng.normal(size=(100, 100)))
    counts = resample_counts(rng, 100, 60)
    copies = [np.repeat(np.arange(100), row.astype(int)) for row in counts]
    expected: list[tuple[Biased | Unbiased, float, float]] = [
        (Unbiased(), 0.0, 0.49),
        (Biased(), 0.51, 0.66),
    ]
    for estimator, without_copies, with_copies in expected:
        on_copies = [cka(k[np.ix_(o, o)], el[np.ix_(o, o)], estimator).value for o in copies]
        ours = resampled_cka([k, el], [(0, 1)], counts, estimator)
        assert cka(k, el, estimator).value == pytest.approx(without_copies, abs=0.02)
        assert ours.mean() == pytest.approx(without_copies, abs=0.02)
        assert np.mean([value or 0.0 for value in on_copies]) == pytest.approx(
            with_copies, abs=0.02
        )


def related(rng: np.random.Generator, n: int, mix: Array) -> tuple[Array, Array]:
    """Draw Gram matrices of Gaussians whose population linear CKA is known, `population`."""
    x = rng.normal(size=(n, len(mix)))
    return gram(x), gram(x @ mix + rng.normal(size=(n, mix.shape[1])))


def population(mix: Array) -> float:
    """Return linear CKA of covariances: |S_xy|^2 / (|S_xx| |S_yy|)."""
    norms = np.sqrt(len(mix)) * np.linalg.norm(mix.T @ mix + np.eye(mix.shape[1]))
    return float(np.sum(mix**2) / norms)


def test_unbiased_cka_on_resamples_keeps_its_expectation() -> None:
    rng = np.random.default_rng(5)
    mix = np.array([[1.0, 0.3], [0.0, 0.8], [0.2, 0.0]])
    found = []
    for _ in range(150):
        counts = resample_counts(rng, 60, 20)
        found.append(
            resampled_cka(list(related(rng, 60, mix)), [(0, 1)], counts, Unbiased()).mean()
        )
    error = np.std(found) / np.sqrt(len(found))
    assert np.mean(found) == pytest.approx(population(mix), abs=4 * error + 0.01)


@pytest.mark.slow
@pytest.mark.parametrize("n_images", [50, 100, 200])
def test_intervals_over_images_cover_the_population(n_images: int) -> None:
    rng = np.random.default_rng(n_images)
    mix = rng.normal(size=(10, 20)) / 2.0
    covered = []
    for _ in range(400):
        counts = resample_counts(rng, n_images, 400)
        values = resampled_cka(list(related(rng, n_images, mix)), [(0, 1)], counts, Unbiased())
        interval = percentile_interval(values[:, 0], n_images)
        assert interval is not None
        covered.append(interval.low <= population(mix) <= interval.high)
    assert 0.92 <= np.mean(covered) <= 0.99


@pytest.mark.parametrize("estimator", BOTH)
def test_what_a_resample_leaves_undefined_is_nan(estimator: Biased | Unbiased) -> None:
    k, _ = two(6, 10)
    rng = np.random.default_rng(7)
    x = np.zeros((10, 3))
    x[0] = rng.normal(size=3)  # one image differs: without it nothing varies
    three = np.array([4.0, 3.0, 3.0] + [0.0] * 7)
    without = np.array([0.0] + [1.0] * 8 + [2.0])
    half = np.array([5.0, 1.0, 1.0, 1.0, 1.0, 1.0] + [0.0] * 4)
    if isinstance(estimator, Biased):
        half[:2] = 6.0, 0.0
    weights = np.stack([three, without, half])
    found = resampled_cka([k, gram(x)], [(0, 0), (0, 1)], weights, estimator)
    assert np.isnan(found[[0, 2]]).all()
    assert found[1, 0] == pytest.approx(1.0)
    assert np.isnan(found[1, 1])
