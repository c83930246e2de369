"""CKA between representations that arrive a batch of images at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from worker.analysis.cka import CkaValue
from worker.analysis.estimators import Minibatch
from worker.analysis.gram import FloatArray

if TYPE_CHECKING:
    from torch import Tensor

# A centred Gram matrix whose norm is this small a part of the original is rounding error.
_RELATIVE_ZERO = 1e-12


class StreamedCka:
    """Minibatch CKA of every pair of M representations, holding no more than one batch of each.

    For a set of images whose activations, or whose Gram matrix, would not fit in memory. The sums
    over batches are those of ``cka_matrix`` with a ``Minibatch``; give the same batches in the
    same order and the values are the same.

    Source: Nguyen et al. (2021), section 3.1.
    """

    def __init__(self, estimator: Minibatch, n_representations: int) -> None:
        """Begin with no batch: every sum is 0."""
        self._estimator = estimator
        self._hsic = np.zeros((n_representations, n_representations))
        self._scale = np.zeros(n_representations)
        self._finite = np.ones(n_representations, dtype=bool)

    def add(self, grams: Sequence[FloatArray]) -> None:
        """Add one batch.

        Args:
            grams: M Gram matrices of the batch's images, each (batch, batch).
        """
        size = len(grams[0])
        flat = np.zeros((len(grams), size * size))
        for row, gram in enumerate(grams):
            if not np.isfinite(gram).all():
                self._finite[row] = False
                continue
            self._scale[row] += np.square(gram).sum()
            flat[row] = self._estimator.centre(gram).ravel()
        self._hsic += flat @ flat.T

    def value(self, row: int, column: int) -> CkaValue:
        """Return the CKA of two of the representations so far, or the reason why there is none."""
        faults = [
            f"{fault} ({where})"
            for where, index in (("row", row), ("column", column))
            if (fault := self._fault(index)) is not None
        ]
        if faults:
            return CkaValue(None, "; ".join(faults))
        own = np.sqrt(self._hsic[row, row]) * np.sqrt(self._hsic[column, column])
        return CkaValue(float(self._hsic[row, column] / own))

    def _fault(self, index: int) -> str | None:
        if not self._finite[index]:
            return "non-finite activation"
        if self._scale[index] == 0.0:
            return "constant features"
        if not self._hsic[index, index] > _RELATIVE_ZERO**2 * self._scale[index]:
            return "self-HSIC is zero, the images are all equally far apart"
        return None


def batch_gram(x: Tensor) -> FloatArray:
    """Return a batch's Gram matrix, features centred over its images, computed where ``x`` lies.

    The values of ``gram``, without what RDMs need: a third of the time for a wide layer.

    Args:
        x: activations, (batch, n_features) or (batch, ...) to be flattened.

    Returns:
        (batch, batch) float64; exactly 0 where no feature varies, and not finite where an
        activation is not.
    """
    # Relative to one image first: exact for values close together, and for constant features.
    patterns = x.flatten(1).double()
    patterns = patterns - patterns[:1]
    patterns -= patterns.mean(dim=0)
    products: FloatArray = (patterns @ patterns.T).cpu().numpy()
    return products
