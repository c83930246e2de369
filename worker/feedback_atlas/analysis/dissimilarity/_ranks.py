"""Ranks of dissimilarities."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.threads import single_threaded_blas


def centred_ranks(values: FloatArray) -> FloatArray:
    """Rank each row, ties by their average, and take the mean rank away.

    Args:
        values: (n_rows, n) without NaN.

    Returns:
        (n_rows, n); each row sums to 0.
    """
    n = values.shape[1]
    plain = np.arange(n) - (n - 1) / 2.0
    ranks = np.empty_like(values)

    def rank(row: FloatArray, out: FloatArray) -> None:
        order = ascending(row)
        ordered = row[order]
        new = ordered[1:] != ordered[:-1]
        if new.all():
            out[order] = plain
            return
        starts = np.concatenate(([0], np.flatnonzero(new) + 1, [n]))
        out[order] = np.repeat((starts[:-1] + starts[1:] - n) / 2.0, np.diff(starts))

    with single_threaded_blas() as threads, ThreadPoolExecutor(threads) as pool:
        list(pool.map(rank, values, ranks))
    return ranks


def ascending(values: FloatArray) -> NDArray[np.int64]:
    """Return the stable order that sorts numbers, (n,) without NaN.

    The bits of a float, with the negative ones turned round, sort as it does. They are sorted 16
    at a time from the lowest, which NumPy does by counting, faster than ``argsort`` on floats.
    """
    values = values + 0.0  # -0.0 becomes 0.0
    bits = values.view(np.uint64)
    bits ^= np.where(values < 0.0, ~np.uint64(0), np.uint64(2**63))
    order = np.argsort(bits.astype(np.uint16), kind="stable")
    for shift in (16, 32, 48):
        digits = (bits[order] >> np.uint64(shift)).astype(np.uint16)
        order = order[np.argsort(digits, kind="stable")]
    return order
