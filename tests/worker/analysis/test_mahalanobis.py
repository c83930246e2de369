"""Distances that know the noise: against rsatoolbox and SciPy, unbiased, refused where unsound."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import scipy.spatial.distance
from numpy.typing import NDArray

from feedback_atlas.analysis import crossnobis, mahalanobis, rdm

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # other packages', at import
    from rsatoolbox.data import Dataset
    from rsatoolbox.rdm import calc_rdm

Array = NDArray[np.float64]


def precision_of(seed: int, n_features: int) -> Array:
    noise = np.random.default_rng(seed).normal(size=(3 * n_features, n_features))
    noise[:, 0] *= 5.0
    precision: Array = np.linalg.inv(np.cov(noise.T))
    return precision


def rsatoolboxs_crossnobis(repeats: Array, precision: Array | None) -> Array:
    n_repeats, n_images, n_features = repeats.shape
    data = Dataset(
        repeats.reshape(-1, n_features),
        obs_descriptors={
            "image": np.tile(np.arange(n_images), n_repeats),
            "fold": np.repeat(np.arange(n_repeats), n_images),
        },
    )
    options: dict[str, Any] = {"descriptor": "image", "cv_descriptor": "fold", "noise": precision}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its cast of NaN to an integer
        values: Array = calc_rdm(data, method="crossnobis", **options).dissimilarities[0]
    return values


@pytest.mark.parametrize("offset", [0.0, 30.0])
def test_mahalanobis_is_rsatoolboxs_and_scipys(offset: float) -> None:
    x = np.random.default_rng(0).normal(loc=offset, size=(15, 8))
    precision = precision_of(1, 8)
    result = mahalanobis(x, precision)
    expected = calc_rdm(Dataset(x), method="mahalanobis", noise=precision).dissimilarities[0]
    np.testing.assert_allclose(result.values, expected, rtol=1e-6)
    pairs = scipy.spatial.distance.pdist(x, "mahalanobis", VI=precision)
    np.testing.assert_allclose(result.values, pairs**2 / 8, rtol=1e-10)
    assert result.distance == "mahalanobis"
    identity = mahalanobis(x, np.eye(8)).values
    np.testing.assert_allclose(identity, rdm(x, "euclidean").values, rtol=1e-10)


@pytest.mark.parametrize("n_repeats", [2, 5])
@pytest.mark.parametrize("with_precision", [True, False])
def test_crossnobis_is_rsatoolboxs(n_repeats: int, with_precision: bool) -> None:
    rng = np.random.default_rng(2)
    signal = rng.normal(size=(12, 7)) + 3.0
    repeats = signal + 0.5 * rng.normal(size=(n_repeats, 12, 7))
    precision = precision_of(3, 7) if with_precision else None
    result = crossnobis(repeats, precision)
    expected = rsatoolboxs_crossnobis(repeats, precision)
    np.testing.assert_allclose(result.values, expected, rtol=1e-6, atol=1e-12)


def test_crossnobis_of_noise_is_zero_on_average_and_keeps_its_sign() -> None:
    repeats = np.random.default_rng(4).normal(size=(4, 60, 30))
    values = crossnobis(repeats).values
    assert (values < 0.0).mean() == pytest.approx(0.5, abs=0.1)
    assert values.mean() == pytest.approx(0.0, abs=0.02)
    assert rdm(repeats.mean(axis=0), "euclidean").values.mean() > 0.4


def test_non_finite_images_are_undefined_and_the_others_untouched() -> None:
    rng = np.random.default_rng(5)
    repeats, precision = rng.normal(size=(3, 5, 4)), precision_of(6, 4)
    others = [0, 1, 3, 4]
    whole = crossnobis(repeats[:, others], precision).values
    flat = mahalanobis(repeats[0][others], precision).values
    repeats[0, 2, 1] = np.inf
    for result, expected in (
        (crossnobis(repeats, precision), whole),
        (mahalanobis(repeats[0], precision), flat),
    ):
        assert result.reasons == {2: "non-finite activation"}
        defined = ~np.isnan(result.values)
        assert defined.sum() == 6
        np.testing.assert_allclose(result.values[defined], expected, rtol=1e-9)


def test_unsound_noise_and_repeats_are_refused() -> None:
    x = np.eye(4)
    with pytest.raises(ValueError, match=r"shape \(4, 4\), not \(3, 3\)"):
        mahalanobis(x, np.eye(3))
    with pytest.raises(ValueError, match="not symmetric"):
        mahalanobis(x, np.triu(np.ones((4, 4))))
    with pytest.raises(ValueError, match="not positive definite; shrink"):
        mahalanobis(x, np.ones((4, 4)))
    with pytest.raises(ValueError, match=r"at least 2 repeats.*not \(1, 4, 4\)"):
        crossnobis(x[None])
    with pytest.raises(ValueError, match="at least 2 repeats"):
        crossnobis(x)
