"""Gram matrices: against the definition, exactly zero where nothing varies, digits kept."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from feedback_atlas.analysis import gram, inner_products


def test_gram_is_inner_products_of_centred_patterns() -> None:
    x = np.random.default_rng(0).normal(size=(7, 5))
    means = [sum(x[i, k] for i in range(7)) / 7 for k in range(5)]
    slow = [
        [sum((x[i, k] - means[k]) * (x[j, k] - means[k]) for k in range(5)) for j in range(7)]
        for i in range(7)
    ]
    np.testing.assert_allclose(gram(x), slow, rtol=1e-12, atol=1e-14)


def test_tensors_images_and_many_features_give_the_same_matrix() -> None:
    x = np.random.default_rng(1).normal(size=(6, 3, 70, 50)).astype(np.float32)
    flat = x.reshape(6, -1).astype(np.float64)
    centred = flat - flat.mean(axis=0)
    tensor = torch.tensor(x, requires_grad=True)
    np.testing.assert_allclose(gram(tensor), centred @ centred.T, rtol=1e-12, atol=1e-9)
    np.testing.assert_array_equal(gram(tensor), gram(x))


def test_a_large_common_pattern_costs_no_digits() -> None:
    small = np.random.default_rng(2).integers(-8, 8, size=(9, 20)).astype(np.float64)
    offset = np.full(20, 2.0**40)
    np.testing.assert_allclose(gram(small + offset), gram(small), rtol=1e-12, atol=1e-9)


def test_features_that_never_vary_add_exactly_nothing() -> None:
    constant = np.full((50, 3), 0.1) * np.array([1.0, 1e10, 1 / 3])
    assert not gram(constant).any()


def test_pattern_norms_are_about_the_mean_over_features() -> None:
    x = np.random.default_rng(3).normal(loc=5.0, size=(8, 30))
    x[2] = 0.3
    products = inner_products(x)
    np.testing.assert_allclose(products.pattern_norms, x.std(axis=1) * np.sqrt(30), atol=1e-14)
    assert products.pattern_norms[2] == 0.0
    np.testing.assert_allclose(products.pattern_lengths, np.linalg.norm(x, axis=1), rtol=1e-14)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_image_that_is_not_finite_spoils_itself_alone(bad: float) -> None:
    x = np.random.default_rng(4).normal(size=(6, 4)).astype(np.float32)
    x[3, 1] = bad
    products = inner_products(x)
    others = [0, 1, 2, 4, 5]
    assert np.isnan(products.gram[3]).all()
    assert np.isnan(products.gram[:, 3]).all()
    assert np.isfinite(products.gram[np.ix_(others, others)]).all()
    assert products.non_finite.tolist() == [False, False, False, True, False, False]


@pytest.mark.parametrize("shape", [(5,), (0, 3), (4, 0)])
def test_what_is_no_representation_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="representation"):
        gram(np.zeros(shape))
