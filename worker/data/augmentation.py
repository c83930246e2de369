"""Crops, flips and normalisation of whole batches in memory, on any device."""

from collections.abc import Sequence

import torch
from torch import Tensor


def random_crops(
    images: Tensor, indices: Tensor, size: int, *, flip: bool, generator: torch.Generator
) -> Tensor:
    """Take a random square crop of each chosen image, mirrored at random.

    images: (N, channels, height, width), all of them, on any device. indices: (n,) int64 choice.
    size: side of the crops in pixels. flip: whether to mirror half of them left to right.
    generator: a CPU generator, so that every device gets the same crops.

    Returns (n, channels, size, size) in the images' dtype.
    """
    height, width = images.shape[-2:]
    count = len(indices)
    rows = torch.randint(height - size + 1, (count,), generator=generator)
    columns = torch.randint(width - size + 1, (count,), generator=generator)
    # One gather from a view of every possible crop: choosing the images first was slower.
    windows = images.unfold(2, size, 1).unfold(3, size, 1)
    device = images.device
    crops = windows[indices.to(device), :, rows.to(device), columns.to(device)]
    if flip:
        mirrored = (torch.rand(count, generator=generator) < 0.5).to(device)
        crops = torch.where(mirrored[:, None, None, None], crops.flip(-1), crops)
    return crops


def centre_crop(images: Tensor, size: int) -> Tensor:
    """Return the central size x size pixels of images (n, channels, height, width), as a view."""
    top, left = ((side - size) // 2 for side in images.shape[-2:])
    return images[..., top : top + size, left : left + size]


def normalise(images: Tensor, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """Return (images / 255 - mean) / std as float32, in the channels-last memory layout.

    images: (n, channels, height, width) uint8. mean, std: per channel, for values in [0, 1].
    """
    means = torch.tensor(mean, device=images.device)[:, None, None]
    stds = torch.tensor(std, device=images.device)[:, None, None]
    # Convolutions on the CPU are a quarter faster on channels-last input.
    pixels = images.to(torch.float32, memory_format=torch.channels_last, copy=True)
    return pixels.sub_(means * 255).div_(stds * 255)
