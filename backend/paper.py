"""What Lance & Kieu (2026) published: similarities to lay beside one's own, and their settings.

Their setting: one run a rule, all of one seed; CIFAR-10; the minibatch estimator in batches of 256
over the 15,000 validation and test images.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from backend.figures.data import LayerSimilarity, RunLabel

ARCHITECTURE = "moskovitz1"
DATASET = "cifar10"
REFERENCE = "bp"
SEED = 42
EPOCHS = 50
BATCH_SIZE = 128
_IMAGES = 15_000


def published_rules() -> tuple[str, ...]:
    """Rules with published similarities."""
    return tuple(_published()["cka_vs_bp"]["all"])


def published_subsets() -> tuple[str, ...]:
    """Subsets of the images that similarities were published for."""
    return tuple(_published()["cka_vs_bp"])


def published_similarity(subset: str) -> LayerSimilarity:
    """The published similarities on a subset, rows the rule's layers and columns BP's.

    Raises KeyError for a subset that is not among `published_subsets`.
    """
    matrices = _published()["cka_vs_bp"][subset]
    return LayerSimilarity(
        reference=REFERENCE,
        runs=tuple(RunLabel(rule, SEED) for rule in matrices),
        layers=tuple(_published()["layers"]),
        values=np.array([entry["matrix"] for entry in matrices.values()], dtype=np.float64),
        estimator="minibatch",
        epoch="best",
        n_images=_IMAGES,
        images="validation_and_test",
        subset=subset,
        used=tuple(entry["n"] for entry in matrices.values()),
    )


def chosen_hyperparameters() -> dict[str, dict[str, float]]:
    """By rule, the settings that won the paper's search, and the best epoch with them."""
    chosen: dict[str, dict[str, float]] = _published()["chosen_hyperparameters"]
    return chosen


@cache
def _published() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(__file__).with_name("paper.json").read_text())
    return content
