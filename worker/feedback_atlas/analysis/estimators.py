"""Estimators of the Hilbert-Schmidt independence criterion (HSIC), on which CKA rests.

An estimator says which images go together (``batches``) and how a Gram matrix is centred
(``offsets``, ``keeps_diagonal``). The inner product of two centred Gram matrices is then HSIC up
to a factor that cancels in CKA. Centring needs no more than row sums and diagonal, so that a
Gram matrix too large to hold can be centred a few rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray

Batch = NDArray[np.int64]


class Estimator(Protocol):
    """One way to estimate HSIC from Gram matrices."""

    @property
    def keeps_diagonal(self) -> bool:
        """True where the diagonal of a Gram matrix counts; else it is 0 after centring."""
        ...

    def batches(self, n_images: int) -> Iterator[Batch]:
        """Yield the image indices, (batch,) int64, of each batch; HSIC is summed over batches."""
        ...

    def offsets(self, row_sums: FloatArray, diagonal: FloatArray) -> FloatArray:
        """Return a, (batch,), with which K_ij - a_i - a_j is the centred Gram matrix.

        Args:
            row_sums: of the batch's Gram matrix, (batch,).
            diagonal: of the batch's Gram matrix, (batch,).
        """
        ...

    def refusal(self, n_images: int) -> str | None:
        """Say why this many images are too few, or None where they suffice."""
        ...


@dataclass(frozen=True, slots=True)
class Biased:
    """HSIC_0 = tr(KHLH) / (n - 1)^2, H the centring matrix (Gretton et al. 2005, eq. 9).

    Kornblith et al. (2019), section 3. Too high where features outnumber images.
    """

    keeps_diagonal: ClassVar[bool] = True

    def batches(self, n_images: int) -> Iterator[Batch]:
        """Yield all images as one batch."""
        yield np.arange(n_images)

    def offsets(self, row_sums: FloatArray, diagonal: FloatArray) -> FloatArray:
        """Return the offsets that give HKH, (n, n): every row and every column sums to 0."""
        means = row_sums / len(row_sums)
        offsets: FloatArray = means - means.mean() / 2.0
        return offsets

    def refusal(self, n_images: int) -> str | None:
        """Refuse fewer than 4 images, as the other estimators must, so that all compare."""
        return _too_few(n_images)


@dataclass(frozen=True, slots=True)
class Unbiased:
    """HSIC_1, the unbiased estimator (Song et al. 2012, theorem 2); near 0 for unrelated data.

    Its three terms together are the inner product of U-centred matrices divided by n (n - 3)
    (Szekely & Rizzo 2014, section 3.1).
    """

    keeps_diagonal: ClassVar[bool] = False

    def batches(self, n_images: int) -> Iterator[Batch]:
        """Yield all images as one batch."""
        yield np.arange(n_images)

    def offsets(self, row_sums: FloatArray, diagonal: FloatArray) -> FloatArray:
        """Return the offsets that give the U-centred matrix: zero diagonal, rows sum to 0."""
        return _u_offsets(row_sums, diagonal)

    def refusal(self, n_images: int) -> str | None:
        """Refuse fewer than 4 images, where n (n - 3) is not positive."""
        return _too_few(n_images)


@dataclass(frozen=True, slots=True)
class Minibatch:
    """HSIC_1 summed over batches of images, numerator and denominators alike, divided once.

    Nguyen et al. (2021), section 3.1. Each of ``passes`` passes shuffles the images anew and cuts
    them into batches of ``batch_size``; the last partial batch is dropped. Batches are the same
    for every pair of representations, and depend on ``seed`` alone.

    Raises:
        ValueError: if ``batch_size`` is below 4 or ``passes`` below 1.
    """

    keeps_diagonal: ClassVar[bool] = False

    batch_size: int = 256
    passes: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse parameters for which HSIC_1 has no value."""
        if self.batch_size < 4:
            raise ValueError(f"a batch needs at least 4 images, not {self.batch_size}")
        if self.passes < 1:
            raise ValueError(f"at least 1 pass over the images is needed, not {self.passes}")

    def batches(self, n_images: int) -> Iterator[Batch]:
        """Yield the shuffled batches of every pass, each of exactly ``batch_size`` images."""
        generator = np.random.default_rng(self.seed)
        for _ in range(self.passes):
            order = generator.permutation(n_images)
            for start in range(0, n_images - self.batch_size + 1, self.batch_size):
                yield order[start : start + self.batch_size]

    def offsets(self, row_sums: FloatArray, diagonal: FloatArray) -> FloatArray:
        """Return the offsets that give the U-centred matrix: zero diagonal, rows sum to 0."""
        return _u_offsets(row_sums, diagonal)

    def refusal(self, n_images: int) -> str | None:
        """Refuse fewer images than one batch."""
        if n_images < self.batch_size:
            return f"{n_images} images are fewer than one batch of {self.batch_size}"
        return None


ESTIMATORS: dict[str, type[Biased] | type[Unbiased] | type[Minibatch]] = {
    "biased": Biased,
    "unbiased": Unbiased,
    "minibatch": Minibatch,
}


def centred(gram: FloatArray, estimator: Estimator) -> FloatArray:
    """Return a Gram matrix as an estimator centres it, (n, n) float64.

    Args:
        gram: of one batch of images, (n, n).
        estimator: whose offsets are taken away; its diagonal is 0 where it keeps none.
    """
    offsets = estimator.offsets(gram.sum(axis=0), np.diagonal(gram))
    matrix: FloatArray = gram - offsets[:, None] - offsets[None, :]
    if not estimator.keeps_diagonal:
        np.fill_diagonal(matrix, 0.0)
    return matrix


def _too_few(n_images: int) -> str | None:
    return f"CKA needs at least 4 images, not {n_images}" if n_images < 4 else None


def _u_offsets(row_sums: FloatArray, diagonal: FloatArray) -> FloatArray:
    n = len(row_sums)
    means = (row_sums - diagonal) / (n - 2)
    offsets: FloatArray = means - means.sum() / (2.0 * (n - 1))
    return offsets
