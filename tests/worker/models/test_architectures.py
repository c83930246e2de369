"""Each architecture against its publication or torchvision, and under the learning rules."""

import pytest
import torch
from torch import nn
from torchvision.models import resnet18
from torchvision.models.resnet import BasicBlock
from torchvision.models.vgg import make_layers

from feedback_atlas.learning import convert, learning_layers
from feedback_atlas.models import ARCHITECTURES, build
from tests.worker.seeded import seeded

pytestmark = pytest.mark.usefixtures("one_thread")

SIZES = (24, 28, 32)
# Of 3-channel images, 32 pixels a side unless said, and 10 classes.
PUBLISHED = {
    "moskovitz1": 797_962,  # 404,746 at 24 pixels: Moskovitz et al. 2018
    "lenet5": 62_006,  # 61,706 for grey images: LeCun et al. 1998, with a full second convolution
    "mlp": 1_841_162,
    "vgg8": 5_556_810,
    "resnet20": 269_722,  # 0.27 million: He et al. 2016, table 6
    "resnet18": 11_173_962,  # 11.17 million with this stem
}


def images(count: int = 4, channels: int = 3, size: int = 24) -> torch.Tensor:
    return torch.randn(count, channels, size, size, generator=seeded(1))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_parameters_are_as_many_as_published(architecture: str) -> None:
    model = build(architecture, image_size=32)
    assert sum(p.numel() for p in model.parameters()) == PUBLISHED[architecture]


def test_lenet5_has_its_61706_parameters() -> None:
    model = build("lenet5", in_channels=1, image_size=32)
    assert sum(p.numel() for p in model.parameters()) == 61_706
    by_layer = [
        sum(p.numel() for p in layer.parameters()) for layer in learning_layers(model).values()
    ]
    assert by_layer == [156, 2_416, 48_120, 10_164, 850]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("channels", "classes"), [(1, 10), (3, 100)])
def test_images_of_every_data_set_are_taken(architecture, size, channels, classes) -> None:
    model = build(
        architecture,
        in_channels=channels,
        image_size=size,
        num_classes=classes,
        generator=seeded(),
    ).eval()
    with torch.no_grad():
        logits = model(images(2, channels, size))
    assert logits.shape == (2, classes)
    assert bool(logits.isfinite().all())


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_layers_are_defined_in_the_order_in_which_they_run(architecture) -> None:
    model = build(architecture)
    ran = []
    for name, layer in learning_layers(model).items():
        layer.register_forward_hook(lambda *_, name=name: ran.append(name))
    model(images())
    assert ran == list(learning_layers(model))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_weights_depend_on_the_generator_alone(architecture) -> None:
    state = torch.get_rng_state()
    first = build(architecture, generator=seeded(7)).state_dict()
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(123)
    again = build(architecture, generator=seeded(7)).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    other = build(architecture, generator=seeded(8)).state_dict()
    drawn = [f"{name}.weight" for name in learning_layers(build(architecture))]
    assert not any(torch.equal(first[name], other[name]) for name in drawn)


@pytest.mark.parametrize("architecture", ["vgg8", "resnet20", "resnet18"])
def test_batch_normalisation_starts_as_the_identity(architecture) -> None:
    model = build(architecture)
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    assert len(norms) == len(learning_layers(model)) - (2 if architecture == "vgg8" else 1)
    for norm in norms:
        fresh = nn.BatchNorm2d(norm.num_features).state_dict()
        assert all(torch.equal(value, fresh[name]) for name, value in norm.state_dict().items())


@pytest.mark.parametrize("mode", [True, False], ids=["training", "evaluating"])
def test_resnet18_is_torchvisions_with_another_stem(mode: bool) -> None:
    ours = build("resnet18", generator=seeded()).train(mode)
    theirs = resnet18(num_classes=10).train(mode)
    theirs.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    theirs.maxpool = nn.Identity()
    theirs.load_state_dict(ours.state_dict())
    assert torch.equal(ours(images()), theirs(images()))


