"""Distances that weigh features by their noise: Mahalanobis, and crossnobis over repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray, as_patterns, inner_products, non_finite_images
from feedback_atlas.analysis.dissimilarity._rdm import Rdm, euclidean

if TYPE_CHECKING:
    from torch import Tensor


def mahalanobis(x: Tensor | NDArray[Any], precision: FloatArray) -> Rdm:
    """Return squared Mahalanobis distances of patterns divided by the number of features.

    It is the squared Euclidean distance after the noise has been whitened.

    Args:
        x: activations, (n_images, n_features) or (n_images, ...) to be flattened.
        precision: inverse of the noise covariance of the features, (n_features, n_features),
            for example from ``rsatoolbox.data.noise.prec_from_residuals``.

    Returns:
        (x_i - x_j)' P (x_i - x_j) / n_features for i < j; undefined for an image with a
        non-finite activation.

    Raises:
        ValueError: if ``x`` is no representation, or the precision is not a symmetric positive
            definite matrix of the features.

    Source: Walther et al. (2016); identical to rsatoolbox 0.3.2,
    ``calc_rdm(method="mahalanobis")``.
    """
    patterns = as_patterns(x)
    whitened = _whitened(patterns, _whitening(precision, patterns.shape[1]))
    result = euclidean(inner_products(whitened))
    return Rdm(result.values, "mahalanobis", result.n_images, result.reasons)


def crossnobis(repeats: Tensor | NDArray[Any], precision: FloatArray | None = None) -> Rdm:
    """Return squared Mahalanobis distances, cross-validated over repeats, so that noise adds no
    bias.

    Each repeat in turn is multiplied with the mean of the others. Summed over F repeats, that is
    (D(sum of repeats) - sum of D(repeat)) / (F (F - 1)), with D the squared distances.

    Args:
        repeats: activations of the same images in F independent measurements,
            (n_repeats, n_images, n_features), for example under different crops.
        precision: as for ``mahalanobis``; the identity if None.

    Returns:
        The distances, 0 on average where two images differ by noise alone, and so below 0 for
        about half of such pairs; undefined for an image with a non-finite activation.

    Raises:
        ValueError: if there are fewer than two repeats, or as for ``mahalanobis``.

    Source: Walther et al. (2016); identical to rsatoolbox 0.3.2,
    ``calc_rdm(method="crossnobis")`` with one observation of each image in each fold.
    """
    array = repeats if isinstance(repeats, np.ndarray) else np.asarray(repeats.detach().cpu())
    if array.ndim < 3 or len(array) < 2:
        raise ValueError(
            "crossnobis needs at least 2 repeats, (n_repeats, n_images, n_features), "
            f"not {array.shape}"
        )
    folds = [as_patterns(fold) for fold in array]
    whitening = None if precision is None else _whitening(precision, folds[0].shape[1])
    total = np.zeros(folds[0].shape)
    within: FloatArray | float = 0.0
    for fold in folds:
        whitened = fold.astype(np.float64) if whitening is None else _whitened(fold, whitening)
        total += whitened
        within = within + euclidean(inner_products(whitened)).values
    whole = euclidean(inner_products(total))
    values = (whole.values - within) / (len(folds) * (len(folds) - 1))
    return Rdm(values, "crossnobis", whole.n_images, whole.reasons)


def _whitening(precision: FloatArray, n_features: int) -> FloatArray:
    if precision.shape != (n_features, n_features):
        raise ValueError(
            f"the precision of {n_features} features has shape ({n_features}, {n_features}), "
            f"not {precision.shape}"
        )
    if not np.abs(precision - precision.T).max() <= 1e-8 * np.abs(precision).max():
        raise ValueError("the precision is not symmetric; it is the inverse of a covariance")
    try:
        return np.linalg.cholesky(precision).astype(np.float64)
    except np.linalg.LinAlgError as error:
        raise ValueError(
            "the precision is not positive definite; shrink the covariance before inverting it"
        ) from error


def _whitened(patterns: NDArray[Any], whitening: FloatArray) -> FloatArray:
    """Whiten patterns about their mean, which distances do not see; bad images become NaN."""
    bad = non_finite_images(patterns)
    centred = patterns.astype(np.float64)
    centred[bad] = 0.0
    centred -= centred[0].copy()
    centred -= centred.mean(axis=0)
    whitened: FloatArray = centred @ whitening
    whitened[bad] = np.nan
    return whitened
