"""Costs of rules: against PyTorch's own counter on real passes, and sizes by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.flop_counter import FlopCounterMode

from feedback_atlas.learning import RULES, aiming_at, convert, updating
from feedback_atlas.learning.cost import cost, step_seconds
from feedback_atlas.models import build

SHAPE = (8, 3, 24, 24)
LABELS = torch.arange(8) % 10


def generator(seed: int) -> torch.Generator:
    """Return a generator of the test's own."""
    return torch.Generator().manual_seed(seed)


def network(rule: str, architecture: str = "moskovitz1") -> nn.Module:
    """Return a network of a rule."""
    return convert(
        build(architecture, generator=generator(0)),
        rule,
        feedback_scale=0.01,
        generator=generator(1),
        example_input=torch.zeros(1, *SHAPE[1:]),
    )


def counted(model: nn.Module) -> tuple[int, int, int]:
    """Count operations of a forward pass, a backward pass and an update by PyTorch."""
    x = torch.randn(SHAPE, generator=generator(2))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
    with FlopCounterMode(display=False) as forward, aiming_at(model, LABELS):
        loss = cross_entropy(model(x), LABELS)
    with FlopCounterMode(display=False) as backward:
        loss.backward()
    with FlopCounterMode(display=False) as update, updating(model):
        optimiser.step()
    return tuple(each.get_total_flops() for each in (forward, backward, update))  # type: ignore[return-value]


@pytest.mark.parametrize("rule", list(RULES))
def test_operations_are_those_that_pytorch_counts(rule: str) -> None:
    model = network(rule)
    found = cost(model, SHAPE).values()
    sums = (
        sum(layer.forward for layer in found),
        sum(layer.backward for layer in found),
        sum(layer.feedback_update for layer in found),
    )
    assert sums == counted(model)


@pytest.mark.parametrize("architecture", ["vgg8", "resnet20"])
def test_deeper_networks_too(architecture: str) -> None:
    model = network("usf", architecture)
    found = cost(model, SHAPE).values()
    forward, backward, _ = counted(model)
    assert sum(layer.forward for layer in found) == forward
    assert sum(layer.backward for layer in found) == backward


def test_each_layer_by_hand() -> None:
    """Count conv2, 64x10x10 in, 64x6x6 out, kernels 64x5x5, and fc1, 576 to 384, by hand."""
    images, kernel, maps_in, maps_out = 8, 64 * 25, 64 * 100, 64 * 36
    forward = 2 * images * maps_out * kernel
    by_rule = {
        rule: cost(network(rule), SHAPE) for rule in ("bp", "fa_dense", "dfa", "readout_only")
    }
    for rule, transport in (
        ("bp", forward),
        ("fa_dense", 2 * images * maps_in * maps_out),
        ("dfa", 2 * images * 10 * maps_in),
        ("readout_only", 0),
    ):
        conv2 = by_rule[rule]["conv2"]
        assert conv2.forward == forward
        assert conv2.error_transport == transport
        assert conv2.weight_gradient == (0 if rule == "readout_only" else forward)
        assert by_rule[rule]["conv1"].error_transport == 0
    assert by_rule["fa_dense"]["fc1"].error_transport == 2 * images * 576 * 384
    assert by_rule["readout_only"]["fc3"].weight_gradient == 2 * images * 192 * 10


def test_grouped_strided_convolutions_by_definition() -> None:
    model = nn.Sequential(
        nn.Conv2d(4, 8, 3, stride=2, padding=1, groups=2, bias=False),
        nn.Conv2d(8, 6, 2, padding="same", padding_mode="circular"),
        nn.Flatten(),
        nn.Linear(54, 3),
    )
    found = cost(convert(model, "usf", generator=generator(0)), (5, 4, 6, 6))
    assert found["0"].forward == 2 * 5 * (8 * 3 * 3) * (2 * 9)
    assert found["1"].forward == found["1"].error_transport == 2 * 5 * (6 * 3 * 3) * (8 * 4)


def test_feedback_memory_is_what_is_stored() -> None:
    sizes = {"conv2": 64 * 64 * 25, "fc1": 576 * 384, "fc2": 384 * 192, "fc3": 192 * 10}
    dense = {"conv2": 64 * 36 * 64 * 100}
    direct = {"conv2": 10 * 64 * 100, "fc1": 10 * 576, "fc2": 10 * 384, "fc3": 10 * 192}
    for rule, fixed, changing in (
        ("bp", {}, {}),
        ("usf", {}, {}),
        ("fa_toeplitz", sizes, {}),
        ("fa_dense", sizes | dense, {}),
        ("dfa", direct, {}),
        ("kolen_pollack", {}, sizes),
        ("readout_only", {}, {}),
    ):
        found = cost(network(rule), SHAPE)
        for name, layer in found.items():
            assert layer.fixed_feedback == 4 * fixed.get(name, 0), (rule, name)
            assert layer.changing_feedback == 4 * changing.get(name, 0), (rule, name)


def test_counting_leaves_the_network_alone() -> None:
    model = network("brsf", "vgg8").train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    draws = model.conv2.draws
    cost(model, SHAPE)
    step_seconds(model, SHAPE, steps=1)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.conv2.draws == draws
    assert all(parameter.grad is None for parameter in model.parameters())
    assert all(module.training for module in model.modules())
    assert not any(module._forward_hooks for module in model.modules())


@pytest.mark.parametrize("rule", ["bp", "fa_dense", "drtp", "weight_mirror"])
def test_a_step_takes_time(rule: str) -> None:
    seconds = step_seconds(network(rule), SHAPE, steps=3)
    assert math.isfinite(seconds)
    assert seconds > 0.0


def test_no_step_is_no_measurement() -> None:
    with pytest.raises(ValueError, match="steps is 0"):
        step_seconds(network("bp"), SHAPE, steps=0)
