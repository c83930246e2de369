"""The architectures by id."""

from collections.abc import Mapping

import torch
from torch import nn

from feedback_atlas.models.architecture import Architecture, initialise
from feedback_atlas.models.lenet5 import LENET5
from feedback_atlas.models.mlp import MLP
from feedback_atlas.models.moskovitz1 import MOSKOVITZ1
from feedback_atlas.models.resnet18 import RESNET18
from feedback_atlas.models.resnet20 import RESNET20
from feedback_atlas.models.vgg8 import VGG8

ARCHITECTURES: Mapping[str, Architecture] = {
    architecture.name: architecture
    for architecture in (MOSKOVITZ1, LENET5, MLP, VGG8, RESNET20, RESNET18)
}


def build(
    architecture: str,
    *,
    in_channels: int = 3,
    image_size: int = 24,
    num_classes: int = 10,
    generator: torch.Generator | None = None,
) -> nn.Module:
    """Build a network with PyTorch's default initialisation, on the CPU.

    architecture: an id, such as "moskovitz1". in_channels: 1 for grey images, 3 for colour.
    image_size: side of the square images in pixels. num_classes: length of the output.
    generator: CPU generator that the weights depend on, and on nothing else; None is PyTorch's
        global one.

    Returns the network. Raises ValueError for an unknown architecture or a number out of range.
    """
    if architecture not in ARCHITECTURES:
        raise ValueError(
            f"unknown architecture {architecture!r}; it must be one of {', '.join(ARCHITECTURES)}"
        )
    design = ARCHITECTURES[architecture]
    if image_size < design.smallest_image:
        raise ValueError(
            f"image_size is {image_size}; {architecture} needs images of at least "
            f"{design.smallest_image} pixels"
        )
    if in_channels < 1:
        raise ValueError(f"in_channels is {in_channels}; it must be at least 1")
    if num_classes < 2:
        raise ValueError(f"num_classes is {num_classes}; it must be at least 2")
    # Built without values first, so that PyTorch's own initialisation does not touch the global
    # random generator.
    with torch.device("meta"):
        model = design.make(in_channels, image_size, num_classes)
    model.to_empty(device="cpu")
    initialise(model, generator)
    return model
