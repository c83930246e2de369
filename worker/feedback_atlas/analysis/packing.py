"""Centred Gram matrices as vectors whose inner products are those of the matrices.

A symmetric matrix has each entry twice, so the vector holds the part above the diagonal, times
sqrt(2), and small squares on the diagonal as they are. That halves the memory and the product.
"""

from __future__ import annotations

import numpy as np

from feedback_atlas.analysis._gram import FloatArray

# Rows centred together: few enough to stay in the processor's cache, at 2 % more entries.
_ROWS = 32


def packed_size(n_rows: int, n_after: int = 0) -> int:
    """Return the length of the vector for some rows of a Gram matrix.

    Args:
        n_rows: number of rows.
        n_after: number of columns after the last of these rows' own.
    """
    return sum(
        rows * (n_rows - first + n_after)
        for first in range(0, n_rows, _ROWS)
        for rows in (min(_ROWS, n_rows - first),)
    )


def pack(gram: FloatArray, offsets: FloatArray, keeps_diagonal: bool, *, out: FloatArray) -> None:
    """Centre rows of a symmetric matrix and pack them.

    Args:
        gram: some rows, and of the columns those from the first row's own on,
            (n_rows, n_rows + n_after).
        offsets: a with which K_ij - a_i - a_j is centred, for those columns.
        keeps_diagonal: whether the diagonal counts; else it is 0.
        out: takes the vector, (packed_size(n_rows, n_after),).
    """
    n_rows, position = len(gram), 0
    for first in range(0, n_rows, _ROWS):
        last = min(first + _ROWS, n_rows)
        rows = last - first
        size = rows * (gram.shape[1] - first)
        part = out[position : position + size].reshape(rows, -1)
        np.subtract(gram[first:last, first:], offsets[first:], out=part)
        part -= offsets[first:last, None]
        if not keeps_diagonal:
            np.fill_diagonal(part, 0.0)
        part[:, rows:] *= np.sqrt(2.0)
        position += size
