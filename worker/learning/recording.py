"""Recording the measures of learning during an ordinary training step."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from worker.learning.conversion import learning_layers
from worker.learning.measures import local_angle, no_angle, sign_concordance, weight_angle
from worker.learning.transport import effective_feedback, transport

Layer = nn.Conv2d | nn.Linear


@dataclass
class Recording:
    """The errors of one backward pass, layer by layer.

    inputs, errors: by layer name, each layer's input and the gradient at its output, one entry
    for every call of the layer. Layers whose input needs no gradient, such as the first, are left
    out: they pass no error down.
    """

    layers: dict[str, Layer]
    inputs: dict[str, list[Tensor]] = field(default_factory=dict)
    errors: dict[str, list[Tensor]] = field(default_factory=dict)

    @torch.no_grad()
    def measures(self) -> dict[str, dict[str, float]]:
        """Return {measure: {layer: value}}; take it before the weights are updated.

        Measures: local_angle and weight_angle (degrees), norm_ratio (B^T d over W^T d),
        sign_concordance (share of entries) and zero_error_share (share of samples with no angle).
        A value that is undefined or not finite is left out.
        """
        table: dict[str, dict[str, float]] = {}
        for name in self.layers:
            if name not in self.errors:
                continue
            for measure, value in self._measure(name, self.errors[name]).items():
                if value is not None and math.isfinite(value):
                    table.setdefault(measure, {})[name] = value
        return table

    def _measure(self, name: str, errors: list[Tensor]) -> dict[str, float | None]:
        layer = self.layers[name]
        weight, feedback = layer.weight.detach(), effective_feedback(layer)
        # Gradients arrive in the reverse order of the calls.
        calls = list(zip(reversed(errors), self.inputs[name], strict=True))

        def delivered(by: Tensor) -> Tensor:
            sent = [transport(layer, by, d, x) for d, x in calls]
            return sent[0] if len(sent) == 1 else torch.cat(sent)

        by_weight = delivered(weight)
        own = feedback.is_set_to(weight)
        local = no_angle(by_weight) if own else local_angle(delivered(feedback), by_weight)
        return {
            "local_angle": local.degrees,
            "norm_ratio": local.norm_ratio,
            "zero_error_share": local.zero_error_share,
            "weight_angle": 0.0 if own else weight_angle(weight, feedback),
            "sign_concordance": 1.0 if own else sign_concordance(weight, feedback),
        }


@contextmanager
def record(model: nn.Module) -> Iterator[Recording]:
    """Record the errors of the forward and backward pass made inside the `with` block.

    model: a network, converted or plain. Yields a `Recording`, to be read after the backward pass.
    Recording reads only: it draws no random number and changes no gradient by a bit.
    """
    layers = learning_layers(model)
    recording = Recording(layers)
    handles = [_watch(recording, name, layer) for name, layer in layers.items()]
    try:
        yield recording
    finally:
        for handle in handles:
            handle.remove()


def _watch(recording: Recording, name: str, layer: Layer) -> torch.utils.hooks.RemovableHandle:
    def keep_error(error: Tensor) -> None:
        recording.errors.setdefault(name, []).append(error.detach())

    def keep_input(_: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> None:
        x = args[0]
        if x.requires_grad:
            recording.inputs.setdefault(name, []).append(x.detach())
            output.register_hook(keep_error)  # type: ignore[no-untyped-call]

    return layer.register_forward_hook(keep_input)
