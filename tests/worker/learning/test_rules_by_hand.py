"""Every rule's gradients against hand-written float64 loops."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy

from feedback_atlas.learning import RULES, aiming_at, convert, learning_layers, updating
from tests.worker.learning.slow_network import SlowLayer, gradients

# Rules that are backpropagation: the one, and the control.
EXACT = ("bp", "sham")


def small_network() -> nn.Sequential:
    torch.manual_seed(3)
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(2, 4, 3, stride=2, padding=1, bias=False),
            relu1=nn.ReLU(),
            conv2=nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2, bias=False),
            relu2=nn.ReLU(),
            flatten=nn.Flatten(),
            fc1=nn.Linear(54, 7),
            relu3=nn.ReLU(),
            fc2=nn.Linear(7, 5),
        )
    ).double()


@st.composite
def networks(draw: st.DrawFn) -> tuple[nn.Sequential, tuple[int, int, int, int]]:
    """Draw a small chain of convolutions and linear layers, and the shape of its input."""
    torch.manual_seed(draw(st.integers(0, 1000)))
    shape = (draw(st.integers(1, 3)), 2 * draw(st.integers(1, 2)), *[draw(st.integers(5, 7))] * 2)
    channels, side, modules = shape[1], shape[2], []
    for _ in range(draw(st.integers(0, 2))):
        groups = draw(st.sampled_from([1, 2]))
        out = groups * draw(st.integers(1, 2)) * 2
        kernel, stride, padding = (draw(st.integers(*ends)) for ends in ((1, 3), (1, 2), (0, 1)))
        bias = draw(st.booleans())
        modules += [nn.Conv2d(channels, out, kernel, stride, padding, 1, groups, bias), nn.ReLU()]
        channels, side = out, (side + 2 * padding - kernel) // stride + 1
        if side < 3:
            break
    modules.append(nn.Flatten())
    width = channels * side * side
    for _ in range(draw(st.integers(0, 2))):
        hidden = draw(st.integers(2, 6))
        modules += [nn.Linear(width, hidden, draw(st.booleans())), nn.ReLU()]
        width = hidden
    modules.append(nn.Linear(width, draw(st.integers(2, 4))))
    return nn.Sequential(*modules).double(), shape


def backward(model: nn.Module, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Learn from one batch as training does, without the update; return the logits."""
    with aiming_at(model, labels):
        logits = model(x)
    cross_entropy(logits, labels).backward()
    return logits


def check_against_the_loop(rule: str, model: nn.Module, x: torch.Tensor) -> None:
    labels = torch.arange(len(x)) % 2
    expected_logits = model(x).detach()
    convert(
        model, rule, generator=torch.Generator().manual_seed(1), example_input=torch.zeros_like(x)
    )
    assert torch.equal(backward(model, x, labels), expected_logits)
    layers = list(learning_layers(model).values())
    slow = [
        SlowLayer(
            layer.weight.detach().numpy(),
            None if layer.bias is None else layer.bias.detach().numpy(),
            None if getattr(layer, "own_feedback", None) is None else layer.own_feedback.numpy(),
            *(
                (layer.stride[0], layer.padding[0], layer.groups)
                if isinstance(layer, nn.Conv2d)
                else ()
            ),
        )
        for layer in layers
    ]
    for layer, (weight, bias) in zip(
        layers, gradients(rule, slow, x.numpy(), labels.numpy()), strict=True
    ):
        for parameter, wanted in ((layer.weight, weight), (layer.bias, bias)):
            if parameter is None:
                continue
            mine = np.zeros_like(wanted) if parameter.grad is None else parameter.grad.numpy()
            np.testing.assert_allclose(mine, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rule", RULES)
@given(drawn=networks(), seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=12)
def test_random_networks_equal_the_hand_written_loop(rule: str, drawn, seed: int) -> None:
    model, shape = drawn
    x = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    if rule in ("dfa", "drtp") and len(learning_layers(model)) == 1:
        return
    check_against_the_loop(rule, model, x)


@pytest.mark.parametrize("rule", RULES)
def test_gradients_equal_the_hand_written_loop(rule: str) -> None:
    generator = torch.Generator().manual_seed(8)
    model = small_network()
    check_against_the_loop(
        rule, model, torch.randn(3, 2, 9, 9, dtype=torch.float64, generator=generator)
    )
    drawn = {
        name
        for name, layer in learning_layers(model).items()
        if getattr(layer, "own_feedback", None) is not None
    }
    none = ("bp", "sham", "usf", "usf_sn", "readout_only")
    assert drawn == (set() if rule in none else {"conv2", "fc1", "fc2"})


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "bp"])
def test_only_the_layers_below_the_last_differ_from_backpropagation(rule: str) -> None:
    """Check that no rule is backpropagation in silence, and the control is, to the bit."""
    generator = torch.Generator().manual_seed(8)
    x = torch.randn(3, 2, 9, 9, dtype=torch.float64, generator=generator)
    labels = torch.randint(5, (3,), generator=generator)
    plain = small_network()
    other = convert(small_network(), rule, generator=generator, example_input=x)
    for model in (plain, other):
        backward(model, x, labels)
    for (name, mine), theirs in zip(other.named_parameters(), plain.parameters(), strict=True):
        assert torch.equal(mine, theirs)
        same = mine.grad is not None and torch.equal(mine.grad, theirs.grad)
        assert same == (rule in EXACT or name.startswith("fc2")), name


@pytest.mark.parametrize("rule", RULES)
def test_a_few_updates_by_hand(rule: str) -> None:
    """Take ten steps of gradient descent; only the control stays at backpropagation."""
    generator = torch.Generator().manual_seed(8)
    x = torch.randn(3, 2, 9, 9, dtype=torch.float64, generator=generator)
    labels = torch.randint(5, (3,), generator=generator)
    plain = small_network()
    other = convert(small_network(), rule, generator=generator, example_input=x)
    for model in (plain, other):
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(10):
            backward(model, x, labels)
            with updating(model):
                optimiser.step()
            optimiser.zero_grad()
    same = torch.equal(plain.conv1.weight, other.conv1.weight)
    assert same == (rule in EXACT)


def test_spectral_normalisation_keeps_the_largest_singular_value() -> None:
    model = convert(small_network(), "usf_sn", normalization="spectral")
    weight = model.conv2.weight.detach().flatten(1).numpy()
    feedback = model.conv2.effective_feedback().flatten(1).numpy()
    assert np.array_equal(np.sign(feedback), np.sign(weight))
    assert np.ptp(np.abs(feedback)) == 0
    np.testing.assert_allclose(
        np.linalg.svd(feedback, compute_uv=False)[0], np.linalg.svd(weight, compute_uv=False)[0]
    )


def test_sign_rules_give_zero_where_the_weight_is_zero() -> None:
    for rule in ("usf", "usf_init", "usf_sn", "brsf"):
        layer = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3, bias=False))
        convert(layer, rule)
        with torch.no_grad():
            layer[1].weight[0].zero_()
        assert torch.equal(layer[1].effective_feedback() == 0, layer[1].weight == 0)
        with torch.no_grad():
            layer[1].weight.zero_()
        assert not layer[1].effective_feedback().any()
