"""Weight mirror: the feedback learns the weight from noise sent through the layer."""

import torch
from torch import Tensor, nn

from feedback_atlas.learning.layers import WEIGHT_SHAPED
from feedback_atlas.learning.rule import ConvertedLayer, RandomFeedback

# Noise vectors in one step of mirroring; more follow the weight more closely and take longer.
SAMPLES = 512


class WeightMirror(RandomFeedback):
    """`weight_mirror`: after every update, noise x goes through W, and B moves towards <W x x^T>.

    B <- (1 - r) B + r W X X^T / m, for X of m standard normal columns and r the share
    `mirror_rate`. The mean of W X X^T / m is W, so that B comes to fluctuate around W itself.
    A convolution is mirrored at one position of its map: noise patches of the kernel's size. The
    noise in B leaves an angle to even a constant W, about atan(sqrt(r / (2 - r) fan_in / m)):
    16 degrees for a fan-in of 1600 at the default rate, with 512 noise vectors a step.

    Source: Akrout et al. 2019 (weight mirrors, mirror mode), who send uniform noise through the
    layer with its nonlinearity and let B grow; here the layer is linear, and a decay equal to the
    rate makes W the fixed point of B.
    """

    id = "weight_mirror"
    layer_types = WEIGHT_SHAPED
    dynamic = True
    capturable = False

    def __init__(self, *, feedback_scale: float = 0.1, mirror_rate: float = 0.05) -> None:
        super().__init__(feedback_scale=feedback_scale)
        if not 0 < mirror_rate <= 1:
            raise ValueError(f"mirror_rate is {mirror_rate}; it must be above 0 and at most 1")
        self.mirror_rate = mirror_rate

    def update(self, layer: ConvertedLayer, before: Tensor) -> None:
        """Take one step in mirror mode."""
        own = layer.own_feedback
        if own is None:
            return
        groups = layer.groups if isinstance(layer, nn.Conv2d) else 1
        kernels = layer.weight.reshape(groups, len(layer.weight) // groups, -1)
        drawn = torch.randn(groups, kernels.shape[2], SAMPLES, generator=layer.next_generator())
        noise = drawn.to(kernels.device, kernels.dtype)
        seen = (kernels @ noise) @ noise.transpose(1, 2) / SAMPLES
        own.lerp_(seen.reshape(own.shape), self.mirror_rate)
