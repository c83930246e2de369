"""Feedback that changes by itself: that it comes to the weight, and that it can be kept."""

import pytest
import torch
from torch import nn

from feedback_atlas.learning import (
    convert,
    export_changing_feedback,
    export_feedback,
    import_changing_feedback,
    updating,
    weight_angle,
)


def two_layers(rule: str, **settings: float) -> nn.Sequential:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 20), nn.Tanh(), nn.Linear(20, 10)).double()
    return convert(model, rule, generator=torch.Generator().manual_seed(1), **settings)


def learn(model: nn.Module, steps: int, optimiser: torch.optim.Optimizer) -> None:
    """Follow a random teacher."""
    generator = torch.Generator().manual_seed(2)
    teacher = torch.randn(6, 10, dtype=torch.float64, generator=generator)
    for _ in range(steps):
        x = torch.randn(16, 6, dtype=torch.float64, generator=generator)
        (model(x) - x @ teacher).square().mean().backward()
        with updating(model):
            optimiser.step()
        optimiser.zero_grad()


@pytest.mark.parametrize("optimiser", [torch.optim.SGD, torch.optim.Adam])
def test_kolen_pollacks_feedback_converges_to_the_weight(optimiser) -> None:
    """Use any optimiser: W - B shrinks by exactly the shared decay at every step."""
    model = two_layers("kolen_pollack", feedback_decay=0.01)
    layer = model[2]
    start = layer.weight.detach() - layer.own_feedback
    angle = weight_angle(layer.weight.detach(), layer.own_feedback)
    assert angle > 60
    learn(model, 300, optimiser(model.parameters(), lr=1e-2))
    left = layer.weight.detach() - layer.own_feedback
    torch.testing.assert_close(left, start * 0.99**300, rtol=1e-9, atol=1e-12)
    learn(model, 700, optimiser(model.parameters(), lr=1e-2))
    assert weight_angle(layer.weight.detach(), layer.own_feedback) < 1


def test_kolen_pollack_without_decay_keeps_its_distance() -> None:
    model = two_layers("kolen_pollack", feedback_decay=0.0)
    start = model[2].weight.detach() - model[2].own_feedback
    learn(model, 50, torch.optim.SGD(model.parameters(), lr=1e-2))
    torch.testing.assert_close(model[2].weight.detach() - model[2].own_feedback, start)


def test_weight_mirrors_angle_falls_below_30_degrees() -> None:
    model = two_layers("weight_mirror")
    layer = model[2]
    assert weight_angle(layer.weight.detach(), layer.own_feedback) > 60
    learn(model, 100, torch.optim.SGD(model.parameters(), lr=1e-2))
    weight, feedback = layer.weight.detach(), layer.own_feedback
    assert weight_angle(weight, feedback) < 30
    assert float(feedback.norm() / weight.norm()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("groups", [1, 2])
def test_weight_mirror_of_a_convolution(groups: int) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(2, 4, 3), nn.Conv2d(4, 6, 3, stride=2, groups=groups))
    convert(model, "weight_mirror", generator=torch.Generator().manual_seed(1), mirror_rate=0.02)
    for _ in range(300):
        with updating(model):
            pass
    assert weight_angle(model[1].weight.detach(), model[1].own_feedback) < 10


def test_batchwise_magnitudes_are_redrawn_and_keep_the_weights_signs() -> None:
    model = two_layers("brsf")
    layer = model[2]
    seen = []
    for _ in range(200):
        feedback = layer.effective_feedback()
        assert torch.equal(feedback.sign(), layer.weight.detach().sign())
        assert torch.equal(feedback, layer.effective_feedback())
        seen.append(feedback.abs().flatten())
        with updating(model):
            pass
    magnitudes = torch.stack(seen)
    assert float(magnitudes.square().mean()) == pytest.approx(0.1**2, rel=0.05)
    correlation = torch.corrcoef(magnitudes)
    assert float((correlation - torch.eye(200)).abs().max()) < 0.4


@pytest.mark.parametrize("rule", ["kolen_pollack", "weight_mirror", "brsf"])
def test_changing_feedback_goes_out_and_comes_back(rule: str) -> None:
    model, other = two_layers(rule), two_layers(rule)
    learn(model, 3, torch.optim.SGD(model.parameters(), lr=1e-2))
    state = export_changing_feedback(model)
    assert export_feedback(model) == {}
    other.load_state_dict(model.state_dict())
    import_changing_feedback(other, state)
    for network in (model, other):
        learn(network, 3, torch.optim.SGD(network.parameters(), lr=1e-2))
    for mine, theirs in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(mine, theirs)
    assert torch.equal(model[2].own_feedback, other[2].own_feedback)
    with pytest.raises(ValueError, match="changing feedback of this network"):
        import_changing_feedback(other, {})
    assert export_changing_feedback(two_layers("usf_init")) == {}
