"""The feedback weights of a converted network, taken out and put back.

Feedback that never changes is kept once a run; feedback that changes by itself belongs to the
state that a run resumes from.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from feedback_atlas.learning.layers import FeedbackLayer, feedback_layers


def export_feedback(model: nn.Module) -> dict[str, Tensor]:
    """Return the fixed feedback B0 that has been drawn, by layer name, as CPU copies.

    Empty for rules without fixed feedback. Tensors have the weight's shape, (d_out, d_in) for
    dense convolutions, or (classes, d_in) for direct feedback.
    """
    return {
        name: _kept(layer.own_feedback)
        for name, layer in feedback_layers(model).items()
        if layer.own_feedback is not None and not layer.rule.dynamic
    }


def import_feedback(model: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Put fixed feedback that `export_feedback` returned into a network of the same rule.

    Raises ValueError where a name is not a layer with fixed feedback, a shape does not fit, or a
    layer that has drawn its feedback is not named.
    """
    layers = {
        name: layer
        for name, layer in feedback_layers(model).items()
        if layer.rule.own_scale is not None and not layer.rule.dynamic
    }
    drawn = {name for name, layer in layers.items() if layer.own_feedback is not None}
    if unknown := sorted(set(tensors) - set(layers)):
        raise ValueError(
            f"the network has no layers {unknown} with fixed feedback; it has {sorted(layers)}"
        )
    if missing := sorted(drawn - set(tensors)):
        raise ValueError(f"the tensors lack the fixed feedback of layers {missing}")
    for name, tensor in tensors.items():
        _place(name, layers[name], tensor)


def export_changing_feedback(model: nn.Module) -> dict[str, Tensor]:
    """Return feedback that changes by itself, and how often each layer drew random numbers.

    Keys are "<layer>.weights" and "<layer>.draws"; tensors are CPU copies. Empty for rules whose
    feedback is fixed or follows from the weights.
    """
    state = {}
    for name, layer in _changing(model).items():
        state[f"{name}.draws"] = torch.tensor(layer.draws)
        if layer.own_feedback is not None:
            state[f"{name}.weights"] = _kept(layer.own_feedback)
    return state


def import_changing_feedback(model: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Put back what `export_changing_feedback` returned, into a network of the same rule.

    Raises ValueError where the state belongs to another network or rule.
    """
    layers = _changing(model)
    expected = set(export_changing_feedback(model))
    if set(state) != expected:
        raise ValueError(
            f"the changing feedback of this network is {sorted(expected)}, not {sorted(state)}"
        )
    for name, layer in layers.items():
        if f"{name}.weights" in state:
            _place(name, layer, state[f"{name}.weights"])
        layer.draws = int(state[f"{name}.draws"])


def _changing(model: nn.Module) -> dict[str, FeedbackLayer]:
    return {name: layer for name, layer in feedback_layers(model).items() if layer.rule.dynamic}


def _place(name: str, layer: FeedbackLayer, tensor: Tensor) -> None:
    if layer.own_feedback is not None:
        expected = tuple(layer.own_feedback.shape)
    elif not layer.needs_map_size:
        expected = tuple(layer.weight.shape)
    else:
        expected = tuple(tensor.shape)
    if tuple(tensor.shape) != expected:
        raise ValueError(
            f"the feedback of layer {name!r} has shape {tuple(tensor.shape)}; it must be {expected}"
        )
    layer.place(tensor)


def _kept(tensor: Tensor) -> Tensor:
    return tensor.detach().cpu().clone().contiguous()
