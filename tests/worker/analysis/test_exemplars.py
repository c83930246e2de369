"""Channel importance and exemplars: against finite differences and loops on a tiny network."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from feedback_atlas.analysis.exemplars import ChannelImportance, channel_importance, exemplars
from feedback_atlas.learning import convert
from feedback_atlas.models import build

CLASSES = 3


def generator(seed: int) -> torch.Generator:
    """Return a generator of the test's own."""
    return torch.Generator().manual_seed(seed)


def tiny(seed: int = 0) -> nn.Sequential:
    """Return two convolutions and a linear layer, float64, smooth so that differences converge."""
    model = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.Tanh(),
        nn.Conv2d(4, 5, 3),
        nn.Dropout(0.5),
        nn.Tanh(),
        nn.Flatten(),
        nn.Linear(45, CLASSES),
    ).double()
    for parameter in model.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator(seed)).double() * 0.4
    return model


INPUTS = torch.randn(12, 2, 5, 5, generator=generator(1)).double()
LABELS = torch.arange(12) % CLASSES


def by_finite_differences(model: nn.Sequential, layer: int, image: Tensor, asked: int) -> Tensor:
    """Return the mean |d logit / d position| of a channel times its mean activation."""
    model.eval()
    below, above = model[: layer + 1], model[layer + 1 :]
    with torch.no_grad():
        maps = below(image[None])
        found = []
        for channel in range(maps.shape[1]):
            step = torch.zeros_like(maps)
            step[0, channel] = 1e-5
            slope = (above(maps + step)[0, asked] - above(maps - step)[0, asked]) / 2e-5
            found.append(slope / maps[0, channel].numel() * maps[0, channel].mean())
    return torch.stack(found).abs()


@pytest.mark.parametrize("layer", [0, 3])
@pytest.mark.parametrize("of_prediction", [False, True])
def test_importance_is_the_slope_of_the_logit_times_the_activation(
    layer: int, of_prediction: bool
) -> None:
    model = tiny()
    chosen = INPUTS[LABELS == 1]
    asked = model.eval()(chosen).argmax(dim=1).tolist() if of_prediction else [1] * len(chosen)
    assert not of_prediction or set(asked) != {1}
    expected = torch.stack(
        [
            by_finite_differences(model, layer, image, number)
            for image, number in zip(chosen, asked, strict=True)
        ]
    ).mean(dim=0)
    found = channel_importance(model, str(layer), INPUTS, LABELS, 1, of_prediction=of_prediction)
    assert found.n_images == 4
    np.testing.assert_allclose(found.values, expected.numpy(), rtol=1e-6)
    assert found.top(2).tolist() == expected.argsort(descending=True)[:2].tolist()


@pytest.mark.parametrize("rule", ["usf_sn", "fa_dense", "dfa", "drtp", "readout_only"])
def test_the_gradient_is_backpropagations_whatever_the_rule(rule: str) -> None:
    x = torch.randn(6, 3, 24, 24, generator=generator(2))
    labels = torch.tensor([0, 0, 0, 1, 1, 1])
    plain = build("moskovitz1", generator=generator(3))
    other = convert(
        build("moskovitz1", generator=generator(3)),
        rule,
        feedback_scale=0.01,
        generator=generator(4),
        example_input=x[:1],
    )
    expected = channel_importance(plain, "conv1", x, labels, 1).values
    np.testing.assert_allclose(
        channel_importance(other, "conv1", x, labels, 1).values, expected, rtol=1e-6
    )
    assert type(other.conv1) is not nn.Conv2d


def test_nothing_in_the_network_changes() -> None:
    model = tiny().train()
    model[4].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    modes = [module.training for module in model.modules()]
    state = torch.get_rng_state()
    channel_importance(model, "0", INPUTS, LABELS, 0)
    exemplars(model, "3", 0, INPUTS)
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(module._forward_hooks for module in model.modules())


def test_frozen_weights_have_importance_too() -> None:
    model = tiny()
    expected = channel_importance(model, "3", INPUTS, LABELS, 2).values
    model.requires_grad_(False)
    np.testing.assert_array_equal(
        channel_importance(model, "3", INPUTS, LABELS, 2).values, expected
    )


def test_a_nonlinearity_that_works_in_place_is_not_taken_for_the_layer() -> None:
    model = tiny()
    model[5] = nn.ReLU()
    expected = channel_importance(model, "3", INPUTS, LABELS, 0).values
    activations = exemplars(model, "3", 1, INPUTS).activations
    model[5] = nn.ReLU(inplace=True)
    np.testing.assert_array_equal(
        channel_importance(model, "3", INPUTS, LABELS, 0).values, expected
    )
    np.testing.assert_array_equal(exemplars(model, "3", 1, INPUTS).activations, activations)


def test_exemplars_are_the_images_of_highest_mean_activation() -> None:
    model = tiny().eval()
    x = torch.randn(600, 2, 5, 5, generator=generator(5)).double()
    means = [model[:4](image[None])[0, 2].mean().item() for image in x]
    found = exemplars(model, "3", 2, x, count=7)
    expected = sorted(range(600), key=lambda index: -means[index])[:7]
    assert found.images.tolist() == expected
    np.testing.assert_allclose(found.activations, [means[index] for index in expected], rtol=1e-10)
    assert len(exemplars(model, "3", 2, x[:3], count=7).images) == 3


def test_ties_come_in_their_own_order() -> None:
    x = INPUTS[[3, 5, 3, 3]]
    found = exemplars(tiny(), "0", 1, x, count=4).images.tolist()
    assert [index for index in found if index != 1] == [0, 2, 3]
    assert ChannelImportance(np.array([1.0, 2.0, 2.0, 0.0]), 1).top(3).tolist() == [1, 2, 0]


def test_what_cannot_be_asked_is_said() -> None:
    model = tiny()
    with pytest.raises(ValueError, match="'7' is not a convolution of this network; choose one of"):
        channel_importance(model, "7", INPUTS, LABELS, 0)
    with pytest.raises(ValueError, match="none of the 12 images is of class 5"):
        channel_importance(model, "0", INPUTS, LABELS, 5)
    with pytest.raises(ValueError, match="class 5 is not among the network's 3 classes"):
        channel_importance(model, "0", INPUTS, LABELS + 3, 5)
    with pytest.raises(ValueError, match="has 4 channels, no 4"):
        exemplars(model, "0", 4, INPUTS)
    with pytest.raises(ValueError, match="count is 0"):
        exemplars(model, "0", 0, INPUTS, count=0)
    with pytest.raises(ValueError, match="no image to choose from"):
        exemplars(model, "0", 0, INPUTS[:0])
    broken = INPUTS.clone()
    broken[0, 0, 0, 0] = torch.nan
    with pytest.raises(ValueError, match="activation at layer '0' is not finite"):
        exemplars(model, "0", 0, broken)
    with pytest.raises(ValueError, match="layer '0' is not finite"):
        channel_importance(model, "0", broken, LABELS, 0)

    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(2, 2, 1).double()

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(self.conv(x)).flatten(1)

    with pytest.raises(ValueError, match="'conv' is used 2 times"):
        exemplars(Twice(), "conv", 0, INPUTS)
