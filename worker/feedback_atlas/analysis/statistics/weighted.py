"""Sums over pairs of images in every resample at once, as matrix products.

A resample that holds image i w_i times holds the pair of images i and j, i != j, w_i w_j times.
A sum over its pairs is therefore the quadratic form w^T A w of a matrix A with a zero diagonal:
no resampled copy of any matrix is made, and an image is never paired with its own copy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from feedback_atlas.analysis._gram import FloatArray

Pairs = Sequence[tuple[int, int]]


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
    # One whole product a pair: leaving out its symmetric half in strips saves a quarter on one
    # thread, and costs twice the time on two that other processes disturb.
    sums = np.empty((len(weights), len(pairs)))
    for column, (left, right) in enumerate(pairs):
        moved = weights @ (matrices[left] * matrices[right])
        sums[:, column] = np.einsum("ij,ij->i", moved, weights)
    return sums
