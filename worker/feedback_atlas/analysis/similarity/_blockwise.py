"""CKA of every pair of many representations, in bounded memory.

Each Gram matrix is centred once and packed into a vector; one matrix product gives all pairs.
Where the vectors of all representations fit into the memory allowed, each representation is read
once. Else the vectors are made a panel of rows at a time, and each panel reads the images anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray, gram
from feedback_atlas.analysis.estimators import Batch, Estimator, Minibatch, Unbiased
from feedback_atlas.analysis.packing import pack, packed_size
from feedback_atlas.analysis.similarity._cka import CkaMatrix, fault, ratios
from feedback_atlas.analysis.similarity._kernels import NO_WIDTH, Kernel, Rbf, rbf_gram
from feedback_atlas.analysis.sources import Activations, Representation, Subset
from feedback_atlas.analysis.streamed_gram import StreamedGram
from feedback_atlas.analysis.threads import single_threaded_blas

if TYPE_CHECKING:
    from torch import Tensor

DEFAULT_MEMORY = 2 * 2**30
# What the arithmetic of one Gram matrix holds beside it, see ``feedback_atlas.analysis._gram``.
_WORKSPACE = 64 * 2**20
# Fewer operations than this are done before the threads have started.
_WORTH_A_THREAD = 10**9


def all_pairs_cka(
    representations: Sequence[Representation | Tensor | NDArray[Any]],
    estimator: Estimator | None = None,
    *,
    kernel: Kernel = "linear",
    memory: int = DEFAULT_MEMORY,
) -> CkaMatrix:
    """Compute CKA of every pair of M representations of the same images.

    Args:
        representations: arrays or tensors (n_images, ...), or sources of their rows.
        estimator: of HSIC; ``Unbiased()`` by default.
        kernel: "linear", or ``Rbf(fraction)``.
        memory: bytes that may be held beside what the representations hold themselves. Less
            memory means that activations are read more often. A streamed RBF kernel takes 50 MB
            more to find its median.

    Returns:
        (M, M) values, symmetric, with the reasons of those that are undefined.

    Raises:
        ValueError: if the numbers of images differ, or the memory is too small for one row of
            all Gram matrices.

    Source: as for ``feedback_atlas.analysis.similarity._cka``.
    """
    chosen = Unbiased() if estimator is None else estimator
    sources = [x if isinstance(x, Representation) else Activations(x) for x in representations]
    shape = (len(sources), len(sources))
    if not sources:
        return CkaMatrix(np.zeros(shape))
    n_images = _n_images(sources)
    refusal = chosen.refusal(n_images)
    if refusal is not None:
        return CkaMatrix(np.full(shape, np.nan), dict.fromkeys(np.ndindex(*shape), refusal))
    sums = HsicSums(len(sources), chosen, kernel, memory)
    for batch in chosen.batches(n_images):
        sums.add(sources if _is_all(batch, n_images) else [Subset(x, batch) for x in sources])
    return sums.result()


class MinibatchCka:
    """Minibatch CKA of every pair of M representations, from batches that are not kept.

    Args:
        n_representations: M.
        kernel: "linear", or ``Rbf(fraction)`` of each batch's median.
        memory: bytes that may be held while a batch is added.

    Source: Nguyen et al. (2021), section 3.1.
    """

    def __init__(
        self, n_representations: int, *, kernel: Kernel = "linear", memory: int = DEFAULT_MEMORY
    ) -> None:
        self._sums = HsicSums(n_representations, Minibatch(), kernel, memory)
        self._batch_size: int | None = None

    def add(self, activations: Sequence[Tensor | NDArray[Any]]) -> None:
        """Add one batch of images.

        Args:
            activations: of the same images in every representation, M arrays or tensors
                (batch, ...); the batch has at least 4 images.

        Raises:
            ValueError: if there are not M, or the batch is too small or of another size than the
                batches before.
        """
        if len(activations) != self._sums.n_representations:
            raise ValueError(
                f"{self._sums.n_representations} representations were announced, "
                f"not {len(activations)}"
            )
        sources = [Activations(x) for x in activations]
        size = _n_images(sources)
        expected = self._batch_size or max(size, 4)
        if size != expected:
            raise ValueError(
                f"a batch of {size} images: all batches need one size of at least 4, here "
                f"{expected}; leave the last partial batch out"
            )
        self._batch_size = size
        self._sums.add(sources)

    def result(self) -> CkaMatrix:
        """Return (M, M) values of the batches so far, with the reasons of the undefined ones."""
        if self._batch_size is None:
            shape = (self._sums.n_representations,) * 2
            reasons = dict.fromkeys(np.ndindex(*shape), "no batch of images was added")
            return CkaMatrix(np.full(shape, np.nan), reasons)
        return self._sums.result()


class HsicSums:
    """HSIC of all pairs of representations, summed over batches, up to one factor."""

    def __init__(
        self, n_representations: int, estimator: Estimator, kernel: Kernel, memory: int
    ) -> None:
        self.n_representations = n_representations
        self._estimator = estimator
        self._kernel = kernel
        self._memory = memory
        self._cross = np.zeros((n_representations, n_representations))
        self._scale = np.zeros(n_representations)
        self._faults: list[str | None] = [None] * n_representations

    def add(self, sources: Sequence[Representation]) -> None:
        """Add one batch, whole where that fits into the memory, else in panels of rows."""
        n, n_features = sources[0].n_images, max(source.n_features for source in sources)
        held = 8 * len(sources) * packed_size(n)
        each = 8 * (4 * n * n + n * n_features) + _WORKSPACE
        if held + each > self._memory:
            self._add_panels(sources)
            return
        with single_threaded_blas() as allowed:
            operations = n * n * sum(source.n_features for source in sources)
            wanted = allowed if operations > _WORTH_A_THREAD else 1
            threads = min(wanted, (self._memory - held) // each, len(sources))
            self._add_whole(sources, threads)

    def result(self) -> CkaMatrix:
        """Return the CKA of all pairs."""
        own = np.diagonal(self._cross)
        faults = [
            known or fault(True, hsic, scale)
            for known, hsic, scale in zip(self._faults, own, self._scale, strict=True)
        ]
        return ratios(self._cross, (own, own), (faults, faults))

    def _add_whole(self, sources: Sequence[Representation], threads: int) -> None:
        packed = np.zeros((len(sources), packed_size(sources[0].n_images)))
        edges = np.linspace(0, packed.shape[1], threads + 1).astype(int)
        parts = [packed[:, first:last] for first, last in pairwise(edges)]
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(self._pack, range(len(sources)), sources, packed))
            for products in pool.map(lambda part: part @ part.T, parts):
                self._cross += products

    def _pack(self, row: int, source: Representation, out: FloatArray) -> None:
        matrix = self._gram(row, source, np.arange(source.n_images))
        if matrix is not None:
            diagonal = np.diagonal(matrix)
            offsets = self._estimator.offsets(matrix.sum(axis=0), diagonal)
            pack(matrix, offsets, self._estimator.keeps_diagonal, out=out)
            self._scale[row] += diagonal @ diagonal

    def _gram(self, row: int, source: Representation, images: Batch) -> FloatArray | None:
        matrix = gram(source.rows(images))
        if not np.isfinite(np.diagonal(matrix)).all():
            self._faults[row] = "non-finite activation"
            return None
        if not isinstance(self._kernel, Rbf):
            return matrix
        try:
            return rbf_gram(matrix, self._kernel)
        except ValueError:
            self._faults[row] = NO_WIDTH
            return None

    def _add_panels(self, sources: Sequence[Representation]) -> None:
        n = sources[0].n_images
        chunk, panel_rows = self._panel_sizes(sources)
        grams = [StreamedGram(x, self._kernel, chunk=chunk, panel_rows=panel_rows) for x in sources]
        offsets = [self._estimator.offsets(x.row_sums, x.diagonal) for x in grams]
        for row, matrix in enumerate(grams):
            self._faults[row] = self._faults[row] or matrix.fault
            if matrix.fault is None:
                self._scale[row] += matrix.diagonal @ matrix.diagonal
        for start in range(0, n, panel_rows):
            stop = min(start + panel_rows, n)
            packed = np.zeros((len(sources), packed_size(stop - start, n - stop)))
            for row, matrix in enumerate(grams):
                if matrix.fault is None:
                    pack(
                        matrix.panel(start, stop),
                        offsets[row][start:],
                        self._estimator.keeps_diagonal,
                        out=packed[row],
                    )
            self._cross += packed @ packed.T

    def _panel_sizes(self, sources: Sequence[Representation]) -> tuple[int, int]:
        """Share the memory between the packed panels and the activations they are made from."""
        n, n_features = sources[0].n_images, max(source.n_features for source in sources)
        kept = sum(16 * x.n_features + 40 * n for x in sources) + 2 * 8 * n_features
        row = 8 * n * (len(sources) + 3)  # the packed one of each source, and one in the making
        activations = 24 * n_features  # of one image: as read, in float64, and in between
        free = self._memory - kept
        needed = kept + row + 4 * activations
        if self._memory < needed:
            raise ValueError(
                f"{self._memory} bytes of memory are too few for {len(sources)} representations "
                f"of {n} images; allow at least {needed}"
            )
        panel_rows = min(n, max(1, (free // 2) // (row + activations)))
        chunk = min(n, max(1, (free // 4) // activations))
        return int(chunk), int(panel_rows)


def _n_images(sources: Sequence[Representation]) -> int:
    numbers = sorted({source.n_images for source in sources})
    if len(numbers) != 1:
        listed = ", ".join(map(str, numbers))
        raise ValueError(f"representations must be of the same images, not of {listed} images")
    return numbers[0]


def _is_all(batch: Batch, n_images: int) -> bool:
    return len(batch) == n_images and bool((batch == np.arange(n_images)).all())
