"""Representational dissimilarity matrices, from the inner products of a representation.

`_mahalanobis` has the two distances that need to know the noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray, InnerProducts, inner_products

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
        distance: a key of ``DISTANCES``, such as "correlation".

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
    values = _squared_distances(products.gram)
    values /= products.n_features
    return Rdm(values, "euclidean", len(products.gram), _non_finite(products))


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
    return _one_minus_cosine(
        products,
        "correlation",
        norms=products.pattern_norms,
        means=means,
        zero="constant pattern: every feature has the same activation",
    )


def cosine(products: InnerProducts) -> Rdm:
    """One minus the cosine of the angle between two patterns.

    As ``correlation``, with the patterns as they are instead of about their mean over features.

    Args:
        products: of one representation.

    Returns:
        1 - cos in [0, 2] up to rounding; undefined for an image whose activations are all 0, or
        that has a non-finite activation.

    Source: identical to SciPy's ``pdist(metric="cosine")``; rsatoolbox 0.3.2 does not have it.
    """
    return _one_minus_cosine(
        products,
        "cosine",
        norms=products.pattern_lengths,
        means=None,
        zero="zero pattern: every activation is 0",
    )


DISTANCES: dict[str, Callable[[InnerProducts], Rdm]] = {
    "correlation": correlation,
    "cosine": cosine,
    "euclidean": euclidean,
}


def register_distance(name: str, compute: Callable[[InnerProducts], Rdm]) -> None:
    """Add a distance that RDMs may hold.

    Args:
        name: its id.
        compute: returns the condensed RDM of a representation's inner products.

    Raises:
        ValueError: if the id is taken.
    """
    if name in DISTANCES:
        raise ValueError(f"distance {name!r} is registered already")
    DISTANCES[name] = compute


def _one_minus_cosine(
    products: InnerProducts,
    distance: str,
    *,
    norms: FloatArray,
    means: FloatArray | None,
    zero: str,
) -> Rdm:
    """(D - (s_i - s_j)^2) / (2 s_i s_j) for i < j, D less the part that lies in the means."""
    values = _squared_distances(products.gram)
    safe = np.where(norms == 0.0, np.nan, norms)
    for i, row in _rows(values, len(norms)):
        if means is not None:
            row -= np.square(means[i + 1 :] - means[i])
        row -= np.square(norms[i + 1 :] - norms[i])
        row /= 2.0 * safe[i] * safe[i + 1 :]
    reasons = _non_finite(products)
    reasons |= {int(image): zero for image in np.flatnonzero(norms == 0.0)}
    return Rdm(values, distance, len(norms), reasons)


def _squared_distances(gram: FloatArray) -> FloatArray:
    """Condensed squared distances, at least 0; row by row, as whole matrices leave the cache."""
    n = len(gram)
    diagonal = np.diagonal(gram)
    values = np.empty(n * (n - 1) // 2)
    for i, row in _rows(values, n):
        np.multiply(gram[i, i + 1 :], -2.0, out=row)
        row += diagonal[i + 1 :]
        row += diagonal[i]
    return np.maximum(values, 0.0, out=values)


def _rows(condensed: FloatArray, n: int) -> Iterator[tuple[int, FloatArray]]:
    """Yield each image i and the part of the condensed RDM that pairs it with the images after."""
    start = 0
    for i in range(n - 1):
        yield i, condensed[start : start + n - 1 - i]
        start += n - 1 - i


def _non_finite(products: InnerProducts) -> dict[int, str]:
    return {int(image): "non-finite activation" for image in np.flatnonzero(products.non_finite)}
