"""Parameters, outputs and modes of a network, which converting it leaves as they were."""

import copy

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from feedback_atlas.learning import RULES, aiming_at, convert, learning_layers
from feedback_atlas.models import build
from tests.worker.seeded import seeded


@pytest.mark.parametrize("rule", RULES)
def test_state_dict_parameters_and_forward_stay(rule: str) -> None:
    plain = build("moskovitz1", generator=seeded(0))
    before = dict(plain.named_parameters())
    expected = {name: tensor.clone() for name, tensor in plain.state_dict().items()}
    x = torch.randn(4, 3, 24, 24, generator=seeded(1))
    output = plain(x)
    global_state = torch.get_rng_state()
    model = convert(plain, rule, generator=seeded(1), example_input=x)
    assert model is plain
    assert torch.equal(torch.get_rng_state(), global_state)
    after = dict(model.named_parameters())
    assert all(after[name] is parameter for name, parameter in before.items())
    state = model.state_dict()
    assert list(state) == list(expected)
    assert all(torch.equal(state[name], tensor) for name, tensor in expected.items())
    with aiming_at(model, torch.zeros(4, dtype=torch.long)):
        assert torch.equal(model(x), output)
    for layer in learning_layers(model).values():
        assert (type(layer) in (nn.Conv2d, nn.Linear)) == (rule == "bp")


def test_leading_dimensions_and_single_images_work() -> None:
    x = torch.randn(5, 2, 3, dtype=torch.float64, generator=seeded(0))
    plain = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)).double()
    model = convert(copy.deepcopy(plain), "fa_toeplitz")
    assert torch.equal(model(x), plain(x))
    d = torch.randn(5, 2, 2, dtype=torch.float64, generator=seeded(1))
    model(x).backward(d)
    expected = torch.einsum("abo,oh,abi->hi", d, model[1].own_feedback, x)
    torch.testing.assert_close(model[0].weight.grad, expected)

    convs = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Conv2d(4, 4, 3)).double()
    image = torch.randn(3, 8, 8, dtype=torch.float64, generator=seeded(2))
    expected = convs(image)
    assert torch.equal(convert(convs, "fa_dense")(image), expected)


def test_example_input_leaves_batch_statistics_and_modes_alone() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(), nn.Conv2d(2, 2, 3))
    model[2].eval()
    expected = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    convert(model, "fa_dense", generator=seeded(0), example_input=torch.randn(2, 1, 8, 8))
    assert all(torch.equal(tensor, expected[name]) for name, tensor in model.state_dict().items())
    assert [module.training for module in model] == [True, True, False, True]
    assert model[3].own_feedback is not None


def test_a_copy_of_a_converted_network_is_a_network_of_its_own() -> None:
    x, labels = torch.randn(4, 3, generator=seeded(0)), torch.tensor([0, 1, 1, 0])
    for rule in ("dfa", "brsf"):
        model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
        convert(model, rule, generator=seeded(1), example_input=x)
        other = copy.deepcopy(model)
        for network in (model, other):
            cross_entropy(network(x), labels).backward()
        assert torch.equal(model[0].weight.grad, other[0].weight.grad)
        assert other[2].rule is not model[2].rule
