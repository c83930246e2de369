"""Kernels: what a Gram matrix holds of each two patterns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from feedback_atlas.analysis._gram import FloatArray

NO_WIDTH = "no kernel width: more than half of the image pairs coincide"


@dataclass(frozen=True, slots=True)
class Rbf:
    """exp(-D / (2 s^2)), D the squared distance, s ``fraction`` of the median distance.

    The median is over all pairs of different images, so s^2 is ``fraction``^2 times the median of
    D; of an even number of pairs it is the lower of the two in the middle. With a minibatch
    estimator each batch has its own median. As ``fraction`` grows, CKA tends to the linear one.

    Raises:
        ValueError: if ``fraction`` is not a positive number.

    Source: Kornblith et al. (2019), section 3, whose table 2 has fractions 0.2, 0.4 and 0.8.
    """

    fraction: float = 0.4

    def __post_init__(self) -> None:
        """Refuse a width that is no width."""
        if not 0.0 < self.fraction < np.inf:
            raise ValueError(f"the fraction of the median must be positive, not {self.fraction}")

    def of_distances(self, squared: FloatArray, median: float) -> FloatArray:
        """Turn squared distances into kernel values, in place.

        Args:
            squared: squared distances, any shape.
            median: their median over all pairs of different images.
        """
        squared *= -1.0 / (2.0 * self.fraction**2 * median)
        return np.exp(squared, out=squared)


Kernel = Rbf | Literal["linear"]


def rbf_gram(gram: FloatArray, kernel: Rbf) -> FloatArray:
    """Return the Gram matrix of the RBF kernel, from the linear one.

    Args:
        gram: inner products of the patterns, (n_images, n_images).
        kernel: its width.

    Returns:
        (n_images, n_images) float64, ones on the diagonal; all 0 where all images coincide, as
        the linear one is; NaN in rows and columns that are NaN in ``gram``.

    Raises:
        ValueError: if more than half of the pairs of images coincide, but not all.
    """
    squared = squared_distances(gram)
    finite = np.isfinite(np.diagonal(gram))
    triangle = squared[np.triu(np.outer(finite, finite), k=1)]
    if not triangle.any():
        return np.where(np.isnan(squared), np.nan, 0.0)
    middle = (len(triangle) - 1) // 2
    median = float(np.partition(triangle, middle)[middle])
    if median == 0.0:
        raise ValueError(NO_WIDTH)
    return kernel.of_distances(squared, median)


def squared_distances(gram: FloatArray) -> FloatArray:
    """Return squared distances, (n_images, n_images), at least 0: K_ii + K_jj - 2 K_ij.

    gram: (n_images, n_images) inner products; NaN on its diagonal gives NaN in its row and column.
    """
    diagonal = np.diagonal(gram)
    squared = gram * -2.0
    squared += diagonal[:, None]
    squared += diagonal[None, :]
    np.maximum(squared, 0.0, out=squared)
    np.fill_diagonal(squared, np.where(np.isnan(diagonal), np.nan, 0.0))
    return squared
