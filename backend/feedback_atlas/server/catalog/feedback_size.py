"""The size of the feedback weights that a learning rule stores."""

from __future__ import annotations

from collections.abc import Sequence

from feedback_atlas.server.catalog import Rule
from feedback_atlas.server.catalog.layer_sizes import LayerSize

_BYTES = 4  # float32


def feedback_bytes(rule: Rule, layers: Sequence[LayerSize]) -> int:
    """Return the bytes of one network's feedback weights; 0 if feedback follows from the weights.

    The first layer has none: no error goes below it. Dense feedback of a convolution connects
    every unit of its input to every unit of its output, which soon fills the memory.
    """
    if rule.stored_feedback == "never":
        return 0
    hidden, classes = layers[1:], layers[-1].units_out
    entries = {
        "kernels": sum(layer.weights for layer in hidden),
        "dense maps": sum(layer.units_in * layer.units_out for layer in hidden),
        "output projections": sum(layer.units_in * classes for layer in hidden),
        "none": 0,
    }[rule.feedback_structure]
    return entries * _BYTES
