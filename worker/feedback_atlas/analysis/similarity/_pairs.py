"""Values of all pairs of representations, and why some pairs have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from feedback_atlas.analysis._gram import FloatArray


@dataclass(frozen=True, slots=True)
class PairMatrix:
    """Values of all pairs: ``values`` (n_rows, n_columns), NaN where undefined.

    ``reasons[(row, column)]`` says why for each of those.
    """

    values: FloatArray
    reasons: dict[tuple[int, int], str] = field(default_factory=dict)


def pair_reasons(
    rows: Sequence[str | None], columns: Sequence[str | None]
) -> dict[tuple[int, int], str]:
    """Say for every pair that cannot be compared why, from what is wrong with either side.

    Args:
        rows: for each row representation, what is wrong with it, or None.
        columns: the same for each column representation.

    Returns:
        {(row, column): reason} of the pairs in which a side has a fault.
    """
    reasons: dict[tuple[int, int], str] = {}
    for i, j in np.ndindex(len(rows), len(columns)):
        faults = [
            f"{fault} ({where})"
            for where, fault in (("row", rows[i]), ("column", columns[j]))
            if fault is not None
        ]
        if faults:
            reasons[i, j] = "; ".join(faults)
    return reasons


def with_faults(
    values: FloatArray, rows: Sequence[str | None], columns: Sequence[str | None]
) -> PairMatrix:
    """Take away the values of pairs in which a side has a fault, and say why.

    values: (n_rows, n_columns), changed in place. rows, columns: as for ``pair_reasons``.
    """
    reasons = pair_reasons(rows, columns)
    for pair in reasons:
        values[pair] = np.nan
    return PairMatrix(values, reasons)


def one_size(sizes: Sequence[int]) -> int:
    """Return the number of images that all representations have.

    Raises:
        ValueError: if they differ, which no measure can compare, or there are none.
    """
    different = sorted(set(sizes))
    if len(different) != 1:
        listed = ", ".join(str(size) for size in different) or "none"
        raise ValueError(
            f"representations must be of the same images in the same order, but the numbers of "
            f"images are: {listed}"
        )
    return different[0]
