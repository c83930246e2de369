"""A data set of images in memory."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from feedback_atlas.data.augmentation import centre_crop, normalise


class DataError(Exception):
    """A data set that cannot be used; the message says what is wrong and what would be right."""


class Split(NamedTuple):
    """Images (n, channels, height, width), uint8, with labels (n,), int64."""

    images: Tensor
    labels: Tensor


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImageData:
    """Images and labels, split into training, validation and test sets.

    name: the data set's id. train, val, test: the three splits.
    class_names: one for each label. mean, std: per channel, of pixel values in [0, 1].
    flip: whether a mirrored image is still of its class (not so for digits).
    sha256: hash of the images, labels and class names, as hexadecimal digits.
    """

    name: str
    train: Split
    val: Split
    test: Split
    class_names: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    flip: bool
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", self._hash())

    @property
    def channels(self) -> int:
        """Number of channels: 1 for grey images, 3 for colour."""
        return self.train.images.shape[1]

    @property
    def image_size(self) -> int:
        """Side of the stored square images in pixels."""
        return self.train.images.shape[-1]

    def inputs(self, images: Tensor, size: int) -> Tensor:
        """Return centre crops of images as networks take them: (n, channels, size, size) float32.

        images: (n, channels, height, width) uint8, on any device. size: side in pixels.
        """
        return normalise(centre_crop(images, size), self.mean, self.std)

    def _hash(self) -> str:
        digest = hashlib.sha256("\n".join(self.class_names).encode())
        for split in (self.train, self.val, self.test):
            for tensor in split:
                digest.update(repr((tuple(tensor.shape), str(tensor.dtype))).encode())
                digest.update(tensor.contiguous().numpy().data)
        return digest.hexdigest()


def channel_statistics(images: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the mean and standard deviation of each channel, of pixel values in [0, 1].

    images: (n, channels, height, width) uint8. Exact: counts of the 256 values, in float64.
    """
    values = torch.arange(256, dtype=torch.float64) / 255
    means, stds = [], []
    for channel in range(images.shape[1]):
        counts = torch.bincount(images[:, channel].reshape(-1), minlength=256).double()
        shares = counts / counts.sum()
        mean = float((shares * values).sum())
        means.append(mean)
        std = float((shares * (values - mean).square()).sum().sqrt())
        # A channel that is the same everywhere tells nothing; it becomes 0, not 0 / 0.
        stds.append(std or 1.0)
    return tuple(means), tuple(stds)
