"""Sums over pairs of images in every resample at once, as matrix products.

A resample that holds image i w_i times holds the pair of images i and j, i != j, w_i w_j times.
A sum over its pairs is therefore the quadratic form w^T A w of a matrix A with a zero diagonal:
no resampled copy of any matrix is made, and an image is never paired with its own copy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from worker.analysis.gram import FloatArray

Pairs = Sequence[tuple[int, int]]

# Products are symmetric: with the rows in this many strips, 5 of 8 parts of them are multiplied.
_STRIPS = 4


def pair_sums(
    matrices: Sequence[FloatArray] | FloatArray, pairs: Pairs, weights: FloatArray
) -> FloatArray:
    """Sum A_ij B_ij w_i w_j over all i, j, for pairs of symmetric matrices and all resamples.

    Args:
        matrices: M symmetric matrices, each (n_images, n_images).
        pairs: P pairs (A, B) as positions in ``matrices``.
        weights: w of each resample, (n_resamples, n_images).

    Returns:
        (n_resamples, P) w^T (A * B) w.
    """
    n_resamples, n_images = weights.shape
    sums = np.zeros((n_resamples, len(pairs)))
    bounds = np.linspace(0, n_images, _STRIPS + 1).astype(int)
    columns = [np.ascontiguousarray(weights[:, low:]) for low in bounds[:-1]]
    for position, (left, right) in enumerate(pairs):
        for low, high, rest in zip(bounds[:-1], bounds[1:], columns, strict=True):
            strip = matrices[left][low:high, low:] * matrices[right][low:high, low:]
            strip[:, high - low :] *= 2.0
            sums[:, position] += np.einsum("ij,ij->i", weights[:, low:high] @ strip, rest)
    return sums
