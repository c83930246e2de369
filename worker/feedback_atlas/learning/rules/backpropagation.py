"""Backpropagation: the error goes down through the weight itself."""

from types import MappingProxyType

from torch import Tensor

from feedback_atlas.learning.rule import Rule


class Backpropagation(Rule):
    """`bp`: leaves the plain layers as they are (Rumelhart, Hinton & Williams 1986)."""

    id = "bp"
    layer_types = MappingProxyType({})

    def feedback(self, weight: Tensor, own: Tensor | None) -> Tensor:
        """Return the weight."""
        return weight
