"""Networks with batch normalisation: their running statistics are part of all that is kept."""

import pytest
import torch
from safetensors.torch import load, save
from torch import nn

from feedback_atlas.data import ImageData, Split, probe
from feedback_atlas.models import build
from feedback_atlas.training import Resume, TrainingSpec, evaluate, represent, train
from tests.worker.training.observing import Notebook, same, spec

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def tiny(few: ImageData) -> ImageData:
    """33 of the images, so that an epoch of batches of 16 leaves one image over."""
    return ImageData(
        name="tiny",
        train=Split(few.train.images[:33], few.train.labels[:33]),
        **{name: getattr(few, name) for name in ("val", "test", "class_names")},
        **{name: getattr(few, name) for name in ("mean", "std", "flip")},
    )


def deep_spec(rule: str = "fa_toeplitz", **changes: object) -> TrainingSpec:
    settings = {"architecture": "resnet20", "image_size": 8, "batch_size": 16, "epochs": 3}
    return spec(rule, **(settings | changes))


@pytest.mark.parametrize(("architecture", "size"), [("resnet20", 8), ("vgg8", 16)])
def test_a_resumed_run_ends_bit_identical(tiny, architecture, size) -> None:
    chosen = deep_spec(architecture=architecture, image_size=size)
    whole, rest = Notebook(), Notebook()
    outcome = train(chosen, tiny, probe(tiny, 12), whole)
    stored = whole.resume_from(1)
    stored = Resume(
        *(load(save(part)) for part in (stored.state, stored.feedback, stored.best_weights))
    )
    assert train(chosen, tiny, probe(tiny, 12), rest, resume=stored) == outcome
    statistics = [name for name in whole.weights[3] if "running_" in name]
    assert statistics
    for epoch in (2, 3):
        assert same(rest.weights[epoch], whole.weights[epoch])
        assert same(rest.states[epoch], whole.states[epoch])
    assert not any(torch.equal(whole.weights[1][n], whole.weights[3][n]) for n in statistics)
    for epoch, layers in rest.representations.items():
        assert same(layers, whole.representations[epoch])


@pytest.mark.parametrize("rule", ["bp", "usf_sn"])
def test_measuring_changes_no_weight_and_no_statistic(tiny, rule) -> None:
    ends = []
    for every in (0, 1):
        seen = Notebook()
        chosen = deep_spec(rule, epochs=1, track_every=every, track_global_every=every)
        train(chosen, tiny, probe(tiny, 12), seen)
        ends.append(seen.weights[1])
        assert len(seen.measures) == (3 if every else 0)
    assert same(*ends)


def test_kept_weights_alone_give_the_reported_accuracy_and_representation(tiny) -> None:
    seen = Notebook()
    outcome = train(deep_spec("bp"), tiny, probe(tiny, 12), seen)
    model = build("resnet20", in_channels=3, image_size=8, num_classes=3)
    model.load_state_dict(load(save(seen.weights[outcome.best_epoch])))
    # The same memory layout, so that sums are taken in the same order.
    model.to(memory_format=torch.channels_last)
    assert evaluate(model, tiny.test, tiny, 8) == (outcome.test_loss, outcome.test_accuracy)
    layers = represent(model, probe(tiny, 12).images, tiny, 8)
    assert same(layers, seen.representations[outcome.best_epoch])
    # Evaluating leaves the statistics, and the mode, as they were.
    assert same(dict(model.state_dict()), seen.weights[outcome.best_epoch])
    assert model.training


def test_statistics_and_not_the_batch_decide_when_evaluating(tiny) -> None:
    seen = Notebook()
    train(deep_spec("bp", epochs=1), tiny, probe(tiny, 12), seen)
    model = build("resnet20", in_channels=3, image_size=8, num_classes=3)
    model.load_state_dict(seen.weights[1])
    images = probe(tiny, 12).images
    together = represent(model, images, tiny, 8)
    alone = represent(model, images[:1], tiny, 8)
    for name, layer in together.items():
        torch.testing.assert_close(layer[:1], alone[name], rtol=1e-4, atol=1e-5)
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    assert all(int(norm.num_batches_tracked) == 3 for norm in norms)
