"""The catalog and the sizes that estimates rest on agree with the science."""

from __future__ import annotations

import pytest
import torch

from feedback_atlas.analysis import DISTANCES, MEASURES, measure
from feedback_atlas.analysis import SUBSETS as IMAGE_SUBSETS
from feedback_atlas.data import DATA_SETS, load
from feedback_atlas.learning import RULES as RULE_CLASSES
from feedback_atlas.learning import (
    convert,
    export_changing_feedback,
    export_feedback,
    make_rule,
    settings_of,
)
from feedback_atlas.models import ARCHITECTURES as BUILDERS
from feedback_atlas.models import build
from feedback_atlas.server.catalog import (
    ARCHITECTURES,
    DATASETS,
    RDM_DISTANCES,
    RULES,
    SIMILARITIES,
    SUBSETS,
)
from feedback_atlas.server.catalog.layer_sizes import layer_sizes
from feedback_atlas.training import TrainingSpec, represent
from feedback_atlas.training.spec import ADAM

pytestmark = pytest.mark.usefixtures("one_thread")


def test_every_choice_is_known_to_both_sides() -> None:
    assert set(RULES) == set(RULE_CLASSES)
    assert set(ARCHITECTURES) == set(BUILDERS)
    assert set(DATASETS) == set(DATA_SETS)
    assert list(SIMILARITIES) == list(MEASURES)
    for name, entry in SIMILARITIES.items():
        assert entry.symmetric == measure(name).symmetric
        assert entry.rdms == name.startswith("rsa_")
    assert set(RDM_DISTANCES) == set(DISTANCES)
    assert set(SUBSETS) == set(IMAGE_SUBSETS)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(("channels", "size", "classes"), [(1, 24, 10), (3, 32, 7), (3, 17, 2)])
def test_layer_sizes_are_those_of_the_network(
    architecture: str, channels: int, size: int, classes: int
) -> None:
    model = build(architecture, in_channels=channels, image_size=size, num_classes=classes)
    sizes = layer_sizes(architecture, channels=channels, image_size=size, classes=classes)
    assert [layer.name for layer in sizes] == list(ARCHITECTURES[architecture].layers)
    layers = dict(model.named_modules())
    shapes: dict[str, tuple[int, int]] = {}
    for layer in sizes:
        module = layers[layer.name]
        assert layer.weights == module.weight.numel()
        assert layer.biases == (0 if module.bias is None else module.bias.numel())
        module.register_forward_hook(
            lambda _, inputs, output, name=layer.name: shapes.__setitem__(
                name, (inputs[0].numel(), output.numel())
            )
        )
    model(torch.zeros(2, channels, size, size))
    assert shapes == {layer.name: (2 * layer.units_in, 2 * layer.units_out) for layer in sizes}
    assert sum(layer.parameters for layer in sizes) == sum(p.numel() for p in model.parameters())
    assert sum(layer.statistics for layer in sizes) == sum(b.numel() for b in model.buffers())


def test_an_image_smaller_than_the_catalog_allows_does_not_fit() -> None:
    for entry in ARCHITECTURES.values():
        size = entry.minimum_image_size
        build(entry.id, in_channels=3, image_size=size, num_classes=2)
        with pytest.raises(ValueError, match=str(size)):
            build(entry.id, in_channels=3, image_size=size - 1, num_classes=2)


def test_digits_have_the_counts_that_the_catalog_gives() -> None:
    data, entry = load("digits"), DATASETS["digits"]
    assert (len(data.train.labels), len(data.val.labels), len(data.test.labels)) == (
        entry.train_images,
        entry.val_images,
        entry.test_images,
    )
    assert (data.channels, data.image_size) == (entry.channels, entry.stored_size)
    assert len(data.class_names) == entry.classes


def test_every_rule_can_be_told_what_the_catalog_offers() -> None:
    for entry in RULES.values():
        ids = [parameter.id for parameter in entry.parameters]
        ids += [choice.id for choice in entry.choices]
        assert len(set(ids)) == len(ids)
        assert set(ids) - ADAM == settings_of(entry.id)
        for ends in (lambda p: p.default, lambda p: p.minimum, lambda p: p.maximum):
            values = {parameter.id: ends(parameter) for parameter in entry.parameters}
            TrainingSpec.with_parameters(
                values, rule=entry.id, architecture="moskovitz1", seed=0, epochs=1
            )
        for parameter in entry.parameters:
            assert parameter.minimum <= parameter.default <= parameter.maximum
        for choice in entry.choices:
            for option in choice.options:
                make_rule(entry.id, {choice.id: option.id})


def test_where_feedback_is_kept_is_where_the_catalog_says() -> None:
    for entry in RULES.values():
        model = build("moskovitz1", in_channels=1)
        convert(model, entry.id, example_input=torch.zeros(1, 1, 24, 24))
        fixed, changing = export_feedback(model), export_changing_feedback(model)
        assert (bool(fixed), bool(changing)) == {
            "never": (False, False),
            "once": (True, False),
            "with each state": (False, True),
        }[entry.stored_feedback], entry.id
        shapes = {tuple(tensor.shape) for tensor in fixed.values()}
        assert ((2304, 6400) in shapes) == (entry.feedback_structure == "dense maps")
        assert ((10, 6400) in shapes) == (entry.feedback_structure == "output projections")


def test_colours_tell_rules_apart() -> None:
    for theme in ("colour_light", "colour_dark"):
        colours = [getattr(entry, theme).lower() for entry in RULES.values()]
        assert len(set(colours)) == len(colours)


def test_every_layer_that_the_catalog_lists_is_represented() -> None:
    for entry in ARCHITECTURES.values():
        model = build(entry.id, in_channels=1, image_size=24, num_classes=10)
        layers = represent(model, load("digits").test.images[:4], load("digits"), 24)
        assert list(layers) == list(entry.layers)
