"""Measures against backpropagation itself: its errors and gradients on the same weights and batch.

The twin is the very same network, for one pass made of the plain layers that it was converted
from. Its pass leaves no trace: gradients, running statistics and random streams stay as they were.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from feedback_atlas.learning.layers import feedback_layers
from feedback_atlas.learning.measures import local_angle, no_angle
from feedback_atlas.learning.recording import Layer, Measures, Recording, record

# The key of the update angle over the parameters of all layers together.
ALL_LAYERS = "all"

Gradients = dict[nn.Parameter, Tensor]


def global_measures(
    model: nn.Module, recording: Recording, loss_of: Callable[[], Tensor]
) -> Measures:
    """Return {measure: {layer: value}} of a rule's errors and gradients against backpropagation's.

    model: after a backward pass by its rule, before the update, with gradients in `.grad`.
    recording: of that pass. loss_of: makes the same forward pass again, and returns its loss.

    Measures: global_angle (degrees, at each layer's output, mean over samples; between errors, as
    Lillicrap et al. 2016 compare them), global_zero_error_share (share of samples without one) and
    update_angle (degrees, of each layer's weight and bias gradient together; over the parameters
    of all layers under "all"). A value that is undefined is left out.
    """
    updates: Gradients = {
        parameter: torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        for layer in recording.layers.values()
        for parameter in layer.parameters()
    }
    if feedback_layers(model):
        twin, true_updates = _backpropagate(model, recording, list(updates), loss_of)
    else:
        twin, true_updates = recording, updates
    table: Measures = {}
    for name in [name for name in recording.layers if name in twin.errors]:
        true_errors = twin.errors[name]
        found = recording.errors.get(name, [torch.zeros_like(error) for error in true_errors])
        degrees, zeros = _angle(torch.cat(found), torch.cat(true_errors))
        _enter(table, "global_angle", name, degrees)
        _enter(table, "global_zero_error_share", name, zeros)
    groups: dict[str, list[Layer]] = {name: [layer] for name, layer in recording.layers.items()}
    groups[ALL_LAYERS] = list(recording.layers.values())
    for name, layers in groups.items():
        degrees, _ = _angle(_joined(updates, layers), _joined(true_updates, layers))
        _enter(table, "update_angle", name, degrees)
    return table


@contextmanager
def backpropagating(model: nn.Module) -> Iterator[None]:
    """Make every layer of a converted network its plain self inside the `with` block.

    Weights, gradients and running statistics are shared; the classes return after an error, too.
    """
    layers = [(layer, type(layer)) for layer in feedback_layers(model).values()]
    for layer, _ in layers:
        layer.__class__ = layer.plain_class()
    try:
        yield
    finally:
        for layer, converted in layers:
            layer.__class__ = converted


def _backpropagate(
    model: nn.Module,
    recording: Recording,
    parameters: list[nn.Parameter],
    loss_of: Callable[[], Tensor],
) -> tuple[Recording, Gradients]:
    with _untouched(model, recording), backpropagating(model), record(model) as twin:
        loss = loss_of()
        # A backward pass that leaves `.grad` alone.
        found = torch.autograd.grad(loss, parameters, materialize_grads=True)
    return twin, dict(zip(parameters, found, strict=True))


@contextmanager
def _untouched(model: nn.Module, recording: Recording) -> Iterator[None]:
    """Draw what the recorded pass drew; put running statistics and random streams back after."""
    persistent = model.state_dict().keys()
    kept = [(b, b.clone()) for name, b in model.named_buffers() if name in persistent]
    with torch.random.fork_rng(devices=list(recording.random_states)[1:]):
        for device, state in recording.random_states.items():
            if device is None:
                torch.set_rng_state(state)
            else:
                torch.cuda.set_rng_state(state, device)
        yield
    for buffer, value in kept:
        buffer.copy_(value)


def _joined(gradients: Mapping[nn.Parameter, Tensor], layers: list[Layer]) -> Tensor:
    return torch.cat([gradients[p].flatten() for layer in layers for p in layer.parameters()])[None]


def _angle(by_rule: Tensor, by_twin: Tensor) -> tuple[float | None, float]:
    # Equal to the bit is no angle at all, where rounding would make it a millionth of a degree.
    same = torch.equal(by_rule, by_twin)
    angle = no_angle(by_twin) if same else local_angle(by_rule, by_twin)
    return angle.degrees, angle.zero_error_share


def _enter(table: Measures, measure: str, name: str, value: float | None) -> None:
    if value is not None and math.isfinite(value):
        table.setdefault(measure, {})[name] = value
