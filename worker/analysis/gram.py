"""The one matrix product of a representation, from which every measure here is derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

FloatArray = NDArray[np.float64]

# Features are taken this many at a time, so that the float64 copy of a wide layer stays small.
_FEATURES_PER_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class InnerProducts:
    """What CKA and the RDMs need to know of one representation, float64 throughout.

    ``gram`` (n_images, n_images) holds the inner products of the patterns after each feature's
    mean over images is taken away. Distances between patterns do not change by that, and the
    large common part of the activations, which would cost digits, is gone.
    ``pattern_sums`` (n_images,) are the sums over features of those centred patterns.
    ``pattern_norms`` (n_images,) are the norms of the original patterns about their own mean
    over features, exactly 0 for a constant pattern.
    ``non_finite`` (n_images,) marks patterns with an infinite or missing activation; their rows
    and columns are NaN.
    """

    gram: FloatArray
    pattern_sums: FloatArray
    pattern_norms: FloatArray
    non_finite: NDArray[np.bool_]
    n_features: int


def inner_products(x: Tensor | NDArray[Any]) -> InnerProducts:
    """Take all inner products of a representation's patterns, once.

    Args:
        x: activations, (n_images, n_features), or (n_images, ...) to be flattened. A tensor on
            any device or an array; the arithmetic is float64.

    Returns:
        The products, see ``InnerProducts``.

    Raises:
        ValueError: if ``x`` has fewer than two dimensions or holds no activation.
    """
    patterns = _patterns(x)
    n_images, n_features = patterns.shape
    non_finite = ~np.isfinite(patterns).all(axis=1)
    products = np.zeros((n_images, n_images))
    sums = np.zeros(n_images)
    squares = np.zeros(n_images)
    with np.errstate(invalid="ignore", over="ignore"):
        means = patterns.mean(axis=1, dtype=np.float64, keepdims=True)
        constant = patterns.max(axis=1) == patterns.min(axis=1)
    means[non_finite] = 0.0
    for start in range(0, n_features, _FEATURES_PER_BLOCK):
        block = patterns[:, start : start + _FEATURES_PER_BLOCK].astype(np.float64)
        block[non_finite] = 0.0
        squares += np.square(block - means).sum(axis=1)
        # Relative to one image first: exact for values close together, and for constant features.
        block -= block[0].copy()
        block -= block.mean(axis=0)
        products += block @ block.T
        sums += block.sum(axis=1)
    norms = np.sqrt(squares)
    norms[constant] = 0.0
    norms[non_finite] = sums[non_finite] = np.nan
    products[non_finite, :] = products[:, non_finite] = np.nan
    return InnerProducts(products, sums, norms, non_finite, n_features)


def gram(x: Tensor | NDArray[Any]) -> FloatArray:
    """Return the Gram matrix of a representation, features centred over images first.

    Args:
        x: activations, (n_images, n_features), or (n_images, ...) to be flattened.

    Returns:
        (n_images, n_images) float64, symmetric. Exactly 0 where no feature varies; rows and
        columns of images with a non-finite activation are NaN.

    Raises:
        ValueError: if ``x`` has fewer than two dimensions or holds no activation.
    """
    return inner_products(x).gram


def _patterns(x: Tensor | NDArray[Any]) -> NDArray[Any]:
    array: NDArray[Any] = x if isinstance(x, np.ndarray) else np.asarray(x.detach().cpu())
    if array.ndim < 2:
        raise ValueError(f"a representation has shape (n_images, n_features), not {array.shape}")
    if array.size == 0:
        raise ValueError(f"a representation of shape {array.shape} holds no activations")
    return array.reshape(len(array), -1)
