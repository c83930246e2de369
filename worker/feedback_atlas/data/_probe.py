"""The probe: the fixed images on which representations are compared."""

import hashlib
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from feedback_atlas.data.image_data import ImageData
from feedback_atlas.data.splitting import stratified_choice

_PROBE_SEED = 2605_08564


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """Images of the test set, ordered by class.

    images: (n, channels, height, width) uint8, as stored. labels: (n,) int64.
    indices: (n,) int64 positions in the test set.
    sha256: hash of images, labels and indices, as hexadecimal digits.
    """

    images: Tensor
    labels: Tensor
    indices: Tensor
    sha256: str


def probe(data: ImageData, size: int) -> Probe:
    """Choose a data set's probe: the same images for every run, whatever its seed.

    size: number of images; each class keeps its share of the test set.

    Returns the probe, ordered by class and then by position. Raises ValueError where the test set
    has fewer images or size is below 1.
    """
    indices = stratified_choice(data.test.labels, size, np.random.default_rng(_PROBE_SEED))
    indices = indices[data.test.labels[indices].argsort(stable=True)]
    images, labels = data.test.images[indices], data.test.labels[indices]
    digest = hashlib.sha256(repr(tuple(images.shape)).encode())
    for tensor in (images, labels, indices):
        digest.update(tensor.numpy().tobytes())
    return Probe(images, labels, indices, digest.hexdigest())
