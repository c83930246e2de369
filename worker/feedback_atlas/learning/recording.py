"""Measures of learning recorded during an ordinary training step."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from feedback_atlas.learning._transport import effective_feedback, transport
from feedback_atlas.learning.conversion import learning_layers
from feedback_atlas.learning.measures import local_angle, no_angle, sign_concordance, weight_angle
from feedback_atlas.learning.no_feedback_layers import CutLayer

Layer = nn.Conv2d | nn.Linear
Measures = dict[str, dict[str, float]]


@dataclass
class Recording:
    """The errors of one backward pass, layer by layer.

    errors: by layer name, the gradient at the layer's output, one entry for every call of the
    layer, the last call first. inputs: each layer's input, the first call first; layers whose input
    needs no gradient, such as the first, are left out: they pass no error down.
    delivered: the error that the rule delivered at those inputs, the last call first; without what
    reaches them from other layers.
    random_states: of PyTorch's global generators as the block began: of the CPU under None, then
    of the network's GPUs by number.
    """

    layers: dict[str, Layer]
    inputs: dict[str, list[Tensor]] = field(default_factory=dict)
    errors: dict[str, list[Tensor]] = field(default_factory=dict)
    delivered: dict[str, list[Tensor]] = field(default_factory=dict)
    random_states: dict[int | None, Tensor] = field(default_factory=dict)

    @torch.no_grad()
    def measures(self) -> Measures:
        """Return {measure: {layer: value}}; take it before the weights are updated.

        Measures: local_angle and weight_angle (degrees), norm_ratio (B^T d over W^T d),
        sign_concordance (share of entries) and zero_error_share (share of samples with no angle).
        A value that is undefined or not finite is left out.
        """
        table: Measures = {}
        for name in [name for name in self.layers if name in self.inputs]:
            for measure, value in self._measure(name).items():
                if value is not None and math.isfinite(value):
                    table.setdefault(measure, {})[name] = value
        return table

    def _measure(self, name: str) -> dict[str, float | None]:
        layer = self.layers[name]
        weight, feedback = layer.weight.detach(), effective_feedback(layer)
        if name not in self.errors:
            return {"zero_error_share": 1.0}
        if feedback.is_set_to(weight):
            local = no_angle(self._delivered(name))
            angle: float | None = 0.0
            concordance: float | None = 1.0
        else:
            local = local_angle(self._delivered(name), self._sent(name, weight))
            # Direct feedback starts at the output: to have the weight's shape means nothing.
            comparable = not isinstance(layer, CutLayer)
            angle = weight_angle(weight, feedback) if comparable else None
            concordance = sign_concordance(weight, feedback) if comparable else None
        return {
            "local_angle": local.degrees,
            "norm_ratio": local.norm_ratio,
            "zero_error_share": local.zero_error_share,
            "weight_angle": angle,
            "sign_concordance": concordance,
        }

    def _delivered(self, name: str) -> Tensor:
        # Where no error is handed down there is none, not even of a layer that sends zeros.
        calls = self.delivered.get(name) or [torch.zeros_like(x) for x in self.inputs[name]]
        return calls[0] if len(calls) == 1 else torch.cat(calls[::-1])

    def _sent(self, name: str, feedback: Tensor) -> Tensor:
        # Gradients arrive in the reverse order of the calls.
        calls = zip(reversed(self.errors[name]), self.inputs[name], strict=True)
        sent = [transport(self.layers[name], feedback, d, x) for d, x in calls]
        return sent[0] if len(sent) == 1 else torch.cat(sent)


@contextmanager
def record(model: nn.Module) -> Iterator[Recording]:
    """Record the errors of the forward and backward pass made inside the `with` block.

    model: a network, converted or plain. Yields a `Recording`, to be read after the backward pass.
    Recording reads only: it draws no random number and changes no gradient by a bit.
    """
    layers = learning_layers(model)
    recording = Recording(layers, random_states=_random_states(layers))
    handles = [
        handle for name, layer in layers.items() for handle in _watch(recording, name, layer)
    ]
    try:
        yield recording
    finally:
        for handle in handles:
            handle.remove()


def _random_states(layers: dict[str, Layer]) -> dict[int | None, Tensor]:
    states: dict[int | None, Tensor] = {None: torch.get_rng_state()}
    for device in {layer.weight.device for layer in layers.values()}:
        if device.type == "cuda":
            states[device.index] = torch.cuda.get_rng_state(device)
    return states


def _watch(
    recording: Recording, name: str, layer: Layer
) -> list[torch.utils.hooks.RemovableHandle]:
    def keep_error(error: Tensor) -> None:
        recording.errors.setdefault(name, []).append(error.detach())

    def keep_delivered(error: Tensor) -> None:
        recording.delivered.setdefault(name, []).append(error.detach())

    def keep_input(_: nn.Module, args: tuple[Tensor, ...]) -> Tensor:
        (x,) = args
        if not (x.requires_grad and torch.is_grad_enabled()):
            return x
        recording.inputs.setdefault(name, []).append(x.detach())
        # The layer's own view of its input: what arrives there comes from this layer alone.
        own: Tensor = torch.ops.aten.alias(x)
        own.register_hook(keep_delivered)  # type: ignore[no-untyped-call]
        return own

    def keep_output(_: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> None:
        if output.requires_grad:
            output.register_hook(keep_error)  # type: ignore[no-untyped-call]

    return [
        layer.register_forward_pre_hook(keep_input),
        layer.register_forward_hook(keep_output),
    ]
