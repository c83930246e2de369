"""Comparing RDMs on resampled images: every resample in a few matrix products."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.distance import squareform

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics.weighted import Pairs, pair_sums

if TYPE_CHECKING:
    from rsatoolbox.rdm.rdms import RDMs

WEIGHTED = ("corr", "cosine")
_BY_RSATOOLBOX = ("spearman", "rho-a", "kendall", "tau-b", "tau-a", "corr_cov", "cosine_cov")
_WHITENED_LIMIT = 100
_RELATIVE_ZERO = 1e-14


def check_comparator(comparator: str, n_images: int) -> None:
    """Refuse a comparator that has no value on resampled images.

    Args:
        comparator: a method of ``rsatoolbox.rdm.compare``.
        n_images: of the RDMs.

    Raises:
        ValueError: if it is unknown, or is a whitened one and there are 100 images or more, for
            which rsatoolbox 0.3.2 fails on resampled images.
    """
    known = (*WEIGHTED, *_BY_RSATOOLBOX)
    if comparator not in known:
        raise ValueError(
            f"RDMs on resampled images cannot be compared by {comparator!r}: "
            f"choose one of {', '.join(known)}"
        )
    if comparator.endswith("_cov") and n_images >= _WHITENED_LIMIT:
        raise ValueError(
            f"{comparator} on resampled images works for fewer than {_WHITENED_LIMIT} images, "
            f"not {n_images}: choose fewer images, another comparator, or CKA, which biased is "
            "cosine_cov of Euclidean RDMs"
        )


def square_rdms(rdms: FloatArray) -> FloatArray:
    """Unfold condensed RDMs.

    Args:
        rdms: (n_rdms, n_images * (n_images - 1) / 2).

    Returns:
        (n_rdms, n_images, n_images), zero diagonals.
    """
    return np.stack([squareform(values) for values in rdms])


def resampled_comparisons(
    squares: FloatArray, pairs: Pairs, weights: FloatArray, comparator: str
) -> FloatArray:
    """Compare pairs of RDMs on every resample of images.

    ``corr`` and ``cosine`` are made of sums over pairs of images, which are quadratic forms of
    the counts; other comparators are rsatoolbox's, one resample after another.

    Args:
        squares: M RDMs, (M, n_images, n_images).
        pairs: P pairs of them.
        weights: how often each resample holds each image, (n_resamples, n_images).
        comparator: see ``check_comparator``.

    Returns:
        (n_resamples, P) similarities, those of ``rsatoolbox.rdm.compare`` on
        ``RDMs.subsample_pattern``; NaN with fewer than 3 different images or an RDM that is
        constant over them.

    Source: Nili et al. (2014); Schutt et al. (2023).
    """
    if comparator in WEIGHTED:
        similarities = _weighted(squares, pairs, weights, centred=comparator == "corr")
    else:
        similarities = _one_by_one(squares, pairs, weights, comparator)
    similarities[np.count_nonzero(weights, axis=1) < 3] = np.nan
    return similarities


def _weighted(
    squares: FloatArray, pairs: Pairs, weights: FloatArray, *, centred: bool
) -> FloatArray:
    used = sorted({rdm for pair in pairs for rdm in pair})
    place = {rdm: position for position, rdm in enumerate(used)}
    local = np.array([(place[left], place[right]) for left, right in pairs])
    matrices = squares[used]
    if centred:  # Pearson's does not change, and large means would cost it digits
        n_images = matrices.shape[1]
        means = matrices.sum(axis=(1, 2)) / (n_images * (n_images - 1))
        matrices = matrices - means[:, None, None] * (1.0 - np.eye(n_images))
    left, right = local.T
    selfs = [(rdm, rdm) for rdm in range(len(used))]
    products = pair_sums(matrices, [*selfs, *zip(left, right, strict=True)], weights)
    norms, crossed = products[:, : len(used)], products[:, len(used) :]
    scale = norms.copy()
    if centred:
        sums = np.stack(
            [np.einsum("ij,ij->i", weights @ matrix, weights) for matrix in matrices], axis=1
        )
        n_pairs = np.square(weights.sum(axis=1)) - np.square(weights).sum(axis=1)
        sums /= np.sqrt(np.maximum(n_pairs, 1.0))[:, None]
        norms = norms - np.square(sums)
        crossed = crossed - sums[:, left] * sums[:, right]
    norms = np.where(norms > _RELATIVE_ZERO * scale, norms, np.nan)
    similarities: FloatArray = crossed / np.sqrt(norms[:, left]) / np.sqrt(norms[:, right])
    return similarities


def _one_by_one(
    squares: FloatArray, pairs: Pairs, weights: FloatArray, comparator: str
) -> FloatArray:
    from rsatoolbox.rdm.compare import compare

    left, right = np.array(pairs).T
    similarities = np.full((len(weights), len(pairs)), np.nan)
    for row, counts in enumerate(weights):
        if np.count_nonzero(counts) >= 3:
            rdms = resampled_rdms(squares, counts)
            similarities[row] = compare(rdms, rdms, comparator)[left, right]
    return similarities


def resampled_rdms(squares: FloatArray, counts: FloatArray) -> RDMs:
    """Return RDMs with image i ``counts[i]`` times, undefined between copies of one image.

    Args:
        squares: (n_rdms, n_images, n_images).
        counts: (n_images,).

    Returns:
        What ``RDMs.subsample_pattern`` would.
    """
    from rsatoolbox.rdm.rdms import RDMs  # here, not above: the import takes seconds

    order = np.repeat(np.arange(len(counts)), counts.astype(int))
    values = squares[:, order[:, None], order]
    values[:, order[:, None] == order] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return RDMs(values)  # type: ignore[no-untyped-call]
