"""The control: the value of random hidden layers."""

import torch
from torch import Tensor

from feedback_atlas.learning.no_feedback_layers import CUT, CutRule


class ReadoutOnly(CutRule):
    """`readout_only`: the last layer learns from the true error; nothing reaches those below it.

    Parameters below the last layer get no gradient at all, so that an optimiser neither moves nor
    decays them.
    """

    id = "readout_only"
    layer_types = CUT

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return zeros of the weight's shape."""
        return torch.zeros_like(weight)
