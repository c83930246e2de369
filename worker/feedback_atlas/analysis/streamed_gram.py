"""Rows of a Gram matrix that is too large to hold, made again each time they are needed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from feedback_atlas.analysis._gram import FloatArray, non_finite_images
from feedback_atlas.analysis.similarity._kernels import NO_WIDTH, Kernel, Rbf
from feedback_atlas.analysis.sources import Images, Representation

# Bits of a squared distance that one pass over them settles, on the way to their median.
_BITS_PER_PASS = 21


class StreamedGram:
    """The Gram matrix of one representation, a few rows at a time.

    Args:
        source: the activations.
        kernel: of the Gram matrix.
        chunk: number of images whose activations are held in float64 at a time.
        panel_rows: number of rows of the matrix that are held at a time to find the row sums.

    Attributes:
        fault: why there is no Gram matrix, or None.
        row_sums: of the Gram matrix, (n_images,).
        diagonal: of the Gram matrix, (n_images,).
    """

    def __init__(
        self, source: Representation, kernel: Kernel, *, chunk: int, panel_rows: int
    ) -> None:
        self._source = source
        self._kernel = kernel
        self._chunk = chunk
        self._panel_rows = panel_rows
        self._median = 0.0
        self.n_images = source.n_images
        self.row_sums = np.zeros(self.n_images)
        self.diagonal = np.zeros(self.n_images)
        self.fault = self._centre()
        if self.fault is None and isinstance(kernel, Rbf) and self.diagonal.any():
            self.fault = self._prepare_rbf()

    def panel(self, start: int, stop: int) -> FloatArray:
        """Return rows ``start`` to ``stop``, columns from ``start`` on.

        Returns:
            (stop - start, n_images - start) float64.
        """
        panel = self._products(start, stop)
        if isinstance(self._kernel, Rbf):
            if self._median == 0.0:
                return np.zeros_like(panel)
            self._kernel.of_distances(self._distances(panel, start, stop), self._median)
        return panel

    def _centre(self) -> str | None:
        """Find the mean pattern and the squared norms about it; the row sums are then 0."""
        self._first = np.zeros(self._source.n_features)
        self._mean = np.zeros(self._source.n_features)
        total = np.zeros(self._source.n_features)
        for images in self._chunks(0, self.n_images):
            raw = self._source.rows(images)
            if non_finite_images(raw).any():
                return "non-finite activation"
            if images[0] == 0:
                self._first = raw[0].astype(np.float64)
            block = raw.astype(np.float64)
            block -= self._first
            total += block.sum(axis=0)
        self._mean = total / self.n_images
        for images in self._chunks(0, self.n_images):
            block = self._centred(images)
            self.diagonal[images] = np.einsum("ij,ij->i", block, block)
        self._squares = self.diagonal
        return None

    def _prepare_rbf(self) -> str | None:
        self._median = self._median_distance()
        if self._median == 0.0:
            return NO_WIDTH
        self.diagonal = np.ones(self.n_images)
        for start, stop in self._panels():
            panel = self.panel(start, stop)
            self.row_sums[start:stop] += panel.sum(axis=1)
            self.row_sums[stop:] += panel[:, stop - start :].sum(axis=0)
        return None

    def _median_distance(self) -> float:
        """Find the lower median of the squared distances of pairs, exactly, in three passes.

        Numbers that are not negative are ordered as their bits are; each pass counts the
        distances by their next bits among those that share the median's bits so far.
        """
        rank = (self.n_images * (self.n_images - 1) // 2 - 1) // 2
        prefix, shift = np.uint64(0), 63
        while shift > 0:
            counts = np.zeros(2**_BITS_PER_PASS, dtype=np.int64)
            for start, stop in self._panels():
                distances = self._distances(self._products(start, stop), start, stop)
                pairs = np.arange(start, self.n_images) > np.arange(start, stop)[:, None]
                bits = distances[pairs].view(np.uint64)
                bits = bits[bits >> np.uint64(shift) == prefix]
                bits = (bits >> np.uint64(shift - _BITS_PER_PASS)) & np.uint64(len(counts) - 1)
                counts += np.bincount(bits.astype(np.int64), minlength=len(counts))
            reached = np.cumsum(counts)
            found = int(np.searchsorted(reached, rank, side="right"))
            rank -= int(reached[found - 1]) if found else 0
            prefix = (prefix << np.uint64(_BITS_PER_PASS)) | np.uint64(found)
            shift -= _BITS_PER_PASS
        return float(prefix.view(np.float64))

    def _distances(self, products: FloatArray, start: int, stop: int) -> FloatArray:
        """Turn a panel of inner products into squared distances, at least 0, in place."""
        products *= -2.0
        products += self._squares[start:]
        products += self._squares[start:stop, None]
        np.maximum(products, 0.0, out=products)
        np.fill_diagonal(products, 0.0)
        return np.abs(products, out=products)

    def _products(self, start: int, stop: int) -> FloatArray:
        left = self._centred(np.arange(start, stop))
        panel = np.empty((stop - start, self.n_images - start))
        panel[:, : stop - start] = left @ left.T
        for images in self._chunks(stop, self.n_images):
            panel[:, images - start] = left @ self._centred(images).T
        return panel

    def _centred(self, images: Images) -> FloatArray:
        block = self._source.rows(images).astype(np.float64)
        # In two steps, as one mean would round away digits of a large common part.
        block -= self._first
        block -= self._mean
        return block

    def _chunks(self, start: int, stop: int) -> Iterator[Images]:
        for first in range(start, stop, self._chunk):
            yield np.arange(first, min(first + self._chunk, stop))

    def _panels(self) -> Iterator[tuple[int, int]]:
        for start in range(0, self.n_images, self._panel_rows):
            yield start, min(start + self._panel_rows, self.n_images)
