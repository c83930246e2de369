"""The control: backpropagation through the code that carries every other rule."""

from torch import Tensor

from feedback_atlas.learning.layers import WEIGHT_SHAPED
from feedback_atlas.learning.rule import Rule


class Sham(Rule):
    """`sham`: the feedback is the weight itself, so that learning equals backpropagation."""

    id = "sham"
    layer_types = WEIGHT_SHAPED

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return the weight."""
        return weight
