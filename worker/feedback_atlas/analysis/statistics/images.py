"""Similarities of runs when the probe's images are resampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.estimators import Biased, Unbiased
from feedback_atlas.analysis.estimators import centred as centre
from feedback_atlas.analysis.statistics.rsa import (
    check_comparator,
    resampled_comparisons,
    square_rdms,
)
from feedback_atlas.analysis.statistics.weighted import Pairs, pair_sums

# So many resamples at a time, which bounds the memory of what is held for every run.
_RESAMPLES_PER_BLOCK = 128
# Of a centred matrix of norm 1: less is rounding error.
_RELATIVE_ZERO = 1e-12


class ImageResampling(Protocol):
    """Source of the similarities of a layer's runs on resampled images."""

    def n_images(self) -> int:
        """Return the number of images of the probe."""
        ...

    def similarities(self, layer: str, pairs: Pairs, weights: FloatArray) -> FloatArray:
        """Compare pairs of runs on every resample of images.

        Args:
            layer: the layer's name.
            pairs: P pairs of runs, as positions in the order of the runs.
            weights: how often each resample holds each image, (n_resamples, n_images).

        Returns:
            (n_resamples, P) similarities, NaN where a resample leaves one undefined.
        """
        ...


@dataclass(frozen=True, slots=True)
class CkaOverImages:
    """CKA on resampled images, from one Gram matrix a run and layer: ``grams[layer][run]``."""

    grams: Mapping[str, Sequence[FloatArray]]
    estimator: Biased | Unbiased

    def n_images(self) -> int:
        """Return the number of images of the probe."""
        return len(next(iter(self.grams.values()))[0])

    def similarities(self, layer: str, pairs: Pairs, weights: FloatArray) -> FloatArray:
        """Compare pairs of runs on every resample of images, see ``ImageResampling``."""
        return resampled_cka(self.grams[layer], pairs, weights, self.estimator)


@dataclass(frozen=True, slots=True)
class RsaOverImages:
    """Compared RDMs on resampled images: ``rdms[layer]`` (n_runs, n_pairs_of_images)."""

    rdms: Mapping[str, FloatArray]
    comparator: str

    def __post_init__(self) -> None:
        """Refuse a comparator that cannot be resampled."""
        check_comparator(self.comparator, self.n_images())

    def n_images(self) -> int:
        """Return the number of images of the probe."""
        return int(np.ceil(np.sqrt(2 * next(iter(self.rdms.values())).shape[1])))

    def similarities(self, layer: str, pairs: Pairs, weights: FloatArray) -> FloatArray:
        """Compare pairs of runs on every resample of images, see ``ImageResampling``."""
        return resampled_comparisons(square_rdms(self.rdms[layer]), pairs, weights, self.comparator)


def resampled_cka(
    grams: Sequence[FloatArray],
    pairs: Pairs,
    weights: FloatArray,
    estimator: Biased | Unbiased,
) -> FloatArray:
    """Compute CKA of pairs of representations on resampled images, copying no Gram matrix.

    A resample weighs the pair of images i != j by w_i w_j: an image is never paired with its own
    copy, whose similarity is that of an image with itself and would push CKA up. (In a plain
    bootstrap a third of the images are such copies.) Centring takes the part u_i + u_j out of
    the matrix by weighted least squares,

        u_i = (a_i + d_i - U) / (S - 2 w_i + 2 [biased]),  U = sum_i w_i u_i,  S = sum_i w_i,

    with a_i the weighted sum of row i off the diagonal and d_i the diagonal, 0 for ``Unbiased``.
    With all weights 1 that is U-centring, or double centring for ``Biased``, which keeps every
    image's pair with itself w_i times, as many as the probe has, so that a resample is as biased
    as the probe. For any weights the unbiased numerator has expectation HSIC times a constant
    of the weights, which cancels in CKA, and |CKA| <= 1.

    Args:
        grams: M Gram matrices of the same images, each (n_images, n_images).
        pairs: P pairs of them.
        weights: how often each resample holds each image, (n_resamples, n_images).
        estimator: ``Unbiased()`` or ``Biased()``.

    Returns:
        (n_resamples, P) CKA; NaN where a resample has fewer than 4 different images, half of it
        is one image (which leaves u_i open), or a representation does not vary over it.

    Source: weights in place of copies, Janssen (1994), eq. 1.2; U-centring, Szekely & Rizzo
    (2014), section 3.1.
    """
    used = sorted({run for pair in pairs for run in pair})
    place = {run: position for position, run in enumerate(used)}
    local = [(place[left], place[right]) for left, right in pairs]
    with_self = [(run, run) for run in range(len(used))] + local
    centred = [_scaled(centre(grams[run], estimator)) for run in used]
    diagonals = np.stack([np.diagonal(matrix) for matrix in centred]).copy()
    for matrix in centred:
        np.fill_diagonal(matrix, 0.0)
    biased = isinstance(estimator, Biased)
    left, right = np.array(with_self).T
    products = pair_sums(centred, with_self, weights)
    for start in range(0, len(weights), _RESAMPLES_PER_BLOCK):
        block = slice(start, start + _RESAMPLES_PER_BLOCK)
        w = weights[block]
        rows = np.stack([w @ matrix for matrix in centred], axis=1) + diagonals
        rest = w.sum(axis=1, keepdims=True) - 2.0 * w + 2.0 * biased
        share = w / np.where(rest == 0.0, np.nan, rest)
        total = np.einsum("bi,bmi->bm", share, rows) / (1.0 + share.sum(axis=1))[:, None]
        weighted_u = share[:, None, :] * (rows - total[:, :, None])
        removed = 2.0 * weighted_u @ rows.swapaxes(1, 2)
        self_pairs = (w[:, None, :] * diagonals) @ diagonals.T
        products[block] += (self_pairs - removed)[:, left, right]
    return _normalised(products, len(used), local, weights)


def _normalised(products: FloatArray, n_runs: int, pairs: Pairs, weights: FloatArray) -> FloatArray:
    """Divide the HSIC of pairs (after the runs' self-HSIC) by the root of the self-HSICs."""
    hsic = np.where(products[:, :n_runs] > _RELATIVE_ZERO, products[:, :n_runs], np.nan)
    hsic[np.count_nonzero(weights, axis=1) < 4] = np.nan
    left, right = np.array(pairs).T
    similarities: FloatArray = products[:, n_runs:] / np.sqrt(hsic[:, left] * hsic[:, right])
    return similarities


def _scaled(matrix: FloatArray) -> FloatArray:
    norm = np.linalg.norm(matrix)
    return matrix / norm if norm > 0.0 else matrix
