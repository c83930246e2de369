"""Every rule's gradients against hand-written float64 loops."""

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from tests.worker.learning import slow_network
from worker.learning import RULES, convert, export_feedback


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


@pytest.mark.parametrize("rule", RULES)
def test_gradients_equal_the_hand_written_loop(rule: str) -> None:
    model = small_network()
    generator = torch.Generator().manual_seed(8)
    x = torch.randn(3, 2, 9, 9, dtype=torch.float64, generator=generator)
    labels = torch.randint(5, (3,), generator=generator)
    convert(model, rule, generator=generator, example_input=x)
    cross_entropy(model(x), labels).backward()

    layers = {name: getattr(model, name) for name in ("conv1", "conv2", "fc1", "fc2")}
    fixed = {name: tensor.numpy() for name, tensor in export_feedback(model).items()}
    if rule.startswith("fa_") or rule == "usf_init":
        assert set(fixed) == {"conv2", "fc1", "fc2"}
    expected = slow_network.gradients(
        rule,
        {name: layer.weight.detach().numpy() for name, layer in layers.items()},
        {name: layers[name].bias.detach().numpy() for name in ("fc1", "fc2")},
        fixed,
        x.numpy(),
        labels.numpy(),
    )
    assert set(expected) == {name for name, _ in model.named_parameters()}
    for name, parameter in model.named_parameters():
        assert np.abs(expected[name]).max() > 1e-5
        np.testing.assert_allclose(
            parameter.grad.numpy(), expected[name], rtol=1e-6, atol=1e-12, err_msg=name
        )


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "bp"])
def test_only_the_layers_below_the_last_differ_from_backpropagation(rule: str) -> None:
    generator = torch.Generator().manual_seed(8)
    x = torch.randn(3, 2, 9, 9, dtype=torch.float64, generator=generator)
    labels = torch.randint(5, (3,), generator=generator)
    plain, other = small_network(), convert(small_network(), rule, generator=generator)
    for model in (plain, other):
        cross_entropy(model(x), labels).backward()
    for (name, mine), theirs in zip(other.named_parameters(), plain.parameters(), strict=True):
        assert torch.equal(mine, theirs)
        assert torch.equal(mine.grad, theirs.grad) == name.startswith("fc2"), name


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
    for rule in ("usf_init", "usf_sn"):
        layer = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3, bias=False))
        convert(layer, rule)
        with torch.no_grad():
            layer[1].weight[0].zero_()
        assert torch.equal(layer[1].effective_feedback() == 0, layer[1].weight == 0)
        with torch.no_grad():
            layer[1].weight.zero_()
        assert not layer[1].effective_feedback().any()
