"""Comparators of RDMs: against rsatoolbox and SciPy, with ties, and where entries are undefined."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from feedback_atlas.analysis import (
    COMPARATORS,
    Biased,
    cka_matrix,
    compare_rdms,
    gram,
    rdm,
    rsatoolbox_rdms,
)
from feedback_atlas.analysis.dissimilarity import ascending, centred_ranks

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # other packages', at import
    from rsatoolbox.rdm import RDMs, compare

Array = NDArray[np.float64]
METHODS = list(COMPARATORS)


def condensed(seed: int, n_rdms: int, n_images: int = 20) -> Array:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n_images, 8))
    parts = [common + rng.normal(size=(n_images, 8)) for _ in range(n_rdms)]
    return np.stack([rdm(part, "correlation").values for part in parts])


def rsatoolboxs(left: Array, right: Array, method: str) -> Array:
    values: Array = compare(RDMs(left), RDMs(right), method=method)
    return values


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n_images", [20, 110])
def test_values_are_rsatoolboxs(method: str, n_images: int) -> None:
    left, right = condensed(0, 3, n_images), condensed(1, 4, n_images)
    result = compare_rdms(left, right, method)
    assert result.values.shape == (3, 4)
    assert result.reasons == {}
    assert result.n_pairs == n_images * (n_images - 1) // 2
    np.testing.assert_allclose(result.values, rsatoolboxs(left, right, method), rtol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_values_with_ties_are_rsatoolboxs(method: str) -> None:
    left, right = np.round(condensed(2, 3), 1), np.round(condensed(3, 2) * 4) - 4.0
    assert len(np.unique(left[0])) < left.shape[1] / 5
    result = compare_rdms(left, right, method)
    np.testing.assert_allclose(result.values, rsatoolboxs(left, right, method), rtol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_values_about_a_large_common_dissimilarity_are_rsatoolboxs(method: str) -> None:
    left, right = 1e3 + condensed(4, 2), 1e3 + condensed(5, 2)
    result = compare_rdms(left, right, method)
    np.testing.assert_allclose(result.values, rsatoolboxs(left, right, method), rtol=1e-10)


def test_rank_correlations_are_scipys() -> None:
    left, right = condensed(6, 1)[0], np.round(condensed(7, 1)[0], 1)
    spearman = compare_rdms(left[None], right[None], "spearman").values[0, 0]
    assert spearman == pytest.approx(scipy.stats.spearmanr(left, right).statistic, rel=1e-12)
    untied = condensed(7, 1)[0]
    tau = compare_rdms(left[None], untied[None], "tau-a").values[0, 0]
    assert tau == pytest.approx(scipy.stats.kendalltau(left, untied).statistic, rel=1e-12)


def test_rho_a_is_the_average_over_random_tie_breaking() -> None:
    rng = np.random.default_rng(8)
    left, right = rng.integers(0, 3, size=15).astype(float), rng.normal(size=15)
    broken = [
        scipy.stats.spearmanr(left + 1e-6 * rng.permutation(15), right).statistic
        for _ in range(4000)
    ]
    value = compare_rdms(left[None], right[None], "rho-a").values[0, 0]
    assert value == pytest.approx(np.mean(broken), abs=0.01)
    assert abs(compare_rdms(left[None], right[None], "spearman").values[0, 0]) > abs(value)


def test_whitened_cosine_of_euclidean_rdms_is_biased_cka() -> None:
    rng = np.random.default_rng(9)
    xs = [rng.normal(size=(25, p)) for p in (4, 30, 100)]
    rdms = rsatoolbox_rdms([rdm(x, "euclidean") for x in xs])
    grams = [gram(x) for x in xs]
    expected = cka_matrix(grams, grams, Biased()).values
    np.testing.assert_allclose(
        compare_rdms(rdms, rdms, "cosine_cov").values, expected, rtol=1e-10, atol=1e-12
    )
    np.testing.assert_allclose(compare(rdms, rdms, "cosine_cov"), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_all_with_all_is_symmetric_and_one_on_the_diagonal(method: str) -> None:
    rdms = condensed(10, 4)
    values = compare_rdms(rdms, rdms, method).values
    np.testing.assert_allclose(values, values.T, rtol=1e-12)
    np.testing.assert_allclose(np.diag(values), 1.0, rtol=1e-12)
    np.testing.assert_allclose(values, compare_rdms(rdms, rdms.copy(), method).values, rtol=1e-12)


def test_every_form_of_rdms_is_taken() -> None:
    rng = np.random.default_rng(11)
    parts = [rdm(rng.normal(size=(9, 5)), "cosine") for _ in range(3)]
    stacked = np.stack([part.values for part in parts])
    expected = compare_rdms(stacked, stacked, "corr").values
    for form in (parts, rsatoolbox_rdms(parts)):
        np.testing.assert_array_equal(compare_rdms(form, form, "corr").values, expected)


@pytest.mark.parametrize("method", METHODS)
def test_an_image_without_dissimilarities_is_left_out_of_all(method: str) -> None:
    """Leave pairs out as rsatoolbox does where both sides lack them; we also where one does."""
    n_images = 20
    left, right = condensed(12, 2), condensed(13, 3)
    keep = np.array([i for i in range(n_images) if i != 7])
    pairs = np.array([(i, j) for i in range(n_images) for j in range(i + 1, n_images)])
    within = np.isin(pairs, keep).all(axis=1)
    expected = compare_rdms(left[:, within], right[:, within], method)
    left[1, ~within] = np.nan
    one_side = compare_rdms(left, right, method)
    np.testing.assert_allclose(one_side.values, expected.values, rtol=1e-11)
    assert one_side.n_pairs == within.sum()
    left[:, ~within] = right[:, ~within] = np.nan
    both = compare_rdms(left, right, method).values
    np.testing.assert_allclose(both, expected.values, rtol=1e-11)
    np.testing.assert_allclose(both, rsatoolboxs(left, right, method), rtol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_single_undefined_pairs_are_left_out_or_refused(method: str) -> None:
    left, right = condensed(14, 2), condensed(15, 2)
    left[0, 5] = right[1, 9] = np.nan
    result = compare_rdms(left, right, method)
    if method.endswith("_cov"):
        assert np.isnan(result.values).all()
        assert all("both defined and undefined" in reason for reason in result.reasons.values())
        assert len(result.reasons) == 4
    else:
        kept = np.delete(np.arange(left.shape[1]), [5, 9])
        assert result.n_pairs == len(kept)
        expected = rsatoolboxs(left[:, kept], right[:, kept], method)
        np.testing.assert_allclose(result.values, expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("cosine", "all dissimilarities are 0 (row)"),
        ("corr", "all dissimilarities are equal (row)"),
        ("spearman", "all dissimilarities are equal (row)"),
        ("cosine_cov", "all dissimilarities are 0 (row)"),
        ("corr_cov", "all dissimilarities are equal (row)"),
    ],
)
def test_rdms_that_do_not_vary_have_a_reason(method: str, reason: str) -> None:
    left = condensed(16, 2)
    left[1] = 0.0 if method.startswith("cosine") else 0.3
    right = condensed(17, 2)
    result = compare_rdms(left, right, method)
    assert np.isnan(result.values).tolist() == [[False, False], [True, True]]
    assert result.reasons == {(1, 0): reason, (1, 1): reason}
    assert compare_rdms(right, left, method).reasons[0, 1] == reason.replace("row", "column")


@pytest.mark.parametrize("method", ["rho-a", "tau-a"])
def test_constant_rdms_have_no_rank_correlation_of_kind_a(method: str) -> None:
    left = np.full((1, 190), 0.3)
    assert compare_rdms(left, condensed(18, 1), method).values[0, 0] == 0.0


def test_impossible_comparisons_are_refused() -> None:
    left = condensed(19, 1)
    with pytest.raises(ValueError, match="unknown method 'pearson': choose one of cosine, corr"):
        compare_rdms(left, left, "pearson")
    with pytest.raises(ValueError, match="of 190 and of 6 pairs"):
        compare_rdms(left, np.ones((1, 6)), "cosine")
    with pytest.raises(ValueError, match="7 is no number of pairs"):
        compare_rdms(np.ones((1, 7)), np.ones((1, 7)), "cosine")
    with pytest.raises(ValueError, match="not: none"):
        compare_rdms([], [], "cosine")
    nothing = np.full((1, 6), np.nan)
    assert compare_rdms(nothing, nothing, "corr").reasons == {
        (0, 0): "0 defined pairs of images are too few"
    }


@settings(max_examples=30, deadline=None)
@given(
    values=st.lists(
        st.one_of(
            st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([0.0, -0.0, 1.0])
        ),
        min_size=1,
        max_size=60,
    )
)
def test_ranks_are_scipys(values: list[float]) -> None:
    array = np.array(values)
    np.testing.assert_array_equal(ascending(array), np.argsort(array, kind="stable"))
    expected = scipy.stats.rankdata(array) - (len(array) + 1) / 2
    np.testing.assert_array_equal(centred_ranks(array[None])[0], expected)
