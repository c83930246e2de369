"""Estimated bytes are those of a run's files, for every architecture and rule."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import torch
from safetensors.torch import save
from torch import Tensor

from feedback_atlas.data import ImageData, Split, probe
from feedback_atlas.learning import convert
from feedback_atlas.models import build
from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.catalog import ARCHITECTURES, RULES
from feedback_atlas.server.catalog.layer_sizes import feedback_bytes, layer_sizes
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.specs.dataset_facts import DatasetFacts
from feedback_atlas.server.specs.estimates import estimate
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec
from feedback_atlas.training import TrainingSpec, train
from tests.worker.training.observing import Notebook

pytestmark = pytest.mark.usefixtures("one_thread")

SIZE = 16
CLASSES = 3


def stored(tensors: dict[str, Tensor]) -> int:
    return len(save(tensors)) if tensors else 0


@pytest.fixture(scope="module")
def images() -> ImageData:
    """Twelve random images a split, two batches of an epoch."""
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randint(256, (12, 3, SIZE, SIZE), generator=generator, dtype=torch.uint8)
    split = Split(pixels, torch.arange(12) % CLASSES)
    return ImageData(
        name="few",
        train=split,
        val=split,
        test=split,
        class_names=("a", "b", "c"),
        mean=(0.5, 0.5, 0.5),
        std=(0.3, 0.3, 0.3),
        flip=True,
    )


def estimated(architecture: str, rule: str, tmp_path: Path, **changes: object) -> int:
    spec = ExperimentSpec(
        name="A test",
        architecture=architecture,
        rules=[RuleSpec(rule=rule)],
        epochs=2,
        image_size=SIZE,
        **changes,
    )
    facts = DatasetFacts(channels=3, classes=CLASSES, train_images=12, test_images=12)
    database = Database(f"sqlite:///{tmp_path / 'atlas.db'}")
    database.migrate()
    with database.read() as session:
        disk_bytes = estimate(spec, facts, LocalStore(tmp_path), session).disk_bytes
    database.close()
    return disk_bytes


@pytest.mark.parametrize(
    ("architecture", "rule"),
    [
        *(("lenet5", rule) for rule in RULES),
        *(("mlp", "bp"), ("moskovitz1", "fa_dense"), ("resnet20", "fa_toeplitz")),
    ],
)
def test_disk_is_what_the_files_of_a_run_take(architecture, rule, images, tmp_path) -> None:
    seen = Notebook()
    chosen = TrainingSpec(
        rule=rule, architecture=architecture, seed=0, epochs=2, batch_size=6, image_size=SIZE
    )
    train(chosen, images, probe(images, 6), seen)
    files = [
        *seen.weights.values(),
        seen.states[1],
        seen.states[2],
        *[seen.representations[0]] * 3,  # the untrained, the best and the last network
        seen.feedback,
    ]
    taken = sum(map(stored, files))
    # Names, shapes, random streams and the optimiser's counters come on top.
    assert estimated(architecture, rule, tmp_path, probe_size=6) == pytest.approx(
        taken, rel=0.02, abs=60_000
    )


@pytest.mark.parametrize(
    ("architecture", "rule"),
    [
        *product(("lenet5", "resnet20"), [rule for rule in RULES if rule != "bp"]),
        *product(("vgg8",), [rule for rule in RULES if rule not in ("bp", "fa_dense")]),
        *product(("moskovitz1", "mlp", "resnet18"), ("usf_init", "dfa")),
    ],
)
def test_feedback_is_as_large_as_said(architecture, rule) -> None:
    entry = RULES[rule]
    size = ARCHITECTURES[architecture].minimum_image_size
    sizes = layer_sizes(architecture, channels=2, image_size=size, classes=CLASSES)
    model = build(architecture, in_channels=2, image_size=size, num_classes=CLASSES)
    example = torch.zeros(1, 2, size, size)
    if ARCHITECTURES[architecture].residual and entry.feedback_structure == "output projections":
        with pytest.raises(ValueError, match="defined for a chain of layers"):
            convert(model, rule, example_input=example)
        return
    plain = {name for name, _ in model.named_buffers()}
    convert(model, rule, example_input=example)
    own = [buffer for name, buffer in model.named_buffers() if name not in plain]
    assert feedback_bytes(entry, sizes) == sum(
        buffer.numel() * buffer.element_size() for buffer in own
    )
