"""Maps of images: how a layer arranges the probe, in two dimensions, one network beside another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes
from scipy.spatial.distance import squareform

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.dissimilarity import Rdm
from feedback_atlas.analysis.maps._representations import metric_map


@dataclass(frozen=True, slots=True)
class Superimposed:
    """A configuration of points laid on another.

    ``coordinates`` (n_points, n_dimensions) float64, in the other's units. ``disparity`` in
    [0, 1] is what is left: 0 for the same arrangement up to a similarity transformation.
    """

    coordinates: FloatArray
    disparity: float


@dataclass(frozen=True, slots=True)
class ImageMaps:
    """Maps of the same images by several networks.

    ``images`` (n_mapped,) int64: positions in the RDMs of the images whose distances are defined
    in all of them. ``coordinates`` (n_maps, n_mapped, 2) float64, all but the first laid on the
    first. ``stress`` of each map is Kruskal's stress-1; ``disparity`` of each is Procrustes'
    from the first, 0 for the first itself.
    """

    images: NDArray[np.int64]
    coordinates: FloatArray
    stress: tuple[float, ...]
    disparity: tuple[float, ...]


def image_maps(rdms: Sequence[Rdm]) -> ImageMaps:
    """Map the images of RDMs, and lay every map on the first.

    Every dissimilarity here is a squared Euclidean distance up to a factor: of the patterns, of
    the patterns standardised (correlation) or of unit length (cosine). Its root is a metric, and
    what the maps draw by metric multidimensional scaling from the classical map.

    Args:
        rdms: at least one, all of the same images by the same distance.

    Returns:
        The maps. Only distances on them mean something; those of the second and later maps are in
        the units of the first.

    Raises:
        ValueError: if the RDMs are of different numbers of images or by different distances,
            fewer than three images have distances in all, or all distances of an RDM are 0.

    Source: de Leeuw (1977); Gower (1975) for the superimposition.
    """
    if len({(each.distance, each.n_images) for each in rdms}) != 1:
        raise ValueError("maps need RDMs of the same images by one distance, and at least one")
    undefined = set().union(*(each.reasons for each in rdms))
    images = np.array([i for i in range(rdms[0].n_images) if i not in undefined], dtype=np.int64)
    if len(images) < 3:
        raise ValueError(
            f"{len(images)} of {rdms[0].n_images} images have a dissimilarity to others in every "
            "network; a map needs three"
        )
    maps = []
    for each in rdms:
        distances = np.sqrt(squareform(each.values)[np.ix_(images, images)])
        maps.append(metric_map(distances, starts=0))
    first = maps[0].coordinates
    laid = [superimposed(first, each.coordinates) for each in maps[1:]]
    return ImageMaps(
        images,
        np.stack([first, *(each.coordinates for each in laid)]),
        tuple(each.stress for each in maps),
        (0.0, *(each.disparity for each in laid)),
    )


def superimposed(reference: FloatArray, other: FloatArray) -> Superimposed:
    """Lay one configuration on another: the translation, rotation, reflection and scale of least
    squared distance between points of one index.

    Args:
        reference: (n_points, n_dimensions) float64.
        other: of the same shape, the same points in the same order.

    Returns:
        ``other`` moved, and 1 - (sum of singular values)^2 of the product of both configurations
        about their means and of unit size, as scipy's ``procrustes``.

    Raises:
        ValueError: if the shapes differ or all points of a configuration lie in one place.

    Source: Gower (1975); Schönemann (1966) for the rotation.
    """
    if reference.shape != other.shape:
        raise ValueError(f"configurations of shapes {reference.shape} and {other.shape} differ")
    middle = reference.mean(axis=0)
    fixed, moved = reference - middle, other - other.mean(axis=0)
    size, other_size = np.linalg.norm(fixed), np.linalg.norm(moved)
    if size == 0.0 or other_size == 0.0:
        raise ValueError(
            "all points of a configuration lie in one place; nothing can be laid on it"
        )
    rotation, shared = orthogonal_procrustes(moved / other_size, fixed / size)
    coordinates: FloatArray = moved @ rotation * (shared * size / other_size) + middle
    return Superimposed(coordinates, max(1.0 - float(shared) ** 2, 0.0))
