"""Cost of a learning rule: arithmetic by layer, memory for feedback, time of a step."""

import math
import statistics
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.flop_counter import FlopCounterMode

from feedback_atlas.learning.conv_geometry import output_size, pad_outside
from feedback_atlas.learning.conversion import learning_layers, updating
from feedback_atlas.learning.direct_feedback_layers import aiming_at
from feedback_atlas.learning.layers import DenseFeedbackConv2d, FeedbackLayer
from feedback_atlas.learning.no_feedback_layers import CutLayer
from feedback_atlas.learning.observation import evaluating, watching

Layer = nn.Conv2d | nn.Linear


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCost:
    """Cost of one layer for one batch, in floating-point operations and bytes.

    A multiplication with its addition counts as two operations; biases, nonlinearities and what
    goes element by element (signs, magnitudes) count as none, as is usual and as PyTorch's own
    counter does.

    forward: of the layer's output. weight_gradient: of the weight's gradient, from input and error.
    error_transport: of bringing the error to the layer's input.
    feedback_update: of what the feedback itself computes after the optimiser's step.
    fixed_feedback, changing_feedback: bytes of feedback weights that are stored, never changing or
        changing by themselves. Feedback that follows from the weight is stored nowhere.
    """

    forward: int
    weight_gradient: int
    error_transport: int
    feedback_update: int
    fixed_feedback: int
    changing_feedback: int

    @property
    def backward(self) -> int:
        """Operations of the layer's backward pass."""
        return self.weight_gradient + self.error_transport


def cost(model: nn.Module, input_shape: Sequence[int]) -> dict[str, LayerCost]:
    """Return the cost of each Conv2d and Linear layer of a network for one batch.

    model: a network that outputs logits (n, classes), converted to a rule or plain for `bp`. It is
        seen in evaluation mode with a batch of zeros; nothing in it changes, but that dense
        feedback that was to be drawn at first need is drawn.
    input_shape: of a batch, (n, channels, height, width).

    Error transport costs what the forward pass does where the feedback has the weight's shape;
    2 n d_in d_out through a dense matrix; 2 n k d_in from the network's k outputs (direct
    feedback); and nothing where the layer's input needs no error, as the first layer's, or none
    reaches it. A layer that is called several times counts each call.
    """
    layers = learning_layers(model)
    calls: dict[str, list[tuple[Tensor, Tensor]]] = {name: [] for name in layers}
    first = next(model.parameters())
    labels = torch.zeros(input_shape[0], dtype=torch.long, device=first.device)
    with (
        watching(layers, lambda name, x, output: calls[name].append((x, output))),
        evaluating(model),
        torch.enable_grad(),
        aiming_at(model, labels),
    ):
        logits = model(torch.zeros(*input_shape, dtype=first.dtype, device=first.device))
        weights = [layer.weight for layer in layers.values() if layer.weight.requires_grad]
        gradients = torch.autograd.grad(logits.sum(), weights, allow_unused=True)
    learning = {w for w, g in zip(weights, gradients, strict=True) if g is not None}
    outputs = logits[0].numel()
    return {
        name: _layer_cost(layer, calls[name], layer.weight in learning, outputs)
        for name, layer in layers.items()
    }


def step_seconds(
    model: nn.Module,
    input_shape: Sequence[int],
    *,
    steps: int = 20,
    device: str | torch.device = "cpu",
) -> float:
    """Return the median time in seconds of a training step of the network's rule.

    A step is a forward pass, the loss and its reading, a backward pass, Adam's update and the
    feedback's own. A copy of the network takes them, on random images; nothing in it changes.

    model: as for `cost`. input_shape: of a batch, (n, channels, height, width).
    steps: how many are timed, after three that are not. device: to measure on.

    Raises ValueError where steps is below 1.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; at least 1 must be timed")
    device = torch.device(device)
    network = deepcopy(model).to(device).train()
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-4, fused=True)
    drawn = torch.randn(*input_shape, generator=torch.Generator().manual_seed(0))
    dtype = next(network.parameters()).dtype
    inputs = drawn.to(device, dtype, memory_format=torch.channels_last)
    labels = torch.zeros(input_shape[0], dtype=torch.long, device=device)
    timed = []
    for _ in range(3 + steps):
        started = time.perf_counter()
        with aiming_at(network, labels):
            logits = network(inputs)
        loss = cross_entropy(logits, labels)
        # Reading the loss waits for the device, as training does.
        loss.item()
        loss.backward()  # type: ignore[no-untyped-call]
        with updating(network):
            optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        timed.append(time.perf_counter() - started)
    return statistics.median(timed[3:])


def _layer_cost(
    layer: Layer, calls: list[tuple[Tensor, Tensor]], learns: bool, outputs: int
) -> LayerCost:
    own = layer.own_feedback if isinstance(layer, FeedbackLayer) else None
    stored = 0 if own is None else own.numel() * own.element_size()
    changing = isinstance(layer, FeedbackLayer) and layer.rule.dynamic
    forward = sum(_product(layer, output) for _, output in calls)
    return LayerCost(
        forward=forward,
        weight_gradient=forward if learns else 0,
        error_transport=sum(_transport(layer, x, out, outputs) for x, out in calls),
        feedback_update=_update(layer) if isinstance(layer, FeedbackLayer) and changing else 0,
        fixed_feedback=0 if changing else stored,
        changing_feedback=stored if changing else 0,
    )


def _product(layer: Layer, output: Tensor) -> int:
    """Count the operations that meet every output (and position) with one output's weights."""
    return 2 * output.numel() * layer.weight[0].numel()


def _transport(layer: Layer, x: Tensor, output: Tensor, outputs: int) -> int:
    if not x.requires_grad:
        return 0
    images = len(output)
    if isinstance(layer, CutLayer):
        return 0 if layer.own_feedback is None else 2 * outputs * x.numel()
    if isinstance(layer, DenseFeedbackConv2d):
        padded = pad_outside(layer, x)
        d_out = layer.out_channels * math.prod(output_size(layer, padded))
        return 2 * images * d_out * math.prod(padded.shape[1:])
    return _product(layer, output)


def _update(layer: FeedbackLayer) -> int:
    """Count the operations of the rule's own change of feedback, by PyTorch on a copy."""
    copy = deepcopy(layer)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        copy.rule.update(copy, copy.weight.detach().clone())
    flops: int = counter.get_total_flops()
    return flops
