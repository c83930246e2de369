"""Comparators of RDMs, every RDM of one side with every RDM of the other at once.

Pairs of images that are undefined in any RDM of either side are left out of all comparisons, so
that every value is about the same pairs. The whitened comparators need whole images: they leave
out the images none of whose pairs is defined, and have no value where that is not enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import squareform

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.dissimilarity._ranks import centred_ranks
from feedback_atlas.analysis.dissimilarity._rdm import Rdm
from feedback_atlas.analysis.estimators import Biased
from feedback_atlas.analysis.packing import pack, packed_size
from feedback_atlas.analysis.threads import single_threaded_blas

if TYPE_CHECKING:
    from rsatoolbox.rdm.rdms import RDMs

# Pairs of images taken at a time, so that they are read from memory once.
_PAIRS_PER_BLOCK = 2048
# Squares of this many times what is left of them about the mean have lost that many digits.
_MOSTLY_MEAN = 1e3
# Squared relative spread below which dissimilarities differ by rounding alone.
_RELATIVE_ZERO = 1e-24


@dataclass(frozen=True, slots=True)
class RdmComparison:
    """Similarities of RDMs: ``values`` (n_rows, n_columns), NaN where undefined.

    ``reasons[(row, column)]`` says why for each of those. ``n_pairs`` is the number of pairs of
    images that were compared.
    """

    values: FloatArray
    n_pairs: int
    reasons: dict[tuple[int, int], str] = field(default_factory=dict)


def compare_rdms(
    rows: RDMs | Sequence[Rdm] | FloatArray,
    columns: RDMs | Sequence[Rdm] | FloatArray,
    method: str,
) -> RdmComparison:
    """Compare every RDM in ``rows`` with every RDM in ``columns``.

    Args:
        rows: M RDMs of the same images, from rsatoolbox, from ``rdm``, or condensed, (M, n_pairs).
        columns: N RDMs of those images; pass the same object again to compare all with all.
        method: a key of ``COMPARATORS``: "cosine", "corr" (Pearson), "spearman", "rho-a",
            "tau-a" (Kendall), or whitened "cosine_cov" and "corr_cov".

    Returns:
        (M, N) values with the reasons of those that are undefined: an RDM that does not vary, or
        too few pairs.

    Raises:
        ValueError: if the method is unknown or the RDMs are of different numbers of images.

    Source: identical to rsatoolbox 0.3.2, ``compare``. Rank correlations: Schuett et al. (2023);
    whitened ones: Diedrichsen et al. (2021). "tau-a" is computed by rsatoolbox.
    """
    if method not in COMPARATORS:
        raise ValueError(f"unknown method {method!r}: choose one of {', '.join(COMPARATORS)}")
    left = _condensed(rows)
    right = left if rows is columns else _condensed(columns)
    if left.shape[1] != right.shape[1]:
        raise ValueError(
            f"RDMs of {left.shape[1]} and of {right.shape[1]} pairs of images do not compare"
        )
    shape = (len(left), len(right))
    if method in _OF_NORMS and left.shape[1] >= 3:
        compared = COMPARATORS[method](left, right)
        # An undefined entry spoils every value of its RDM: no need to look for one before.
        if np.isfinite(compared.values).all():
            return compared
    # An undefined entry spoils its column's sums, a cheap sign of whether there are any.
    if not all(np.isfinite(side.sum(axis=1)).all() for side in (left, right)):
        finite = np.isfinite(np.concatenate((left, right)))
        defined: NDArray[np.bool_] = np.asarray(finite.all(axis=0))
        if method in _OF_WHOLE_IMAGES:
            whole = _pairs_of_whole_images(defined)
            if not defined[whole].all():
                return _undefined(shape, int(defined.sum()), _PARTLY_DEFINED)
            defined = whole
        same = right is left
        left = left[:, defined]
        right = left if same else right[:, defined]
    n_pairs = left.shape[1]
    if n_pairs < 3:
        return _undefined(shape, n_pairs, f"{n_pairs} defined pairs of images are too few")
    return COMPARATORS[method](left, right)


def _cosine(left: FloatArray, right: FloatArray) -> RdmComparison:
    return _normalised(left, right, fault="all dissimilarities are 0")


def _pearson(left: FloatArray, right: FloatArray) -> RdmComparison:
    return _normalised(left, right, about_mean=True, fault=_CONSTANT)


def _spearman(left: FloatArray, right: FloatArray) -> RdmComparison:
    return _normalised(*_both(centred_ranks, left, right), fault=_CONSTANT)


def _rho_a(left: FloatArray, right: FloatArray) -> RdmComparison:
    """Return Spearman's rho expected under random tie breaking: 0 where all are tied."""
    n_pairs = left.shape[1]
    ranks_left, ranks_right = _both(centred_ranks, left, right)
    same = ranks_right is ranks_left
    products, _, _ = _products([ranks_left] if same else [ranks_left, ranks_right])
    return RdmComparison(products * (12.0 / (n_pairs**3 - n_pairs)), n_pairs)


