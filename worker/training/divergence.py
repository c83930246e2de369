"""Where a network stopped giving numbers, said to a person."""

import torch
from torch import Tensor, nn

from worker.learning import learning_layers
from worker.training.observer import TrainingError
from worker.training.spec import TrainingSpec


def diverged(
    model: nn.Module, inputs: Tensor, what: str, step: int, spec: TrainingSpec
) -> TrainingError:
    """Return the error to raise: what was seen, at which step, in which layer, and a hint.

    inputs: (n, channels, height, width), what the network was seeing. what: "the loss became nan".
    """
    return TrainingError(
        f"{what} at step {step}: {_first_layer(model, inputs)}; the weights have diverged. Try a "
        f"learning rate below {spec.lr:g} or a feedback scale other than {spec.feedback_scale:g}"
    )


def _first_layer(model: nn.Module, inputs: Tensor) -> str:
    """Name the first layer, in the order of computing, whose weights or output are not finite.

    Weights that are not finite came from a gradient that was not, at the update before.
    """
    found: list[str] = []
    layers = learning_layers(model)

    def inspect(name: str, layer: nn.Module, output: Tensor) -> None:
        if not all(parameter.isfinite().all() for parameter in layer.parameters()):
            found.append(f"the gradient of layer {name!r} was the first that was not finite")
        elif not output.isfinite().all():
            found.append(f"the output of layer {name!r} is the first that is not finite")

    handles = [
        layer.register_forward_hook(
            lambda module, _, output, name=name: inspect(name, module, output)
        )
        for name, layer in layers.items()
    ]
    try:
        with torch.no_grad():
            model(inputs)
    finally:
        for handle in handles:
            handle.remove()
    return found[0] if found else f"the outputs of layer {list(layers)[-1]!r} are too large"
