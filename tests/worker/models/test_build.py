"""Building networks: shapes, sizes, and weights that depend on the generator alone."""

import pytest
import torch
from torch import nn

from feedback_atlas.models import ARCHITECTURES, build
from tests.worker.seeded import seeded

pytestmark = pytest.mark.usefixtures("one_thread")


def test_moskovitz1_is_the_papers_network() -> None:
    model = build("moskovitz1", generator=seeded(0))
    layers = [name for name, m in model.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert layers == ["conv1", "conv2", "fc1", "fc2", "fc3"]
    assert sum(p.numel() for p in model.parameters()) == 404_746
    assert model.fc1.in_features == 576


def test_pooling_before_the_relu_is_the_textbook_order() -> None:
    model = build("moskovitz1", generator=seeded(0)).double()
    textbook = nn.Sequential(
        *(model.conv1, nn.ReLU(), nn.MaxPool2d(2), model.conv2, nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), model.fc1, nn.ReLU(), model.fc2, nn.ReLU(), model.fc3),
    )
    x = torch.randn(4, 3, 24, 24, dtype=torch.float64, generator=seeded(1))
    gradients = []
    for network in (model, textbook):
        model.zero_grad()
        output = network(x)
        output.square().sum().backward()
        gradients.append([output, *(parameter.grad.clone() for parameter in model.parameters())])
    assert all(torch.equal(a, b) for a, b in zip(*gradients, strict=True))


def test_weights_are_pytorchs_default_and_depend_on_the_generator_alone() -> None:
    state = torch.get_rng_state()
    first = build("moskovitz1", generator=seeded(7)).state_dict()
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(123)
    again = build("moskovitz1", generator=seeded(7)).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    other = build("moskovitz1", generator=seeded(8)).state_dict()
    assert not any(torch.equal(first[name], other[name]) for name in first)

    # The layers' own constructors, from the same random numbers.
    torch.manual_seed(7)
    plain = {"conv1": nn.Conv2d(3, 64, 5), "conv2": nn.Conv2d(64, 64, 5)}
    plain |= {"fc1": nn.Linear(576, 384), "fc2": nn.Linear(384, 192), "fc3": nn.Linear(192, 10)}
    for name, layer in plain.items():
        assert torch.equal(first[f"{name}.weight"], layer.weight)
        assert torch.equal(first[f"{name}.bias"], layer.bias)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(("channels", "classes"), [(1, 2), (3, 10)])
def test_the_smallest_image_that_is_promised_works(architecture, channels, classes) -> None:
    smallest = ARCHITECTURES[architecture].smallest_image
    for size in (smallest, smallest + 1, 33):
        model = build(architecture, in_channels=channels, image_size=size, num_classes=classes)
        assert model(torch.zeros(2, channels, size, size)).shape == (2, classes)


def test_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match=r"image_size is 15; moskovitz1 needs .* at least 16"):
        build("moskovitz1", image_size=15)
    with pytest.raises(ValueError, match=r"unknown architecture 'vgg'; .* moskovitz1"):
        build("vgg")
    with pytest.raises(ValueError, match="num_classes is 1"):
        build("moskovitz1", num_classes=1)
    with pytest.raises(ValueError, match="in_channels is 0"):
        build("moskovitz1", in_channels=0)
