"""CKA: against loops over the definitions, closed forms, invariances, and what is undefined."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from feedback_atlas.analysis import (
    ESTIMATORS,
    Biased,
    Estimator,
    Minibatch,
    Unbiased,
    cka,
    cka_matrix,
    gram,
)

Array = NDArray[np.float64]
SMALL: list[Estimator] = [Biased(), Unbiased(), Minibatch(batch_size=8, passes=3, seed=1)]


def linear_kernel(x: Array) -> Array:
    return x @ x.T


def hsic_0(k: Array, el: Array) -> float:
    """Compute tr(KHLH) / (n - 1)^2, with H written out."""
    n = len(k)
    h = np.eye(n) - np.ones((n, n)) / n
    return float(np.trace(k @ h @ el @ h)) / (n - 1) ** 2


def hsic_1(k: Array, el: Array) -> float:
    """Follow Song et al. (2012), theorem 2, term by term."""
    n = len(k)
    k, el = k - np.diag(np.diag(k)), el - np.diag(np.diag(el))
    one = np.ones(n)
    first = np.trace(k @ el)
    second = (one @ k @ one) * (one @ el @ one) / ((n - 1) * (n - 2))
    third = 2.0 / (n - 2) * (one @ k @ el @ one)
    return float((first + second - third) / (n * (n - 3)))


def hsic_1_by_quadruples(k: Array, el: Array) -> float:
    """Average over ordered quadruples: HSIC_1 as a U-statistic (Song et al. 2012)."""
    total, count = 0.0, 0
    for i, j, q, r in itertools.permutations(range(len(k)), 4):
        total += k[i, j] * (el[i, j] + el[q, r] - 2.0 * el[i, q])
        count += 1
    return total / count


def representations(seed: int, n: int = 24) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 13)) + 3.0
    return x, np.tanh(x @ rng.normal(size=(13, 7))) + rng.normal(size=(n, 7))


def value(x: Array, y: Array, estimator: Estimator) -> float:
    result = cka(gram(x), gram(y), estimator)
    assert result.reason is None
    assert result.value is not None
    return result.value


@pytest.mark.parametrize(("estimator", "hsic"), [(Biased(), hsic_0), (Unbiased(), hsic_1)])
def test_cka_equals_its_definition(estimator: Estimator, hsic) -> None:  # type: ignore[no-untyped-def]
    x, y = representations(0)
    k, el = linear_kernel(x), linear_kernel(y)
    expected = hsic(k, el) / np.sqrt(hsic(k, k) * hsic(el, el))
    assert value(x, y, estimator) == pytest.approx(expected, rel=1e-10)


def test_unbiased_cka_equals_the_average_over_quadruples_of_images() -> None:
    x, y = representations(1, n=9)
    k, el = linear_kernel(x), linear_kernel(y)
    hsic = hsic_1_by_quadruples
    expected = hsic(k, el) / np.sqrt(hsic(k, k) * hsic(el, el))
    assert value(x, y, Unbiased()) == pytest.approx(expected, rel=1e-9)


def test_biased_cka_equals_the_feature_space_form() -> None:
    """Follow Kornblith et al. (2019), section 3: ||Y'X||^2 / (||X'X|| ||Y'Y||), centred."""
    x, y = representations(2)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    norm = np.linalg.norm
    expected = norm(y.T @ x) ** 2 / (norm(x.T @ x) * norm(y.T @ y))
    assert value(x, y, Biased()) == pytest.approx(expected, rel=1e-10)


def test_minibatch_cka_divides_sums_over_batches_and_drops_the_partial_batch() -> None:
    x, y = representations(3, n=30)
    estimator = Minibatch(batch_size=8, passes=4, seed=7)
    batches = list(estimator.batches(30))
    assert [len(batch) for batch in batches] == [8] * 12
    for start in range(0, 12, 3):
        seen = np.concatenate(batches[start : start + 3])
        assert len(set(seen.tolist())) == 24
    terms = np.zeros(3)
    ratios = []
    for batch in batches:
        k, el = linear_kernel(x[batch]), linear_kernel(y[batch])
        part = np.array([hsic_1(k, el), hsic_1(k, k), hsic_1(el, el)])
        terms += part
        ratios.append(part[0] / np.sqrt(part[1] * part[2]))
    expected = terms[0] / np.sqrt(terms[1] * terms[2])
    assert value(x, y, estimator) == pytest.approx(expected, rel=1e-10)
    assert abs(np.mean(ratios) - expected) > 1e-3


