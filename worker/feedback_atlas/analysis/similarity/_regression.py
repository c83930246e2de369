"""Variance of one representation that a linear map of another predicts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from feedback_atlas.analysis.similarity._pairs import PairMatrix, one_size, pair_reasons
from feedback_atlas.analysis.similarity._subspace import Subspace


def linear_regression(rows: Sequence[Subspace], columns: Sequence[Subspace]) -> PairMatrix:
    """Share of a row representation's variance that linear regression on a column explains.

    R^2 = 1 - min over B of ||X - Y B||^2 / ||X||^2 = ||Q'X||^2 / ||X||^2, for centred X (row) and
    Y (column) and an orthonormal basis Q of Y's columns. Not symmetric: a column that holds the
    row and more explains it wholly, the row explains the column in part. The fit is to the same
    images: with p dimensions of Y, unrelated X reaches p / (n_images - 1) on average.

    Args:
        rows: L1 subspaces to be explained.
        columns: L2 subspaces of the same images in the same order, to explain by.

    Returns:
        (L1, L2) shares, 0 to 1, with the reasons of those that are undefined: a faulty side, or a
        column that spans all images and so explains anything.

    Raises:
        ValueError: if the subspaces are not of the same number of images.

    Source: Kornblith et al. (2019), table 1, R^2_LR.
    """
    one_size([each.n_images for each in [*rows, *columns]])
    reasons = pair_reasons([row.fault for row in rows], [column.crowded for column in columns])
    values = np.full((len(rows), len(columns)), np.nan)
    for i, j in np.ndindex(*values.shape):
        if (i, j) not in reasons:
            row = rows[i]
            explained = (columns[j].axes.T @ row.axes) * row.sizes
            values[i, j] = np.square(explained).sum() / np.square(row.sizes).sum()
    return PairMatrix(values, reasons)
