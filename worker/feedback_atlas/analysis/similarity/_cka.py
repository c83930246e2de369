"""Centred kernel alignment of representations, every pair in one matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.estimators import Batch, Estimator, Unbiased
from feedback_atlas.analysis.packing import pack, packed_size
from feedback_atlas.analysis.threads import single_threaded_blas

# A centred Gram matrix whose norm is this small a part of the original is rounding error.
_RELATIVE_ZERO = 1e-12


@dataclass(frozen=True, slots=True)
class CkaValue:
    """A similarity, or None and the reason why it is undefined."""

    value: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CkaMatrix:
    """Similarities of all pairs: ``values`` (n_rows, n_columns), NaN where undefined.

    ``reasons[(row, column)]`` says why for each of those.
    """

    values: FloatArray
    reasons: dict[tuple[int, int], str] = field(default_factory=dict)


def cka(gram_x: FloatArray, gram_y: FloatArray, estimator: Estimator | None = None) -> CkaValue:
    """Return centred kernel alignment, HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)).

    Args:
        gram_x: Gram matrix K of one representation, (n_images, n_images).
        gram_y: Gram matrix L of the other on the same images, (n_images, n_images).
        estimator: of HSIC; ``Unbiased()`` by default.

    Returns:
        The value as computed (the unbiased ones can be slightly negative), or the reason why
        there is none.

    Raises:
        ValueError: if the matrices are not square and of one size.

    Source: Kornblith et al. (2019), eq. 4; Nguyen et al. (2021), eq. 2 to 4.
    """
    result = cka_matrix([gram_x], [gram_y], estimator)
    if (0, 0) in result.reasons:
        return CkaValue(None, result.reasons[0, 0])
    return CkaValue(float(result.values[0, 0]))


def cka_matrix(
    grams_rows: Sequence[FloatArray],
    grams_columns: Sequence[FloatArray],
    estimator: Estimator | None = None,
) -> CkaMatrix:
    """Compute CKA of every row representation with every column representation.

    Each Gram matrix is centred once a batch and flattened; one matrix product gives all pairs.

    Args:
        grams_rows: L1 Gram matrices, each (n_images, n_images).
        grams_columns: L2 Gram matrices of the same images in the same order.
        estimator: of HSIC; ``Unbiased()`` by default.

    Returns:
        (L1, L2) values with the reasons of those that are undefined: too few images, a
        non-finite activation, constant features, or a self-HSIC that is not positive.

    Raises:
        ValueError: if the matrices are not square and of one size.

    Source: as for ``cka``.
    """
    chosen = Unbiased() if estimator is None else estimator
    shape = (len(grams_rows), len(grams_columns))
    if 0 in shape:
        return CkaMatrix(np.zeros(shape))
    n_images = _n_images([*grams_rows, *grams_columns])
    refusal = chosen.refusal(n_images)
    if refusal is not None:
        return CkaMatrix(np.full(shape, np.nan), dict.fromkeys(np.ndindex(*shape), refusal))

    same = grams_rows is grams_columns
    rows = _Side(grams_rows)
    columns = rows if same else _Side(grams_columns)
    cross = np.zeros(shape)
    with single_threaded_blas():
        for batch in chosen.batches(n_images):
            left = rows.add(batch, chosen)
            right = left if same else columns.add(batch, chosen)
            cross += left @ right.T
    return ratios(cross, (rows.hsic, columns.hsic), (rows.faults(), columns.faults()))


def ratios(
    cross: FloatArray,
    own: tuple[FloatArray, FloatArray],
    faults: tuple[list[str | None], list[str | None]],
) -> CkaMatrix:
    """Divide HSIC sums by the roots of the self-HSIC sums of both sides.

    Args:
        cross: HSIC of each row with each column, (n_rows, n_columns), up to a common factor.
        own: HSIC of each row with itself, (n_rows,), and of each column with itself.
        faults: of each row and of each column, why it has no CKA, or None.
    """
    values = np.full(cross.shape, np.nan)
    fine = np.ix_(*([fault is None for fault in side] for side in faults))
    roots = [np.sqrt(np.where(side > 0.0, side, 1.0)) for side in own]
    values[fine] = (cross / roots[0][:, None] / roots[1][None, :])[fine]
    reasons = {}
    for i, j in np.argwhere(np.isnan(values)).tolist():
        sides = (("row", faults[0][i]), ("column", faults[1][j]))
        reasons[i, j] = "; ".join(f"{fault} ({where})" for where, fault in sides if fault)
    return CkaMatrix(values, reasons)


def fault(finite: bool, hsic: float, scale: float) -> str | None:
    """Say why a representation has no CKA, or None.

    Args:
        finite: whether all its activations are.
        hsic: sum of squares of its centred Gram matrix.
        scale: sum of squares of the diagonal of its Gram matrix.
    """
    if not finite:
        return "non-finite activation"
    if scale == 0.0:
        return "constant features"
    if not hsic > _RELATIVE_ZERO**2 * scale:
        return "self-HSIC is zero: all images are equally far apart"
    return None


class _Side:
    """The Gram matrices on one side of the comparison, and their self-HSIC so far."""

    def __init__(self, grams: Sequence[FloatArray]) -> None:
        self.finite = [bool(np.isfinite(gram).all()) for gram in grams]
        self.grams = grams
        self.hsic = np.zeros(len(grams))
        self.scale = np.zeros(len(grams))

    def add(self, batch: Batch, estimator: Estimator) -> FloatArray:
        """Centre and pack one batch of every Gram matrix, and add its self-HSIC."""
        n = len(batch)
        packed = np.zeros((len(self.grams), packed_size(n)))
        for row, gram in enumerate(self.grams):
            if not self.finite[row]:
                continue
            part = gram if n == len(gram) else gram[np.ix_(batch, batch)]
            diagonal = np.diagonal(part)
            offsets = estimator.offsets(part.sum(axis=0), diagonal)
            pack(part, offsets, estimator.keeps_diagonal, out=packed[row])
            self.scale[row] += diagonal @ diagonal
            self.hsic[row] += packed[row] @ packed[row]
        return packed

    def faults(self) -> list[str | None]:
        return [
            fault(finite, hsic, scale)
            for finite, hsic, scale in zip(self.finite, self.hsic, self.scale, strict=True)
        ]


def _n_images(grams: Sequence[FloatArray]) -> int:
    shapes = sorted({gram.shape for gram in grams})
    if len(shapes) != 1 or len(shapes[0]) != 2 or shapes[0][0] != shapes[0][1]:
        listed = ", ".join(str(shape) for shape in shapes)
        raise ValueError(f"Gram matrices must be square and of one size, not {listed}")
    return int(shapes[0][0])