def test_the_ratio_of_sums_is_right_where_the_average_of_ratios_is_not() -> None:
    """Sum over many small batches: sums tend to the value on all images; ratios do not."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 5))
    y = 0.7 * x + rng.normal(size=(400, 5))
    whole = value(x, y, Unbiased())
    estimator = Minibatch(batch_size=5, passes=40, seed=0)
    ratios = [value(x[batch], y[batch], Unbiased()) for batch in estimator.batches(400)]
    assert value(x, y, estimator) == pytest.approx(whole, abs=0.01)
    assert float(np.mean(ratios)) < whole - 0.03


def test_independent_gaussians_follow_the_closed_form() -> None:
    rng = np.random.default_rng(5)
    n, p1, p2 = 200, 600, 900
    pairs = [(rng.normal(size=(n, p1)), rng.normal(size=(n, p2))) for _ in range(3)]
    expected = np.sqrt(p1 * p2 / ((p1 + n) * (p2 + n)))
    biased = np.mean([value(x, y, Biased()) for x, y in pairs])
    unbiased = np.mean([value(x, y, Unbiased()) for x, y in pairs])
    assert biased == pytest.approx(expected, abs=0.01)
    assert unbiased == pytest.approx(0.0, abs=0.01)


def test_one_product_gives_what_single_pairs_give() -> None:
    rng = np.random.default_rng(6)
    rows = [gram(rng.normal(size=(20, p))) for p in (5, 40)]
    columns = [gram(rng.normal(size=(20, p))) for p in (3, 11, 25)]
    for estimator in SMALL:
        result = cka_matrix(rows, columns, estimator)
        assert result.values.shape == (2, 3)
        assert result.reasons == {}
        for i, j in np.ndindex(2, 3):
            single = cka(rows[i], columns[j], estimator).value
            assert result.values[i, j] == pytest.approx(single, rel=1e-12)
        itself = cka_matrix(rows, rows, estimator).values
        np.testing.assert_allclose(np.diag(itself), 1.0, rtol=1e-12)
        np.testing.assert_allclose(itself, itself.T, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    scale=st.floats(1e-3, 1e3),
    estimator=st.sampled_from(SMALL[:2]),
)
def test_invariant_to_rotation_scale_shift_and_image_order(
    seed: int, scale: float, estimator: Estimator
) -> None:
    x, y = representations(seed)
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.normal(size=(13, 13)))[0]
    order = rng.permutation(len(x))
    before = value(x, y, estimator)
    assert value(scale * x @ rotation + 2.0, y, estimator) == pytest.approx(before, abs=1e-9)
    assert value(x[order], y[order], estimator) == pytest.approx(before, abs=1e-10)
    assert value(y, x, estimator) == pytest.approx(before, abs=1e-12)
    assert value(x, x, estimator) == pytest.approx(1.0, abs=1e-12)


def test_minibatch_depends_on_its_seed_alone() -> None:
    x, y = representations(8)
    first = value(x, y, Minibatch(8, 2, seed=3))
    np.random.seed(1)
    assert value(x, y, Minibatch(8, 2, seed=3)) == first
    assert value(x, y, Minibatch(8, 2, seed=4)) != first


def test_unbiased_values_below_zero_are_kept() -> None:
    values = [
        value(*(np.random.default_rng(s).normal(size=(2, 12, 30))), Unbiased()) for s in range(20)
    ]
    assert min(values) < 0.0


@pytest.mark.parametrize("estimator", SMALL)
def test_undefined_values_have_a_reason_and_leave_the_others_alone(estimator: Estimator) -> None:
    x, y = representations(9)
    broken = x.copy()
    broken[0, 0] = np.inf
    rows = [gram(x), gram(np.full((24, 5), 0.1)), gram(broken), gram(np.eye(24))]
    result = cka_matrix(rows, [gram(y)], estimator)
    assert result.values[0, 0] == pytest.approx(value(x, y, estimator), rel=1e-12)
    assert np.isnan(result.values[1:3]).all()
    assert result.reasons[1, 0] == "constant features (row)"
    assert result.reasons[2, 0] == "non-finite activation (row)"
    if isinstance(estimator, Biased):
        assert (3, 0) not in result.reasons
    else:
        assert np.isnan(result.values[3, 0])
        assert "equally far apart (row)" in result.reasons[3, 0]


def test_both_sides_faults_are_named() -> None:
    constant, broken = np.zeros((6, 2)), np.full((6, 2), np.nan)
    result = cka(gram(constant), gram(broken))
    assert result.value is None
    assert result.reason == "constant features (row); non-finite activation (column)"


@pytest.mark.parametrize("estimator", [Biased(), Unbiased()])
def test_fewer_than_four_images_are_undefined(estimator: Estimator) -> None:
    x = np.random.default_rng(0).normal(size=(3, 5))
    result = cka(gram(x), gram(x), estimator)
    assert result.value is None
    assert result.reason == "CKA needs at least 4 images, not 3"


def test_fewer_images_than_a_batch_are_undefined() -> None:
    x, y = representations(0)
    assert (
        cka(gram(x), gram(y), Minibatch(256)).reason == "24 images are fewer than one batch of 256"
    )


def test_impossible_parameters_and_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 4 images, not 3"):
        Minibatch(batch_size=3)
    with pytest.raises(ValueError, match="at least 1 pass"):
        Minibatch(passes=0)
    with pytest.raises(ValueError, match=r"one size, not \(5, 5\), \(6, 6\)"):
        cka(np.eye(5), np.eye(6))
    assert cka_matrix([], [np.eye(5)]).values.shape == (0, 1)
    assert set(ESTIMATORS) == {"biased", "unbiased", "minibatch"}
