"""Base class of the architectures, and the first weights of their networks."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network design.

    name: its id. smallest_image: the least image side in pixels that leaves no map empty, and no
        map before a batch normalisation a single value, which has no variance.
    make: builds it from (in_channels, image_size, num_classes).
    """

    name: str
    smallest_image: int
    make: Callable[[int, int, int], nn.Module]


def initialise(model: nn.Module, generator: torch.Generator | None) -> None:
    """Give every layer PyTorch's default initialisation, in the order of definition.

    generator: CPU generator to draw from; None is PyTorch's global one. Weights and biases of
    Conv2d and Linear layers are uniform in +-1/sqrt(fan_in) (He et al. 2015 with a = sqrt(5), as
    torch.nn does) in every architecture, so that rules meet the same weights in all of them.
    Batch normalisation starts as the identity and draws nothing.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_uniform_(module.weight, a=math.sqrt(5), generator=generator)
            if module.bias is not None:
                bound = 1 / math.sqrt(module.weight[0].numel())
                nn.init.uniform_(module.bias, -bound, bound, generator=generator)
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
