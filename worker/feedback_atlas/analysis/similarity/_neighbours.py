"""Overlap of the nearest neighbours of images in two representations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import squareform

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.dissimilarity import Rdm
from feedback_atlas.analysis.similarity._pairs import PairMatrix, one_size, with_faults

# Distances that differ by less, as a share of the RDM's largest, are equal up to rounding.
_RELATIVE_ZERO = 1e-12


def mutual_neighbours(rows: Sequence[Rdm], columns: Sequence[Rdm], k: int = 10) -> PairMatrix:
    """Share of the k nearest neighbours of an image that two representations agree on.

    The mean over images of |N_k(x) and N_k(y)| / k, where N_k are the k images at the smallest
    distance from the image, itself excluded. Images that tie for the last places share them:
    with m places left for t images at one distance, each is a neighbour to the degree m / t, and
    two representations agree on an image to the lesser of its two degrees.

    Args:
        rows: L1 RDMs of n_images; any distance (Huh et al. rank by the inner product of
            normalised patterns, which orders as the cosine distance does).
        columns: L2 RDMs of the same images in the same order.
        k: number of neighbours, at least 1.

    Returns:
        (L1, L2) shares, 0 to 1, near k / (n_images - 1) for unrelated representations; with the
        reasons of those that are undefined: an undefined distance, or no image left out
        (k >= n_images - 1).

    Raises:
        ValueError: if k is below 1 or the RDMs are not of the same number of images.

    Source: Huh et al. (2024), The platonic representation hypothesis, mutual k-nearest neighbours.
    """
    if k < 1:
        raise ValueError(f"k is {k}; at least 1 neighbour is needed")
    n_images = one_size([each.n_images for each in [*rows, *columns]])
    shape = (len(rows), len(columns))
    if k >= n_images - 1:
        reason = f"{k} neighbours leave no image out: more than {k + 1} are needed, not {n_images}"
        return PairMatrix(np.full(shape, np.nan), dict.fromkeys(np.ndindex(*shape), reason))
    row_faults, column_faults = ([_fault(each) for each in side] for side in (rows, columns))
    left = _flat(rows, row_faults, k)
    right = left if rows is columns else _flat(columns, column_faults, k)
    # Degrees of 0 and 1 multiply to the lesser of the two; others need the longer way.
    values = left @ right.T / (n_images * k)
    for i, j in np.argwhere(np.logical_or.outer(_fractional(left), _fractional(right))):
        values[i, j] = np.minimum(left[i], right[j]).sum() / (n_images * k)
    return with_faults(values, row_faults, column_faults)


def _fault(rdm: Rdm) -> str | None:
    return None if np.isfinite(rdm.values).all() else "the distances of some images are undefined"


def _fractional(flat: FloatArray) -> NDArray[np.bool_]:
    return np.array([bool(((row > 0.0) & (row < 1.0)).any()) for row in flat])


def _flat(rdms: Sequence[Rdm], faults: Sequence[str | None], k: int) -> FloatArray:
    n_images = rdms[0].n_images
    flat = np.zeros((len(rdms), n_images * n_images))
    for row, rdm, fault in zip(flat, rdms, faults, strict=True):
        if fault is None:
            row[:] = _degrees(rdm, k).ravel()
    return flat


def _degrees(rdm: Rdm, k: int) -> FloatArray:
    """Return the degree to which image j is a neighbour of image i, (n, n); rows sum to k."""
    distances = squareform(rdm.values)
    tolerance = _RELATIVE_ZERO * distances.max()
    np.fill_diagonal(distances, np.inf)
    last = np.partition(distances, k - 1, axis=1)[:, k - 1 : k]
    nearer = distances < last - tolerance
    tied = ~nearer & (distances <= last + tolerance)
    places = k - nearer.sum(axis=1, keepdims=True)
    degrees: FloatArray = np.where(tied, places / tied.sum(axis=1, keepdims=True), nearer)
    return degrees
