"""Representational dissimilarity matrices, from the inner products of a representation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from worker.analysis.gram import FloatArray, InnerProducts, inner_products

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Rdm:
    """The dissimilarities of all pairs of images of one representation.

    ``values`` (n_images * (n_images - 1) / 2,) float64 is the upper triangle by rows, in the
    order of ``scipy.spatial.distance.squareform``; NaN where undefined, for the reason in
    ``reasons[image]`` of one of the pair's images.
    """

    values: FloatArray
    distance: str
    n_images: int
    reasons: dict[int, str] = field(default_factory=dict)


def rdm(x: InnerProducts | Tensor | NDArray[Any], distance: str) -> Rdm:
    """Compute one RDM.

    Args:
        x: inner products of a representation, or the activations (n_images, n_features) themselves.
        distance: a key of ``DISTANCES``: "correlation" or "euclidean".

    Returns:
        The condensed RDM.

    Raises:
        ValueError: if the distance is unknown or the activations have no (n_images, n_features).
    """
    if distance not in DISTANCES:
        raise ValueError(f"unknown distance {distance!r}: choose one of {', '.join(DISTANCES)}")
    return DISTANCES[distance](x if isinstance(x, InnerProducts) else inner_products(x))


def euclidean(products: InnerProducts) -> Rdm:
    """Squared Euclidean distance of two patterns divided by the number of features.

    Args:
        products: of one representation.

    Returns:
        (K_ii + K_jj - 2 K_ij) / n_features for i < j, never below 0; undefined for an image with a
        non-finite activation.

    Source: Nili et al. (2014); identical to rsatoolbox 0.3.2, ``calc_rdm(method="euclidean")``.
    """
    squared = _squared_distances(products.gram) / products.n_features
    return _rdm(np.maximum(squared, 0.0), "euclidean", _non_finite(products))


def correlation(products: InnerProducts) -> Rdm:
    """One minus the Pearson correlation of two patterns over features.

    With D the squared distance of the two patterns, each about its own mean over features, and
    s the norms of those, 1 - r = (D - (s_i - s_j)^2) / (2 s_i s_j). Unlike one minus the
    product of standardised patterns this keeps its digits where r is close to 1.

    Args:
        products: of one representation.

    Returns:
        1 - r in [0, 2] up to rounding; undefined for an image whose features are all equal, or
        that has a non-finite activation.

    Source: Nili et al. (2014); identical to rsatoolbox 0.3.2, ``calc_rdm(method="correlation")``.
    """
    means = products.pattern_sums / np.sqrt(products.n_features)
    norms = products.pattern_norms
    squared = _squared_distances(products.gram) - np.square(means[:, None] - means[None, :])
    constant = norms == 0.0
    safe = np.where(constant, np.nan, norms)
    values = (squared - np.square(norms[:, None] - norms[None, :])) / (
        2.0 * safe[:, None] * safe[None, :]
    )
    reasons = _non_finite(products)
    reasons |= {
        int(image): "constant pattern: every feature has the same activation"
        for image in np.flatnonzero(constant)
    }
    return _rdm(values, "correlation", reasons)


DISTANCES: dict[str, Callable[[InnerProducts], Rdm]] = {
    "correlation": correlation,
    "euclidean": euclidean,
}


def _squared_distances(gram: FloatArray) -> FloatArray:
    diagonal = np.diagonal(gram)
    squared: FloatArray = diagonal[:, None] + diagonal[None, :] - 2.0 * gram
    return squared


def _rdm(square: FloatArray, distance: str, reasons: dict[int, str]) -> Rdm:
    values = square[np.triu_indices(len(square), k=1)]
    return Rdm(values, distance, len(square), reasons)


def _non_finite(products: InnerProducts) -> dict[int, str]:
    return {int(image): "non-finite activation" for image in np.flatnonzero(products.non_finite)}
