"""Distances between the shapes of representations that are metrics, as maps of them need.

A shape is what is left of a representation after its position, its size and its rotation in
feature space are taken away. All three distances here are 0 exactly for equal shapes, symmetric,
and keep the triangle inequality.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes

from feedback_atlas.analysis._gram import FloatArray, gram
from feedback_atlas.analysis.estimators import Biased, centred
from feedback_atlas.analysis.similarity._pairs import PairMatrix, one_size, with_faults
from feedback_atlas.analysis.similarity._subspace import centred_points

if TYPE_CHECKING:
    from torch import Tensor

# An arccos loses half of its digits above this; there the distance itself is taken instead.
_CLOSE = 1.0 - 1e-4
# Directions whose share of the largest eigenvalue is below this per image are rounding error.
_RELATIVE_ZERO = 1e-15


@dataclass(frozen=True, slots=True)
class Shape:
    """One representation as points about their mean, of unit size, in at most n_images axes.

    ``points`` (n_images, n_axes) float64 has Frobenius norm 1 and the inner products of the
    centred activations up to one factor. ``fault`` says why there is no such shape; ``points``
    are then zeros.
    """

    points: FloatArray
    fault: str | None = None


def shape(x: Tensor | NDArray[Any]) -> Shape:
    """Take a representation's shape, once, for all comparisons.

    Args:
        x: activations, (n_images, n_features), or (n_images, ...) to be flattened. Up to n_images
            features are kept as they are; more are replaced by n_images axes with the same inner
            products (the eigenvectors of the Gram matrix times the roots of its eigenvalues).

    Returns:
        The shape, or the reason why there is none: a non-finite activation or constant features.

    Raises:
        ValueError: if ``x`` has fewer than two dimensions or holds no activation.
    """
    n_images = len(x)
    if math.prod(x.shape[1:]) <= n_images:
        return _unit(centred_points(x))
    products = gram(x)
    if not np.isfinite(products).all():
        return Shape(np.zeros((n_images, 1)), "non-finite activation")
    eigenvalues, axes = np.linalg.eigh(products)
    kept = eigenvalues > _RELATIVE_ZERO * n_images * eigenvalues[-1]
    return _unit(axes[:, kept] * np.sqrt(eigenvalues[kept]))


def angular_cka(
    grams_rows: Sequence[FloatArray], grams_columns: Sequence[FloatArray]
) -> PairMatrix:
    """Return the angle between centred Gram matrices, arccos of biased CKA, for all pairs.

    Args:
        grams_rows: L1 Gram matrices, each (n_images, n_images).
        grams_columns: L2 Gram matrices of the same images in the same order.

    Returns:
        (L1, L2) angles in radians, 0 to pi/2, with the reasons of those that are undefined.

    Raises:
        ValueError: if the matrices are not of one size.

    Source: Williams et al. (2021), on CKA as an angle; biased CKA: Kornblith et al. (2019).
    """
    one_size([len(each) for each in [*grams_rows, *grams_columns]])
    left, row_faults = _flat(grams_rows)
    same = grams_rows is grams_columns
    right, column_faults = (left, row_faults) if same else _flat(grams_columns)
    cosines = left @ right.T
    values = np.arccos(np.minimum(cosines, 1.0))
    # Near 1 a chord has the digits that the cosine has lost.
    for i, j in np.argwhere(cosines > _CLOSE):
        values[i, j] = _angle_of_chord(float(np.linalg.norm(left[i] - right[j])))
    return with_faults(values, row_faults, column_faults)


def procrustes(rows: Sequence[Shape], columns: Sequence[Shape]) -> PairMatrix:
    """Return the Procrustes distance of all pairs, the residual after the best rotation.

    min over orthogonal Q of ||X - Y Q|| = sqrt(2 - 2 ||X'Y||_*), for centred X and Y of unit
    Frobenius norm and the nuclear norm ||.||_*. (Ding et al. report its square.)

    Args:
        rows: L1 shapes of n_images each.
        columns: L2 shapes of the same images in the same order.

    Returns:
        (L1, L2) distances, 0 to sqrt(2), with the reasons of those that are undefined.

    Raises:
        ValueError: if the shapes are not of the same number of images.

    Source: Schönemann (1966); Williams et al. (2021); Ding, Denain & Steinhardt (2021).
    """
    return _chords(rows, columns)


def angular_procrustes(rows: Sequence[Shape], columns: Sequence[Shape]) -> PairMatrix:
    """Return the angle between two shapes after the best rotation, arccos ||X'Y||_*.

    Args:
        rows: L1 shapes of n_images each.
        columns: L2 shapes of the same images in the same order.

    Returns:
        (L1, L2) angles in radians, 0 to pi/2, with the reasons of those that are undefined.

    Raises:
        ValueError: if the shapes are not of the same number of images.

    Source: Williams et al. (2021), the Riemannian distance of Kendall's shape space with
    reflections allowed.
    """
    chords = _chords(rows, columns)
    return PairMatrix(_angle_of_chord(chords.values), chords.reasons)


def _chords(rows: Sequence[Shape], columns: Sequence[Shape]) -> PairMatrix:
    one_size([len(each.points) for each in [*rows, *columns]])
    same = rows is columns
    values = np.zeros((len(rows), len(columns)))
    for i, j in np.ndindex(*values.shape):
        values[i, j] = values[j, i] if same and j < i else _chord(rows[i].points, columns[j].points)
    return with_faults(values, [each.fault for each in rows], [each.fault for each in columns])


def _chord(x: FloatArray, y: FloatArray) -> float:
    cross = x.T @ y
    cosine = float(np.linalg.svd(cross, compute_uv=False).sum())
    if cosine <= _CLOSE:
        return float(np.sqrt(2.0 - 2.0 * cosine))
    # So close, the difference of two large numbers has no digits left: rotate and subtract.
    axes = max(x.shape[1], y.shape[1])
    x, y = (np.pad(points, ((0, 0), (0, axes - points.shape[1]))) for points in (x, y))
    rotation, _ = orthogonal_procrustes(y, x)
    return float(np.linalg.norm(x - y @ rotation))


def _angle_of_chord(chord: Any) -> Any:
    return 2.0 * np.arcsin(chord / 2.0)


def _unit(points: FloatArray) -> Shape:
    if not np.isfinite(points).all():
        return Shape(np.zeros_like(points), "non-finite activation")
    size = float(np.linalg.norm(points))
    if points.size == 0 or size == 0.0:
        return Shape(np.zeros((len(points), 1)), "constant features")
    return Shape(points / size)


def _flat(grams: Sequence[FloatArray]) -> tuple[FloatArray, list[str | None]]:
    """Centre and normalise Gram matrices; flatten each to one triangle, the norm kept."""
    n_images = len(grams[0])
    refusal = Biased().refusal(n_images)
    above = np.triu_indices(n_images, k=1)
    flat = np.zeros((len(grams), n_images * (n_images + 1) // 2))
    faults: list[str | None] = []
    for row, matrix in zip(flat, grams, strict=True):
        fault = refusal if np.isfinite(matrix).all() else "non-finite activation"
        if fault is None:
            double = centred(matrix, Biased())
            size = float(np.linalg.norm(double))
            if size > 1e-12 * float(np.linalg.norm(matrix)):
                row[:n_images] = np.diagonal(double) / size
                row[n_images:] = double[above] * (np.sqrt(2.0) / size)
            else:
                fault = "constant features"
        faults.append(fault)
    return flat, faults