def _tau_a(left: FloatArray, right: FloatArray) -> RdmComparison:
    from rsatoolbox.rdm.compare import compare  # here, not above: the import takes seconds
    from rsatoolbox.rdm.rdms import RDMs

    def tau_a(one: FloatArray, other: FloatArray) -> FloatArray:
        first, second = (RDMs(side) for side in (one, other))  # type: ignore[no-untyped-call]
        values: FloatArray = compare(first, second, method="tau-a")
        return values

    if right is not left:
        return RdmComparison(tau_a(left, right), left.shape[1])
    values = np.empty((len(left), len(left)))
    for row in range(len(left)):
        values[row, row:] = tau_a(left[row : row + 1], left[row:])
        values[row:, row] = values[row, row:]
    return RdmComparison(values, left.shape[1])


def _whitened_cosine(left: FloatArray, right: FloatArray) -> RdmComparison:
    """Return the cosine after whitening by the covariance of dissimilarities that share an image.

    That is the cosine of doubly centred RDMs, diagonal included (Diedrichsen et al. 2021).
    """
    compared = _normalised(*_both(_doubly_centred, left, right), fault="all dissimilarities are 0")
    return RdmComparison(compared.values, left.shape[1], compared.reasons)


def _whitened_pearson(left: FloatArray, right: FloatArray) -> RdmComparison:
    def about_mean(rdms: FloatArray) -> FloatArray:
        means = rdms.mean(axis=1, keepdims=True)
        centred: FloatArray = rdms - means
        spread = np.einsum("ij,ij->i", centred, centred)
        centred[spread <= _RELATIVE_ZERO * rdms.shape[1] * np.square(means[:, 0])] = 0.0
        return _doubly_centred(centred)

    compared = _normalised(*_both(about_mean, left, right), fault=_CONSTANT)
    return RdmComparison(compared.values, left.shape[1], compared.reasons)


COMPARATORS: dict[str, Callable[[FloatArray, FloatArray], RdmComparison]] = {
    "cosine": _cosine,
    "corr": _pearson,
    "spearman": _spearman,
    "rho-a": _rho_a,
    "tau-a": _tau_a,
    "cosine_cov": _whitened_cosine,
    "corr_cov": _whitened_pearson,
}
_OF_NORMS = ("cosine", "corr")
_OF_WHOLE_IMAGES = ("cosine_cov", "corr_cov")
_CONSTANT = "all dissimilarities are equal"
_PARTLY_DEFINED = "some images have both defined and undefined dissimilarities; leave them out"


def _normalised(
    left: FloatArray, right: FloatArray, *, about_mean: bool = False, fault: str
) -> RdmComparison:
    """Return the cosine of all pairs of rows, each row about its mean where asked."""
    n_pairs = left.shape[1]
    sides = [left] if right is left else [left, right]
    cross, own, sums = _products(sides, with_sums=about_mean)
    levels = [np.zeros(len(side)) for side in sides]
    if about_mean:
        means = [of_rows / n_pairs for of_rows in sums]
        levels = [_RELATIVE_ZERO * n_pairs * np.square(mean) for mean in means]
        cross, own = _about_means(sides, cross, own, means)
    bad = [squares <= level for squares, level in zip(own, levels, strict=True)]
    for squares, is_bad in zip(own, bad, strict=True):
        squares[is_bad] = np.nan
    with np.errstate(invalid="ignore"):
        values = cross / np.sqrt(own[0])[:, None] / np.sqrt(own[-1])[None, :]
    reasons = {}
    for i, j in np.argwhere(np.isnan(values)).tolist():
        named = (("row", bad[0][i]), ("column", bad[-1][j]))
        reasons[i, j] = "; ".join(f"{fault} ({where})" for where, is_bad in named if is_bad)
    return RdmComparison(values, n_pairs, reasons)


