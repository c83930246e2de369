"""Place where a network stopped giving numbers, in words for a person."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from feedback_atlas.learning import learning_layers, settings_of, watching
from feedback_atlas.training.observer import TrainingError
from feedback_atlas.training.spec import TrainingSpec


def diverged(
    model: nn.Module, inputs: Tensor, what: str, step: int, spec: TrainingSpec
) -> TrainingError:
    """Return the error to raise: what was seen, at which step, in which layer, and a hint.

    inputs: (n, channels, height, width), what the network was seeing. what: "the loss became nan".
    """
    broken = broken_layers(model)
    where = gradient_of(broken) if broken else _first_output(model, inputs)
    return divergence_error(where, what, step, spec)


def divergence_error(where: str, what: str, step: int, spec: TrainingSpec) -> TrainingError:
    """Return the error to raise for what was seen at a step, with a hint that fits the rule."""
    hint = f"Try a learning rate below {spec.lr:g}"
    if "feedback_scale" in settings_of(spec.rule):
        scale = spec.settings.get("feedback_scale")
        hint += " or another feedback scale" + ("" if scale is None else f" than {scale:g}")
    return TrainingError(f"{what} at step {step}: {where}; the weights have diverged. {hint}")


def gradient_of(names: Sequence[str]) -> str:
    """Say which gradient broke, for the layers whose weights are not finite, in forward order.

    Weights that are not finite came from a gradient that was not, at the update before. The
    backward pass met the last of these layers first; it handed the rest down.
    """
    return f"the gradient of layer {names[-1]!r} was not finite"


def broken_layers(model: nn.Module) -> list[str]:
    """Return the layers with a parameter that is not finite, in the order of definition."""
    return [
        name
        for name, layer in learning_layers(model).items()
        if not all(parameter.isfinite().all() for parameter in layer.parameters())
    ]


def _first_output(model: nn.Module, inputs: Tensor) -> str:
    """Name the first layer, in the order of computing, whose output is not finite."""
    found: list[str] = []
    layers = learning_layers(model)

    def inspect(name: str, _input: Tensor, output: Tensor) -> None:
        if not output.isfinite().all():
            found.append(name)

    with watching(layers, inspect), torch.no_grad():
        model(inputs)
    if found:
        return f"the output of layer {found[0]!r} is the first that is not finite"
    return f"the outputs of layer {list(layers)[-1]!r} are too large"
