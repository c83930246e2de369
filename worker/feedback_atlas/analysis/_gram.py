"""The one matrix product of a representation, from which every measure here is derived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

FloatArray = NDArray[np.float64]

# This many activations are turned to float64 at a time, so that a wide layer's copy stays small.
_ACTIVATIONS_PER_BLOCK = 2**22
# A part of a block that stays in the processor's cache from one step of its centring to the next.
_ACTIVATIONS_PER_STEP = 2**18


@dataclass(frozen=True, slots=True)
class InnerProducts:
    """Inner products that CKA and the RDMs need of one representation, float64 throughout.

    ``gram`` (n_images, n_images) holds the inner products of the patterns after each feature's
    mean over images is taken away. Distances between patterns do not change by that, and the
    large common part of the activations, which would cost digits, is gone.
    ``pattern_sums`` (n_images,) are the sums over features of those centred patterns.
    ``pattern_norms`` (n_images,) are the norms of the original patterns about their own mean
    over features, exactly 0 for a constant pattern.
    ``pattern_lengths`` (n_images,) are the norms of the original patterns.
    ``non_finite`` (n_images,) marks patterns with an infinite or missing activation; their rows
    and columns are NaN.
    """

    gram: FloatArray
    pattern_sums: FloatArray
    pattern_norms: FloatArray
    pattern_lengths: FloatArray
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
    patterns = as_patterns(x)
    norms, lengths = np.empty(len(patterns)), np.empty(len(patterns))
    rows = max(1, _ACTIVATIONS_PER_STEP // patterns.shape[1])
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, len(patterns), rows):
            part = slice(start, start + rows)
            block = patterns[part].astype(np.float64)
            lengths[part] = np.sqrt(np.einsum("ij,ij->i", block, block))
            constant = block.max(axis=1) == block.min(axis=1)
            block -= block.mean(axis=1, keepdims=True)
            norms[part] = np.where(constant, 0.0, np.sqrt(np.einsum("ij,ij->i", block, block)))
    non_finite = non_finite_images(patterns)
    products, sums = _centred_products(patterns, non_finite)
    for values in (norms, lengths, sums):
        values[non_finite] = np.nan
    products[non_finite, :] = products[:, non_finite] = np.nan
    return InnerProducts(products, sums, norms, lengths, non_finite, patterns.shape[1])


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
    patterns = as_patterns(x)
    non_finite = non_finite_images(patterns)
    products, _ = _centred_products(patterns, non_finite)
    products[non_finite, :] = products[:, non_finite] = np.nan
    return products


def as_patterns(x: Tensor | NDArray[Any]) -> NDArray[Any]:
    """Return activations as an array (n_images, n_features) of their own type.

    Raises:
        ValueError: if ``x`` has fewer than two dimensions or holds no activation.
    """
    array: NDArray[Any] = x if isinstance(x, np.ndarray) else np.asarray(x.detach().cpu())
    if array.ndim < 2:
        raise ValueError(f"a representation has shape (n_images, n_features), not {array.shape}")
    if array.size == 0:
        raise ValueError(f"a representation of shape {array.shape} holds no activations")
    return array.reshape(len(array), -1)


def non_finite_images(patterns: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark the patterns with an infinite or missing activation.

    patterns: (n_images, n_features). Returns (n_images,) bool.
    """
    # An infinite or missing value spoils the sum, so only suspicious rows are looked at closely.
    with np.errstate(invalid="ignore", over="ignore"):
        suspicious: NDArray[np.bool_] = ~np.isfinite(patterns.sum(axis=1))
    suspicious[suspicious] = ~np.isfinite(patterns[suspicious]).all(axis=1)
    return suspicious


def _centred_products(
    patterns: NDArray[Any], non_finite: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Return inner products, and sums over features, of the patterns about their mean image."""
    n_images, n_features = patterns.shape
    products, sums = np.zeros((n_images, n_images)), np.zeros(n_images)
    width = min(n_features, max(1, _ACTIVATIONS_PER_BLOCK // n_images))
    step = max(1, _ACTIVATIONS_PER_STEP // n_images)
    buffer = np.empty((n_images, width))
    spoilt = bool(non_finite.any())
    for start in range(0, n_features, width):
        block = buffer[:, : min(width, n_features - start)]
        for first in range(0, block.shape[1], step):
            part = block[:, first : first + step]
            part[...] = patterns[:, start + first : start + first + part.shape[1]]
            if spoilt:
                part[non_finite] = 0.0
            # Relative to one image first: exact where values are close, and for constant features.
            part -= part[0].copy()
            part -= part.mean(axis=0)
            sums += part.sum(axis=1)
        products += block @ block.T
    return products, sums
