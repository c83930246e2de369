"""Weight mirror: the feedback learns the weight from noise sent through the layer."""

import torch
from torch import Tensor, nn

from worker.learning.layers import WEIGHT_SHAPED, FeedbackLayer
from worker.learning.rule import Rule, RuleSettings

# Noise vectors in one step of mirroring; more follow the weight more closely and take longer.
SAMPLES = 128


class WeightMirror(Rule):
    """`weight_mirror`: after every update, noise x goes through W, and B moves towards <W x x^T>.

    B <- (1 - r) B + r W X X^T / m, for X of m standard normal columns and r the setting
    `mirror_rate`. The mean of W X X^T / m is W, so that B comes to fluctuate around W itself.
    A convolution is mirrored at one position of its map: noise patches of the kernel's size.

    Source: Akrout et al. 2019 (weight mirrors, mirror mode), with the decay that bounds B equal to
    the rate, which makes W the fixed point instead of a multiple of it.
    """

    id = "weight_mirror"
    layer_types = WEIGHT_SHAPED
    dynamic = True

    def __init__(self, settings: RuleSettings) -> None:
        super().__init__(settings)
        self.own_scale = settings.feedback_scale

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return B."""
        assert own is not None
        return own

    def update(self, layer: FeedbackLayer, before: Tensor) -> None:
        """Take one step in mirror mode."""
        own = layer.own_feedback
        if own is None:
            return
        groups = layer.groups if isinstance(layer, nn.Conv2d) else 1
        kernels = layer.weight.reshape(groups, len(layer.weight) // groups, -1)
        drawn = torch.randn(groups, kernels.shape[2], SAMPLES, generator=layer.next_generator())
        noise = drawn.to(kernels.device, kernels.dtype)
        seen = (kernels @ noise) @ noise.transpose(1, 2) / SAMPLES
        own.lerp_(seen.reshape(own.shape), self.settings.mirror_rate)
