"""Cost of each rule: operations and feedback by count, the time of a step by measurement."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

import torch

from feedback_atlas.jobs.representations import Representations
from feedback_atlas.learning.cost import cost, step_seconds
from feedback_atlas.server.results.types import CostRow, CostTable
from feedback_atlas.training import TrainingSpec, learning_network

_STEPS = 10


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> CostTable:
    """Count operations and feedback of each rule, and time a step."""
    batch, network = inputs["batch_size"], inputs["network"]
    data = representations.networks.data
    side = network["image_size"]
    shape = (batch, data.channels, side, side)
    rows = []
    for name, rule, parameters in inputs["rules"]:
        check()
        spec = TrainingSpec.with_parameters(
            parameters,
            rule=rule,
            architecture=network["architecture"],
            seed=0,
            epochs=1,
            image_size=side,
        )
        model = learning_network(spec, data).to(memory_format=torch.channels_last)
        layers = cost(model, shape).values()
        rows.append(
            CostRow(
                rule=name,
                forward=sum(layer.forward for layer in layers),
                weight_gradient=sum(layer.weight_gradient for layer in layers),
                error_transport=sum(layer.error_transport for layer in layers),
                feedback_update=sum(layer.feedback_update for layer in layers),
                fixed_feedback=sum(layer.fixed_feedback for layer in layers),
                changing_feedback=sum(layer.changing_feedback for layer in layers),
                step_seconds=step_seconds(
                    model, shape, steps=_STEPS, device=representations.networks.device
                ),
            )
        )
    return CostTable(tuple(rows), batch, _device_name(representations.networks.device))


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    threads = torch.get_num_threads()
    return f"{platform.machine()} CPU, {threads} thread{'s' if threads > 1 else ''}"
