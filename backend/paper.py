"""The similarities that Lance & Kieu (2026) published, to be laid beside one's own.

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
_SEED = 42
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
        runs=tuple(RunLabel(rule, _SEED) for rule in matrices),
        layers=tuple(_published()["layers"]),
        values=np.array([entry["matrix"] for entry in matrices.values()], dtype=np.float64),
        estimator="minibatch",
        epoch="best",
        n_images=_IMAGES,
        images="validation_and_test",
        subset=subset,
        used=tuple(entry["n"] for entry in matrices.values()),
    )


@cache
def _published() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(__file__).with_name("paper.json").read_text())
    return content
