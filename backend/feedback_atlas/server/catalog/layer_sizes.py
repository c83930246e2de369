"""Sizes of networks, computed without torch: of each layer, and in bytes of what runs keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from feedback_atlas.server.catalog.records import Rule

_BYTES = 4  # float32
_STATES_KEPT = 2
_MOMENTS = 2  # of Adam, for each parameter


@dataclass(frozen=True, slots=True)
class LayerSize:
    """The numbers of a layer's weights and biases, and of its units in and out for one image.

    ``norm_channels`` is the number of channels of the batch normalisation after it; 0 for none.
    """

    name: str
    weights: int
    biases: int
    units_in: int
    units_out: int
    norm_channels: int = 0

    @property
    def parameters(self) -> int:
        """The number of learned values in the layer and its normalisation."""
        return self.weights + self.biases + 2 * self.norm_channels

    @property
    def statistics(self) -> int:
        """The number of values that normalisation keeps: running means, variances and a count."""
        return 2 * self.norm_channels + 1 if self.norm_channels else 0


def layer_sizes(
    architecture: str, *, channels: int, image_size: int, classes: int
) -> tuple[LayerSize, ...]:
    """Return the sizes of an architecture's layers for images of ``image_size`` pixels a side."""
    return tuple(_GEOMETRIES[architecture](channels, image_size, classes))


def feedback_bytes(rule: Rule, layers: Sequence[LayerSize]) -> int:
    """Return the bytes of a network's feedback weights; 0 where feedback follows from the weights.

    The first layer has none: no error goes below it. Dense feedback of a convolution joins every
    unit of its input to every unit of its output, which soon fills a machine's memory.
    """
    if rule.stored_feedback == "never":
        return 0
    hidden, classes = layers[1:], layers[-1].units_out
    entries = {
        "kernels": sum(layer.weights for layer in hidden),
        "dense maps": sum(layer.units_in * layer.units_out for layer in hidden),
        "output projections": sum(layer.units_in * classes for layer in hidden),
        "none": 0,
    }[rule.feedback_structure]
    return entries * _BYTES


def activation_bytes(layers: Sequence[LayerSize], images: int) -> int:
    """Return the bytes of one representation of this many images: the outputs of every layer."""
    return sum(layer.units_out for layer in layers) * images * _BYTES


def checkpoint_bytes(rule: Rule, layers: Sequence[LayerSize], epochs: int) -> int:
    """Return the bytes of the checkpoints that a run of this many epochs keeps."""
    weights = sum(layer.parameters + layer.statistics for layer in layers) * _BYTES
    # Where no error goes down, the last layer alone learns and has moments.
    learning = layers[-1:] if rule.feedback_structure == "none" else layers
    state = weights + sum(layer.parameters for layer in learning) * _MOMENTS * _BYTES
    copies = {"never": 0, "once": 1, "with each state": _STATES_KEPT}[rule.stored_feedback]
    return weights * (epochs + 1) + state * _STATES_KEPT + feedback_bytes(rule, layers) * copies


def _linear(name: str, units_in: int, units_out: int) -> LayerSize:
    return LayerSize(name, units_in * units_out, units_out, units_in, units_out)


def _conv(
    name: str, channels: tuple[int, int], sides: tuple[int, int], *, kernel: int, norm: bool
) -> LayerSize:
    """Return the size of a convolution that is either biased or batch-normalised."""
    (before, after), (wide, narrow) = channels, sides
    weights = after * before * kernel**2
    biases, norm_channels = (0, after) if norm else (after, 0)
    return LayerSize(
        name, weights, biases, before * wide**2, after * narrow**2, norm_channels=norm_channels
    )


def _moskovitz1(channels: int, image_size: int, classes: int) -> Iterator[LayerSize]:
    return _two_convolutions((channels, 64, 64), (384, 192, classes), image_size)


def _lenet5(channels: int, image_size: int, classes: int) -> Iterator[LayerSize]:
    return _two_convolutions((channels, 6, 16), (120, 84, classes), image_size)


def _two_convolutions(
    maps: tuple[int, int, int], units: tuple[int, int, int], image_size: int
) -> Iterator[LayerSize]:
    """Yield two 5x5 convolutions without padding, each pooled by two, and three linear layers."""
    first = image_size - 4
    pooled = first // 2
    second = pooled - 4
    flat = maps[2] * (second // 2) ** 2
    yield _conv("conv1", (maps[0], maps[1]), (image_size, first), kernel=5, norm=False)
    yield _conv("conv2", (maps[1], maps[2]), (pooled, second), kernel=5, norm=False)
    yield _linear("fc1", flat, units[0])
    yield _linear("fc2", units[0], units[1])
    yield _linear("fc3", units[1], units[2])


def _mlp(channels: int, image_size: int, classes: int) -> Iterator[LayerSize]:
    yield _linear("fc1", channels * image_size**2, 512)
    yield _linear("fc2", 512, 512)
    yield _linear("fc3", 512, classes)


def _vgg8(channels: int, image_size: int, classes: int) -> Iterator[LayerSize]:
    side, before = image_size, channels
    for number, (after, pooled) in enumerate(
        ((64, True), (128, True), (256, False), (256, True), (512, False), (512, True)), 1
    ):
        yield _conv(f"conv{number}", (before, after), (side, side), kernel=3, norm=True)
        side, before = side // 2 if pooled else side, after
    yield _linear("fc1", before * side**2, 512)
    yield _linear("fc2", 512, classes)


def _resnet20(channels: int, image_size: int, classes: int) -> Iterator[LayerSize]:
    return _residual((channels, 16, 32, 64), image_size, classes, blocks=3, projected=False)


def _resnet18(channels: int, image_size: int, classes: int) -> Iterator[LayerSize]:
    return _residual((channels, 64, 128, 256, 512), image_size, classes, blocks=2, projected=True)


def _residual(
    maps: tuple[int, ...], image_size: int, classes: int, *, blocks: int, projected: bool
) -> Iterator[LayerSize]:
    """Yield a 3x3 stem and a stage per later number of maps; all but the first halve the image.

    ``projected``: whether the shortcut past a halving is a 1x1 convolution.
    """
    yield _conv("conv1", (maps[0], maps[1]), (image_size, image_size), kernel=3, norm=True)
    side, before = image_size, maps[1]
    for stage, after in enumerate(maps[1:], 1):
        narrow = side if stage == 1 else (side + 1) // 2
        for block in range(blocks):
            name = f"layer{stage}.{block}"
            yield _conv(f"{name}.conv1", (before, after), (side, narrow), kernel=3, norm=True)
            yield _conv(f"{name}.conv2", (after, after), (narrow, narrow), kernel=3, norm=True)
            if projected and before != after:
                shortcut = f"{name}.downsample.0"
                yield _conv(shortcut, (before, after), (side, narrow), kernel=1, norm=True)
            side, before = narrow, after
    yield _linear("fc", before, classes)


_GEOMETRIES: dict[str, Callable[[int, int, int], Iterator[LayerSize]]] = {
    "moskovitz1": _moskovitz1,
    "lenet5": _lenet5,
    "mlp": _mlp,
    "vgg8": _vgg8,
    "resnet20": _resnet20,
    "resnet18": _resnet18,
}
