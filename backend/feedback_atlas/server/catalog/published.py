"""Numbers and settings published by Lance & Kieu (2026).

Their setting: one run per rule, all of one seed; CIFAR-10; the minibatch estimator in batches of
256 over the 15,000 validation and test images.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from feedback_atlas.server.results.types import LayerSimilarity, RunLabel

CITATION = "Lance & Kieu (2026), arXiv:2605.08564"
ARCHITECTURE = "moskovitz1"
DATASET = "cifar10"
REFERENCE = "bp"
SEED = 42
EPOCHS = 50
BATCH_SIZE = 128
IMAGE_SIZE = 24
# Validation and test images together.
IMAGES = 15_000
# In the order of the class indices in the data set's files.
CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
EXEMPLAR_CLASS = "dog"
# Step of the last published alignment angles.
LAST_STEP = 17_600


@dataclass(frozen=True, slots=True)
class PublishedAccuracy:
    """The published accuracies of a rule in percent, and its best epoch by validation accuracy."""

    best_val: float
    test: float
    best_epoch: int


@dataclass(frozen=True, slots=True)
class PublishedAngle:
    """A rule's angle in a layer in degrees, read off the curves to about half a degree."""

    first: float
    lowest: float
    last: float


def published_rules() -> tuple[str, ...]:
    """Return the rules with published similarities."""
    return tuple(_published()["cka_vs_bp"]["all"])


def published_subsets() -> tuple[str, ...]:
    """Return the image subsets with published similarities."""
    return tuple(_published()["cka_vs_bp"])


def published_similarity(subset: str) -> LayerSimilarity:
    """Return published similarities on a subset, rows the rule's layers and columns BP's.

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
        n_images=IMAGES,
        images="validation_and_test",
        subset=subset,
        used=tuple(entry["n"] for entry in matrices.values()),
    )


def chosen_hyperparameters() -> dict[str, dict[str, float]]:
    """Return by rule the settings that won the paper's search, and the best epoch with them."""
    chosen: dict[str, dict[str, float]] = _published()["chosen_hyperparameters"]
    return chosen


def hyperparameter_grids() -> dict[str, dict[str, list[float]]]:
    """Return by rule and parameter the values that the paper's search tried."""
    grids: dict[str, dict[str, list[float]]] = _published()["hyperparameter_grid"]
    return grids


def published_accuracy() -> dict[str, PublishedAccuracy]:
    """Return Table 1, by rule."""
    chosen = chosen_hyperparameters()
    return {
        rule: PublishedAccuracy(entry["best_val"], entry["test"], int(chosen[rule]["best_epoch"]))
        for rule, entry in _published()["accuracy_percent"].items()
    }


def published_angles() -> dict[tuple[str, str], PublishedAngle]:
    """Return Figure 3, by rule and layer."""
    return {
        (rule, layer): PublishedAngle(*degrees)
        for rule, layers in _published()["alignment_angle_degrees"].items()
        for layer, degrees in layers.items()
    }


def published_concordance() -> dict[tuple[str, str], float]:
    """Return Figures 4 and 7 at the end of training, by rule and layer: shares of 1."""
    return {
        (rule, layer): share
        for rule, layers in _published()["sign_concordance_final"].items()
        for layer, share in layers.items()
    }


def published_taxonomy() -> dict[str, dict[str, str | bool]]:
    """Return Figure 1, by rule and property, in the words of the rule catalog."""
    taxonomy: dict[str, dict[str, str | bool]] = _published()["plausibility"]
    return taxonomy


@cache
def _published() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(__file__).with_name("published.json").read_text())
    return content


# The rule whose norm the paper's text and code disagree about.
NORM_RULE = "usf_sn"


class Variant(StrEnum):
    """One of the paper's two descriptions, its text and its code, where they disagree."""

    CODE = "code"
    TEXT = "text"
    MIXED = "mixed"


NORM_OF = {Variant.CODE: "frobenius", Variant.TEXT: "spectral"}
