"""The architectures, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from feedback_atlas.server.catalog.records import INTERNAL


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network: its layers in order and the smallest image that it can take.

    ``residual``: whether connections go around layers.
    """

    id: str
    name: str
    description: str
    layers: tuple[str, ...]
    minimum_image_size: int
    residual: Annotated[bool, INTERNAL] = False


def _block_layers(*, stage: int, blocks: int, projected: bool = False) -> tuple[str, ...]:
    """List the convolutions of a ResNet's stage; ``projected``: with one in a shortcut."""
    names = [f"layer{stage}.{block}.conv{number}" for block in range(blocks) for number in (1, 2)]
    return (*names[:2], *([f"layer{stage}.0.downsample.0"] if projected else []), *names[2:])


ARCHITECTURES: dict[str, Architecture] = {
    architecture.id: architecture
    for architecture in (
        Architecture(
            id="moskovitz1",
            name="Moskovitz 1",
            description=(
                "Two 5×5 convolutions of 64 channels with max-pooling, "
                "then layers of 384 and 192 units."
            ),
            layers=("conv1", "conv2", "fc1", "fc2", "fc3"),
            minimum_image_size=16,
        ),
        Architecture(
            id="lenet5",
            name="LeNet-5",
            description=(
                "Two 5×5 convolutions of 6 and 16 channels with max-pooling, "
                "then layers of 120 and 84 units."
            ),
            layers=("conv1", "conv2", "fc1", "fc2", "fc3"),
            minimum_image_size=16,
        ),
        Architecture(
            id="mlp",
            name="MLP",
            description="Two hidden layers of 512 units, no convolution.",
            layers=("fc1", "fc2", "fc3"),
            minimum_image_size=1,
        ),
        Architecture(
            id="vgg8",
            name="VGG-8",
            description=(
                "Six 3×3 convolutions of 64 to 512 channels with batch normalisation and "
                "max-pooling, then a layer of 512 units."
            ),
            layers=("conv1", "conv2", "conv3", "conv4", "conv5", "conv6", "fc1", "fc2"),
            minimum_image_size=16,
        ),
        Architecture(
            id="resnet20",
            name="ResNet-20",
            description=(
                "Nine residual blocks of 16, 32 and 64 channels with batch normalisation; "
                "shortcuts without parameters."
            ),
            layers=(
                "conv1",
                *_block_layers(stage=1, blocks=3),
                *_block_layers(stage=2, blocks=3),
                *_block_layers(stage=3, blocks=3),
                "fc",
            ),
            minimum_image_size=5,
            residual=True,
        ),
        Architecture(
            id="resnet18",
            name="ResNet-18",
            description=(
                "Eight residual blocks of 64 to 512 channels with batch normalisation, and a 3×3 "
                "stem for small images; shortcuts that halve are 1×1 convolutions."
            ),
            layers=(
                "conv1",
                *_block_layers(stage=1, blocks=2),
                *_block_layers(stage=2, blocks=2, projected=True),
                *_block_layers(stage=3, blocks=2, projected=True),
                *_block_layers(stage=4, blocks=2, projected=True),
                "fc",
            ),
            minimum_image_size=9,
            residual=True,
        ),
    )
}