def _about_means(
    sides: list[FloatArray], cross: FloatArray, own: list[FloatArray], means: list[FloatArray]
) -> tuple[FloatArray, list[FloatArray]]:
    """Turn products of rows as they are into those of rows about their means."""
    n_pairs = sides[0].shape[1]
    with np.errstate(invalid="ignore", over="ignore"):
        about = [
            squares - n_pairs * np.square(mean) for squares, mean in zip(own, means, strict=True)
        ]
        precise = [squares < _MOSTLY_MEAN * left for squares, left in zip(own, about, strict=True)]
        if np.concatenate(precise).all():
            return cross - n_pairs * np.outer(means[0], means[-1]), about
        cross, own, _ = _products([side - side.mean(axis=1, keepdims=True) for side in sides])
    return cross, own


def _products(
    sides: list[FloatArray], *, with_sums: bool = False
) -> tuple[FloatArray, list[FloatArray], list[FloatArray]]:
    """Return products of the first side with the last, squared norms and (else 0) sums.

    Each thread takes a range of the pairs, a block at a time, so that they are read once.
    """

    def of_range(first: int, last: int) -> tuple[FloatArray, list[FloatArray], list[FloatArray]]:
        cross = np.zeros((len(sides[0]), len(sides[-1])))
        own, sums = ([np.zeros(len(side)) for side in sides] for _ in range(2))
        # Undefined entries come out as undefined values.
        with np.errstate(invalid="ignore", over="ignore"):
            for start in range(first, last, _PAIRS_PER_BLOCK):
                blocks = [side[:, start : min(start + _PAIRS_PER_BLOCK, last)] for side in sides]
                cross += blocks[0] @ blocks[-1].T
                for at, block in enumerate(blocks):
                    own[at] += np.vecdot(block, block)
                    if with_sums:
                        sums[at] += block.sum(axis=1)
        return cross, own, sums

    with single_threaded_blas() as threads, ThreadPoolExecutor(threads) as pool:
        edges = np.linspace(0, sides[0].shape[1], threads + 1).astype(int).tolist()
        crosses, owns, totals = zip(*pool.map(of_range, edges[:-1], edges[1:]), strict=True)
    return sum(crosses), *(
        [sum(parts) for parts in zip(*each, strict=True)] for each in (owns, totals)
    )


def _doubly_centred(rdms: FloatArray) -> FloatArray:
    n_images = len(squareform(rdms[0], checks=False))
    packed = np.empty((len(rdms), packed_size(n_images)))
    for condensed, out in zip(rdms, packed, strict=True):
        square = squareform(condensed, checks=False)
        offsets = Biased().offsets(square.sum(axis=0), np.diagonal(square))
        pack(square, offsets, keeps_diagonal=True, out=out)
    return packed


def _both(
    change: Callable[[FloatArray], FloatArray], left: FloatArray, right: FloatArray
) -> tuple[FloatArray, FloatArray]:
    changed = change(left)
    return changed, changed if right is left else change(right)


def _condensed(rdms: RDMs | Sequence[Rdm] | FloatArray) -> FloatArray:
    if isinstance(rdms, np.ndarray):
        condensed = rdms
    elif isinstance(rdms, Sequence):
        lengths = {rdm.n_images for rdm in rdms}
        if len(lengths) != 1:
            listed = ", ".join(map(str, sorted(lengths))) or "none"
            raise ValueError(f"RDMs of one number of images are needed, not: {listed}")
        condensed = np.stack([rdm.values for rdm in rdms])
    else:
        condensed = rdms.dissimilarities
    if condensed.ndim != 2 or 0 in condensed.shape:
        raise ValueError(f"condensed RDMs have shape (n_rdms, n_pairs), not {condensed.shape}")
    n_images = _n_images(condensed.shape[1])
    if n_images * (n_images - 1) // 2 != condensed.shape[1]:
        raise ValueError(f"{condensed.shape[1]} is no number of pairs of images")
    return condensed.astype(np.float64, copy=False)


def _n_images(n_pairs: int) -> int:
    return (1 + math.isqrt(1 + 8 * n_pairs)) // 2


def _pairs_of_whole_images(defined: NDArray[np.bool_]) -> NDArray[np.bool_]:
    images = squareform(defined, checks=False).any(axis=0)
    pairs: NDArray[np.bool_] = np.outer(images, images)[np.triu_indices(len(images), k=1)]
    return pairs


def _undefined(shape: tuple[int, int], n_pairs: int, reason: str) -> RdmComparison:
    return RdmComparison(np.full(shape, np.nan), n_pairs, dict.fromkeys(np.ndindex(*shape), reason))
