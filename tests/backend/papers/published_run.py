"""The paper's own numbers, as if an experiment of ours had given them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from feedback_atlas.server.catalog.published import (
    CLASSES,
    published_accuracy,
    published_angles,
    published_concordance,
    published_similarity,
    published_subsets,
)
from feedback_atlas.server.experiments.service import with_defaults
from feedback_atlas.server.papers.panels import PaperNumbers
from feedback_atlas.server.papers.setting import Setting, setting_of
from feedback_atlas.server.results.types import (
    AccuracyRow,
    ChannelExemplars,
    CostRow,
    CostTable,
    Curve,
    ExemplarGallery,
    RunLabel,
)
from feedback_atlas.server.specs.paper_recipe import paper_spec
from feedback_atlas.server.specs.schemas import ExperimentSpec

SEED = 42


def setting(
    spec: ExperimentSpec | None = None,
    *,
    class_names: tuple[str, ...] = CLASSES,
    seeds: tuple[int, ...] = (SEED,),
    without: tuple[str, ...] = (),
) -> Setting:
    """The setting of a spec whose runs have all completed; the paper's where none is given."""
    spec = with_defaults(spec or paper_spec())
    return setting_of(
        spec,
        {rule.rule: rule.given for rule in spec.rules if rule.rule not in without},
        seeds=seeds,
        class_names=class_names,
    )


def published_numbers(**changes: Any) -> PaperNumbers:
    """Numbers that are the paper's."""
    label = {rule: RunLabel(rule, SEED) for rule in published_accuracy()}
    curves: dict[str, list[Curve]] = {
        "validation-accuracy": [
            _curve(label[rule], None, [10.0, theirs.best_val], 0.01)
            for rule, theirs in published_accuracy().items()
        ],
        "local-angle": [
            _curve(label[rule], layer, [theirs.first, theirs.lowest, theirs.last])
            for (rule, layer), theirs in published_angles().items()
        ],
        "global-angle": [
            _curve(label[rule], layer, [theirs.first + 20, theirs.lowest + 20, theirs.last + 20])
            for (rule, layer), theirs in published_angles().items()
        ],
        "sign-concordance": [
            _curve(label[rule], layer, [0.5, share])
            for (rule, layer), share in published_concordance().items()
        ],
    }
    return replace(
        PaperNumbers(
            setting=setting(),
            accuracy=tuple(
                AccuracyRow(
                    label[rule], theirs.best_epoch, theirs.best_val / 100, theirs.test / 100, None
                )
                for rule, theirs in published_accuracy().items()
            ),
            curves=curves,
            similarity={subset: published_similarity(subset) for subset in published_subsets()},
            exemplars=gallery(),
            costs=costs(),
        ),
        **changes,
    )


def gallery() -> ExemplarGallery:
    """One channel of BP: three dogs and a cat."""
    return ExemplarGallery(
        layer="conv2",
        class_index=5,
        class_names=CLASSES,
        seed=SEED,
        epoch="best",
        n_images=2000,
        channels=(
            ChannelExemplars(
                "bp",
                7,
                0.5,
                np.zeros((4, 3, 24, 24), dtype=np.uint8),
                np.ones(4),
                np.array([5, 5, 5, 3]),
            ),
        ),
    )


def costs() -> CostTable:
    """BP, and dense feedback at twice its time."""
    return CostTable(
        (
            CostRow("bp", 10, 10, 10, 0, 0, 0, 0.02),
            CostRow("fa_dense", 10, 10, 70, 0, 58_000_000, 0, 0.04),
        ),
        128,
        "a CPU",
    )


def _curve(run: RunLabel, layer: str | None, y: list[float], factor: float = 1.0) -> Curve:
    x = np.arange(len(y), dtype=np.float64)
    return Curve(run, layer, x, np.array(y, dtype=np.float64) * factor)
