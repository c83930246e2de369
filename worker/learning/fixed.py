"""The fixed random feedback of a converted network, taken out and put back."""

from collections.abc import Mapping

from torch import Tensor, nn

from worker.learning.layers import FeedbackLayer


def export_feedback(model: nn.Module) -> dict[str, Tensor]:
    """Return the fixed feedback B0 that has been drawn, by layer name, as CPU copies.

    Empty for rules without fixed feedback. Tensors have the weight's shape, or (d_out, d_in) for
    dense convolutions.
    """
    return {
        name: layer.fixed_feedback.detach().cpu().clone().contiguous()
        for name, layer in _feedback_layers(model).items()
        if layer.fixed_feedback is not None
    }


def import_feedback(model: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Put fixed feedback that `export_feedback` returned into a network of the same rule.

    Raises ValueError where a name is not a layer with fixed feedback, a shape does not fit, or a
    layer that has drawn its feedback is not named.
    """
    layers = {
        name: layer
        for name, layer in _feedback_layers(model).items()
        if layer.rule.fixed_scale is not None
    }
    drawn = {name for name, layer in layers.items() if layer.fixed_feedback is not None}
    if unknown := sorted(set(tensors) - set(layers)):
        raise ValueError(
            f"the network has no layers {unknown} with fixed feedback; it has {sorted(layers)}"
        )
    if missing := sorted(drawn - set(tensors)):
        raise ValueError(f"the tensors lack the fixed feedback of layers {missing}")
    for name, tensor in tensors.items():
        layer = layers[name]
        if layer.fixed_feedback is not None:
            expected = tuple(layer.fixed_feedback.shape)
        elif not layer.needs_map_size:
            expected = tuple(layer.weight.shape)
        else:
            expected = tuple(tensor.shape)
        if tuple(tensor.shape) != expected:
            raise ValueError(
                f"the fixed feedback of layer {name!r} has shape {tuple(tensor.shape)}; "
                f"it must be {expected}"
            )
        layer.place(tensor)


def _feedback_layers(model: nn.Module) -> dict[str, FeedbackLayer]:
    return {
        name: module for name, module in model.named_modules() if isinstance(module, FeedbackLayer)
    }