def test_vgg8_is_torchvisions_configuration_cut_short() -> None:
    ours = build("vgg8", image_size=32, generator=seeded())
    channels = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M"]
    features = make_layers(channels, batch_norm=True)
    convolutions = [layer for layer in features if isinstance(layer, nn.Conv2d)]
    for layer, mine in zip(convolutions, list(learning_layers(ours).values())[:6], strict=True):
        layer.load_state_dict({"weight": mine.weight, "bias": torch.zeros(mine.out_channels)})
    theirs = nn.Sequential(features, nn.Flatten(), ours.fc1, nn.ReLU(), ours.fc2)
    x = images(size=32)
    assert torch.equal(ours(x), theirs(x))


def test_resnet20_is_torchvisions_blocks_with_shortcuts_without_parameters() -> None:
    class OptionA(nn.Module):
        """Every second pixel, with as many channels of zeros as there are of values."""

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            kept = x[:, :, ::2, ::2]
            return torch.cat([kept, torch.zeros_like(kept)], dim=1)

    ours = build("resnet20", generator=seeded())
    blocks = []
    for inside, outside in ((16, 16), (16, 32), (32, 64)):
        halved = inside != outside
        blocks.append(
            BasicBlock(inside, outside, 2 if halved else 1, OptionA() if halved else None)
        )
        blocks += [BasicBlock(outside, outside), BasicBlock(outside, outside)]
    stages = (*ours.layer1, *ours.layer2, *ours.layer3)
    for theirs, mine in zip(blocks, stages, strict=True):
        theirs.load_state_dict(mine.state_dict())
    reference = nn.Sequential(
        *(ours.conv1, ours.bn1, nn.ReLU(), *blocks),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), ours.fc),
    )
    for size in (24, 25):
        x = images(size=size)
        assert torch.equal(ours.eval()(x), reference.eval()(x))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("rule", ["bp", "fa_toeplitz", "usf_init", "usf_sn"])
def test_every_parameter_gets_a_gradient_under_every_rule(architecture, rule) -> None:
    size = max(12, ARCHITECTURES[architecture].smallest_image)
    plain, learner = (build(architecture, image_size=size, generator=seeded()) for _ in range(2))
    x = images(size=size)
    convert(learner, rule, generator=seeded(1), example_input=x)
    assert torch.equal(plain(x), learner(x))
    assert plain.state_dict().keys() == learner.state_dict().keys()
    for model in (plain, learner):
        model(x).square().sum().backward()
    gradients = dict(learner.named_parameters())
    for name, parameter in gradients.items():
        assert parameter.grad is not None, name
        assert bool(parameter.grad.isfinite().all()), name
        assert float(parameter.grad.abs().max()) > 0, name
    layers = list(learning_layers(plain))
    same = [
        name
        for name, parameter in plain.named_parameters()
        if torch.allclose(parameter.grad, gradients[name].grad, rtol=1e-4, atol=0)
    ]
    if rule == "bp":
        assert len(same) == len(gradients)
    else:
        assert {name.rpartition(".")[0] for name in same} <= {layers[-1]}


@pytest.mark.parametrize(("architecture", "size"), [("lenet5", 24), ("mlp", 24), ("resnet20", 6)])
def test_dense_feedback_where_memory_allows(architecture: str, size: int) -> None:
    model = convert(
        build(architecture, image_size=size, generator=seeded()),
        "fa_dense",
        generator=seeded(1),
        example_input=images(1, size=size),
    )
    model(images(size=size)).square().sum().backward()
    assert all(float(p.grad.abs().max()) > 0 for p in model.parameters())


@pytest.mark.parametrize("architecture", ["vgg8", "resnet20", "resnet18"])
def test_one_left_over_image_can_be_learned_from_at_the_smallest_size(architecture) -> None:
    size = ARCHITECTURES[architecture].smallest_image
    model = build(architecture, image_size=size, generator=seeded())
    model(images(1, size=size)).sum().backward()
    assert all(bool(p.grad.isfinite().all()) for p in model.parameters())
