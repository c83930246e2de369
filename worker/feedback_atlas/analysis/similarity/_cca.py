"""Canonical correlations of representations: CCA, SVCCA and PWCCA, for the record.

They ignore any invertible linear map of the features, and with it which directions carry most of
the variance; CKA does not, and finds corresponding layers better (docs/methods.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.similarity._pairs import one_size, pair_reasons
from feedback_atlas.analysis.similarity._subspace import Subspace


@dataclass(frozen=True, slots=True)
class CanonicalMatrix:
    """Summaries of the canonical correlations rho of all pairs, each (n_rows, n_columns).

    ``mean`` of rho, ``mean_square`` of rho^2 (R^2_CCA), and ``weighted``, the mean of rho weighted
    by how much of the row each canonical variable carries (PWCCA), so not symmetric. NaN where
    undefined; ``reasons[(row, column)]`` says why.
    """

    mean: FloatArray
    mean_square: FloatArray
    weighted: FloatArray
    reasons: dict[tuple[int, int], str] = field(default_factory=dict)


def canonical_correlations(
    rows: Sequence[Subspace], columns: Sequence[Subspace]
) -> CanonicalMatrix:
    """Compute the canonical correlation analysis of all pairs.

    With orthonormal bases Q of the centred representations, rho are the min(p1, p2) singular
    values of Qx'Qy and the canonical variables of the row are h_i = Qx u_i. Weights of PWCCA are
    a_i = sum over the row's features j of |h_i'x_j|. SVCCA is the same on truncated subspaces:
    ``canonical_correlations([s.truncated(0.99) for s in rows], ...)``.

    Args:
        rows: L1 subspaces.
        columns: L2 subspaces of the same images in the same order.

    Returns:
        The three means with the reasons of those that are undefined: a faulty side, or a side
        that spans all images, whose correlations with anything are 1. Where p1 + p2 exceeds
        n_images - 1, the excess many correlations are 1 whatever the data.

    Raises:
        ValueError: if the subspaces are not of the same number of images.

    Source: Kornblith et al. (2019), section 3 and table 1 (mean rho, R^2_CCA); Raghu et al. (2017)
    (SVCCA); Morcos, Raghu & Bengio (2018) (PWCCA).
    """
    one_size([each.n_images for each in [*rows, *columns]])
    reasons = pair_reasons([row.crowded for row in rows], [column.crowded for column in columns])
    mean, mean_square, weighted = (np.full((len(rows), len(columns)), np.nan) for _ in range(3))
    for i, j in np.ndindex(*mean.shape):
        if (i, j) not in reasons:
            row = rows[i]
            directions, found, _ = np.linalg.svd(row.axes.T @ columns[j].axes, full_matrices=False)
            # Cosines of angles between subspaces: above 1 by rounding alone.
            rho = np.minimum(found, 1.0)
            weights = np.abs((directions.T * row.sizes) @ row.loadings).sum(axis=1)
            mean[i, j] = rho.mean()
            mean_square[i, j] = np.square(rho).mean()
            weighted[i, j] = weights @ rho / weights.sum()
    return CanonicalMatrix(mean, mean_square, weighted, reasons)
