"""A trained network restored from its stored weights."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from feedback_atlas.data import ImageData
from feedback_atlas.models import build


def restored_network(
    architecture: str,
    weights: Mapping[str, Tensor],
    data: ImageData,
    image_size: int,
    device: torch.device,
) -> nn.Module:
    """Build the network that a checkpoint's weights belong to, to look at what it represents.

    A learning rule changes the backward pass alone, so that the network needs no feedback here.

    architecture: its id. weights: the state_dict that an Observer was given. data: gives channels
    and classes. image_size: side of the crops in pixels.

    Returns the network in evaluation mode, laid out in memory as it was in training so that its
    representations are the same to the bit. Raises ValueError where the weights are another
    network's.
    """
    model = build(
        architecture,
        in_channels=data.channels,
        image_size=image_size,
        num_classes=len(data.class_names),
        generator=torch.Generator(),
    )
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise ValueError(
            f"the checkpoint does not belong to a network {architecture} of {data.channels} "
            f"channels, {image_size} pixels and {len(data.class_names)} classes: {error}"
        ) from error
    return model.eval().to(device).to(memory_format=torch.channels_last)
