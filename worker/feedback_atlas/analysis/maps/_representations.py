"""Maps of representations: points in two or three dimensions whose distances stand for theirs.

Every (rule, seed, layer, epoch) is a point; the epochs of one of them, joined, are its trajectory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from feedback_atlas.analysis._gram import FloatArray

# Distances that disagree by less, as a share of the largest, are equal up to rounding.
_RELATIVE_ZERO = 1e-6


@dataclass(frozen=True, slots=True)
class Map:
    """Position of each representation, and the map's error.

    ``coordinates`` (n_points, n_dimensions) float64, about their mean, along their principal
    axes, each axis turned so that its largest coordinate in size is positive: the same distances
    always give the same map.
    ``stress`` is Kruskal's stress-1, sqrt(sum (d - D)^2 / sum d^2), for distances d on the map and
    D in truth: 0 for a perfect map.
    """

    coordinates: FloatArray
    stress: float


@dataclass(frozen=True, slots=True)
class ClassicalMap(Map):
    """A classical map, with what its eigenvalues say.

    ``shares`` (n_dimensions,) of each axis, and ``negative`` of the negative eigenvalues, in the
    sum of all eigenvalues' sizes. Eigenvalues below 0 are distances that no Euclidean space of any
    dimension holds.
    """

    shares: FloatArray
    negative: float


def classical_map(distances: FloatArray, n_dimensions: int = 2) -> ClassicalMap:
    """Map by classical multidimensional scaling (principal coordinates).

    The leading eigenvectors of -H D^2 H / 2 (H the centring matrix, D^2 the squared distances),
    times the roots of their eigenvalues.

    Args:
        distances: (n_points, n_points) float64, a metric: symmetric, 0 on the diagonal.
        n_dimensions: 2 or 3 for a map.

    Returns:
        The map. Axes without a positive eigenvalue are 0.

    Raises:
        ValueError: if the distances are not finite, symmetric, at least 0 and 0 on the diagonal,
            are all 0, or are of fewer points than n_dimensions + 1.

    Source: Torgerson (1952); Gower (1966).
    """
    checked = _checked(distances, n_dimensions)
    products = -0.5 * np.square(checked)
    products = products - products.mean(axis=0) - products.mean(axis=1)[:, None] + products.mean()
    eigenvalues, axes = np.linalg.eigh(products)
    eigenvalues, axes = eigenvalues[::-1], axes[:, ::-1]
    kept = np.maximum(eigenvalues[:n_dimensions], 0.0)
    coordinates = _turned(axes[:, :n_dimensions] * np.sqrt(kept))
    total = np.abs(eigenvalues).sum()
    return ClassicalMap(
        coordinates,
        stress_1(checked, coordinates),
        kept / total,
        float(-np.minimum(eigenvalues, 0.0).sum() / total),
    )


def metric_map(
    distances: FloatArray, n_dimensions: int = 2, *, starts: int = 4, seed: int = 0
) -> Map:
    """Map by metric multidimensional scaling: the least raw stress that SMACOF finds.

    Starts from the classical map and from random ones, and keeps the best; its stress is never
    above the classical map's, which shrinks distances where dimensions are lacking.

    Args:
        distances: (n_points, n_points) float64, a metric: symmetric, 0 on the diagonal.
        n_dimensions: 2 or 3 for a map.
        starts: random starts besides the classical one, at least 0.
        seed: of the random starts.

    Returns:
        The map.

    Raises:
        ValueError: as ``classical_map``, and if starts is below 0.

    Source: de Leeuw (1977); Borg & Groenen (2005), chapter 8; scikit-learn's ``smacof``.
    """
    from sklearn.manifold import smacof  # here, not above: the import takes a second

    if starts < 0:
        raise ValueError(f"starts is {starts}; it must be at least 0")
    first = classical_map(distances, n_dimensions).coordinates
    checked = _checked(distances, n_dimensions)
    generator = np.random.default_rng(seed)
    size = float(np.sqrt(np.square(first).mean()))
    best, least = first, np.inf
    for start in [first, *(generator.normal(scale=size, size=(starts, *first.shape)))]:
        found, stress = smacof(
            checked,
            n_components=n_dimensions,
            init=start,
            n_init=1,
            max_iter=1000,
            eps=1e-9,
            normalized_stress=False,
        )
        if stress < least:
            best, least = found, stress
    coordinates = _turned(best)
    return Map(coordinates, stress_1(checked, coordinates))


def stress_1(distances: FloatArray, coordinates: FloatArray) -> float:
    """Return Kruskal's stress-1 of a map, sqrt(sum (d - D)^2 / sum d^2) over pairs of points.

    Args:
        distances: D in truth, (n_points, n_points).
        coordinates: on the map, (n_points, n_dimensions); not all in one place.

    Source: Kruskal (1964), with the distances themselves in place of a monotone regression.
    """
    drawn = np.linalg.norm(coordinates[:, None] - coordinates[None, :], axis=2)
    return float(np.sqrt(np.square(drawn - distances).sum() / np.square(drawn).sum()))


def _checked(distances: FloatArray, n_dimensions: int) -> FloatArray:
    matrix = np.asarray(distances, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"distances must be a square matrix, not of shape {matrix.shape}")
    if n_dimensions < 1 or len(matrix) <= n_dimensions:
        raise ValueError(
            f"a map in {n_dimensions} dimensions needs at least 1 dimension and more points than "
            f"dimensions, not {len(matrix)} points"
        )
    if not np.isfinite(matrix).all():
        rows = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
        raise ValueError(
            f"some distances of points {rows.tolist()} are undefined; leave out the "
            "representations that have no distance to others"
        )
    largest = float(np.abs(matrix).max())
    tolerance = _RELATIVE_ZERO * largest
    if largest == 0.0:
        raise ValueError("all distances are 0; there is nothing to map")
    if matrix.min() < 0.0 or np.abs(matrix - matrix.T).max() > tolerance:
        raise ValueError("distances must be at least 0 and symmetric; pass a true metric's")
    if np.abs(np.diagonal(matrix)).max() > tolerance:
        raise ValueError("the distance of a point to itself must be 0; pass a true metric's")
    matrix = (matrix + matrix.T) / 2.0
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _turned(coordinates: FloatArray) -> FloatArray:
    """Centre a map, lay it along its principal axes, and fix the sign of each."""
    centred = coordinates - coordinates.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    turned: FloatArray = left * sizes
    largest = turned[np.abs(turned).argmax(axis=0), np.arange(turned.shape[1])]
    turned *= np.where(largest < 0.0, -1.0, 1.0)
    return turned
