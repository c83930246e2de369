"""Crops, flips and normalisation of whole batches in memory, on any device."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Crops(NamedTuple):
    """Crops of a batch.

    rows, columns: (n,) int64, the top left pixels. mirrored: (n,) bool, the crops to mirror; None
    mirrors none.
    """

    rows: Tensor
    columns: Tensor
    mirrored: Tensor | None


def draw_crops(
    image_size: tuple[int, int], size: int, count: int, *, flip: bool, generator: torch.Generator
) -> Crops:
    """Draw a random square crop for each image of a batch.

    image_size: (height, width) of the images. size: side of the crops in pixels.
    count: images in the batch. flip: whether to mirror half of them left to right.
    generator: a CPU generator, so that every device gets the same crops.
    """
    rows, columns = (
        torch.randint(side - size + 1, (count,), generator=generator) for side in image_size
    )
    return Crops(rows, columns, torch.rand(count, generator=generator) < 0.5 if flip else None)


def take_crops(images: Tensor, indices: Tensor, crops: Crops, size: int) -> Tensor:
    """Take a crop of each chosen image.

    images: (N, channels, height, width), all of them, on any device. indices: (n,) int64 choice.

    Returns (n, channels, size, size) in the images' dtype.
    """
    # One gather from a view of every possible crop: choosing the images first was slower.
    windows = images.unfold(2, size, 1).unfold(3, size, 1)
    device = images.device
    taken = windows[indices.to(device), :, crops.rows.to(device), crops.columns.to(device)]
    if crops.mirrored is None:
        return taken
    return torch.where(crops.mirrored.to(device)[:, None, None, None], taken.flip(-1), taken)


def random_crops(
    images: Tensor, indices: Tensor, size: int, *, flip: bool, generator: torch.Generator
) -> Tensor:
    """Take a random square crop of each chosen image; see `draw_crops` and `take_crops`."""
    height, width = images.shape[-2:]
    crops = draw_crops((height, width), size, len(indices), flip=flip, generator=generator)
    return take_crops(images, indices, crops, size)


def centre_crop(images: Tensor, size: int) -> Tensor:
    """Return the central size x size pixels of images (n, channels, height, width), as a view."""
    top, left = ((side - size) // 2 for side in images.shape[-2:])
    return images[..., top : top + size, left : left + size]


def normalise(
    images: Tensor, mean: Sequence[float] | Tensor, std: Sequence[float] | Tensor
) -> Tensor:
    """Return (images / 255 - mean) / std as float32, in the channels-last memory layout.

    images: (n, channels, height, width) uint8. mean, std: per channel, for values in [0, 1].
    """
    means = torch.as_tensor(mean, device=images.device)[:, None, None]
    stds = torch.as_tensor(std, device=images.device)[:, None, None]
    # Convolutions on the CPU are a quarter faster on channels-last input.
    pixels = images.to(torch.float32, memory_format=torch.channels_last, copy=True)
    return pixels.sub_(means * 255).div_(stds * 255)
