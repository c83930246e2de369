"""Data that training tests share."""

import pytest
import torch

from feedback_atlas.data import ImageData, Split
from feedback_atlas.data import load as load_data


@pytest.fixture(scope="module")
def digits() -> ImageData:
    return load_data("digits")


@pytest.fixture(scope="module")
def few() -> ImageData:
    """300 random colour images of 20 pixels, which 18-pixel crops and flips vary."""
    generator = torch.Generator().manual_seed(0)

    def split(count: int) -> Split:
        images = torch.randint(256, (count, 3, 20, 20), generator=generator, dtype=torch.uint8)
        return Split(images, torch.arange(count) % 3)

    return ImageData(
        name="few",
        train=split(300),
        val=split(30),
        test=split(30),
        class_names=("a", "b", "c"),
        mean=(0.5, 0.5, 0.5),
        std=(0.3, 0.3, 0.3),
        flip=True,
    )
