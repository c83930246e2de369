"""Sizes of networks, computed without torch: parameters and units of each layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LayerSize:
    """One layer: how many parameters, and how many numbers go in and out for one image."""

    name: str
    parameters: int
    units_in: int
    units_out: int


def _moskovitz1(channels: int, image_size: int, classes: int) -> tuple[LayerSize, ...]:
    first = image_size - 4
    pooled = first // 2
    second = pooled - 4
    flat = 64 * (second // 2) ** 2
    return (
        LayerSize("conv1", 64 * channels * 25 + 64, channels * image_size**2, 64 * first**2),
        LayerSize("conv2", 64 * 64 * 25 + 64, 64 * pooled**2, 64 * second**2),
        LayerSize("fc1", flat * 384 + 384, flat, 384),
        LayerSize("fc2", 384 * 192 + 192, 384, 192),
        LayerSize("fc3", 192 * classes + classes, 192, classes),
    )


_GEOMETRIES: dict[str, Callable[[int, int, int], tuple[LayerSize, ...]]] = {
    "moskovitz1": _moskovitz1,
}


def layer_sizes(
    architecture: str, *, channels: int, image_size: int, classes: int
) -> tuple[LayerSize, ...]:
    """Sizes of an architecture's layers in order, for images of ``image_size`` pixels a side."""
    return _GEOMETRIES[architecture](channels, image_size, classes)
