"""The subspace of image space that a representation spans, for what is blind to its axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray, as_patterns

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Subspace:
    """The centred representation X = axes diag(sizes) loadings, its principal directions.

    ``axes`` (n_images, rank) orthonormal, ``sizes`` (rank,) descending, ``loadings``
    (rank, n_features) with orthonormal rows, float64. ``fault`` says why there are none.
    """

    axes: FloatArray
    sizes: FloatArray
    loadings: FloatArray
    fault: str | None = None

    @property
    def n_images(self) -> int:
        """Number of images."""
        return len(self.axes)

    @property
    def rank(self) -> int:
        """Number of dimensions that the representation spans over the images."""
        return len(self.sizes)

    @property
    def crowded(self) -> str | None:
        """Reason why every representation lies inside this one; None where it need not.

        Centred over n images, patterns have n - 1 dimensions; a representation that spans all of
        them explains anything.
        """
        if self.fault is not None or self.rank < self.n_images - 1:
            return self.fault
        return (
            f"{self.rank} dimensions of {self.n_images} images explain any representation: more "
            f"than {self.rank + 1} images or fewer dimensions are needed"
        )

    def truncated(self, share: float) -> Subspace:
        """Keep the fewest directions that together have this share of the variance.

        Args:
            share: above 0 and at most 1; Raghu et al. take 0.99.

        Raises:
            ValueError: if the share is out of range.
        """
        if not 0.0 < share <= 1.0:
            raise ValueError(f"the share of variance is {share}; it must be above 0, at most 1")
        if self.fault is not None:
            return self
        reached = np.cumsum(np.square(self.sizes)) / np.square(self.sizes).sum()
        # Up to rounding: the last of equal directions must not depend on the last digit.
        kept = int(np.searchsorted(reached, share - 1e-12)) + 1
        return Subspace(self.axes[:, :kept], self.sizes[:kept], self.loadings[:kept])


def subspace(x: Tensor | NDArray[Any]) -> Subspace:
    """Take a representation's subspace, once, for all comparisons.

    Args:
        x: activations, (n_images, n_features), or (n_images, ...) to be flattened.

    Returns:
        The subspace; directions smaller than rounding error are left out, so that dead or copied
        features count for nothing. Or the reason why there is none: a non-finite activation or
        constant features.

    Raises:
        ValueError: if ``x`` has fewer than two dimensions or holds no activation.
    """
    points = centred_points(x)
    if not np.isfinite(points).all():
        return _without(points, "non-finite activation")
    axes, sizes, loadings = np.linalg.svd(points, full_matrices=False)
    rank = int((sizes > sizes[0] * max(points.shape) * np.finfo(np.float64).eps).sum())
    if rank == 0:
        return _without(points, "constant features")
    return Subspace(axes[:, :rank], sizes[:rank], loadings[:rank])


def centred_points(x: Tensor | NDArray[Any]) -> FloatArray:
    """Return activations as (n_images, n_features) float64, each feature about its mean.

    Raises:
        ValueError: if ``x`` has fewer than two dimensions or holds no activation.
    """
    points: FloatArray = as_patterns(x).astype(np.float64)
    # Relative to one image first: exact for values close together, and for constant features.
    with np.errstate(invalid="ignore"):
        points -= points[0].copy()
        points -= points.mean(axis=0)
    return points


def _without(points: FloatArray, fault: str) -> Subspace:
    n_images, n_features = points.shape
    return Subspace(np.zeros((n_images, 0)), np.zeros(0), np.zeros((0, n_features)), fault)
