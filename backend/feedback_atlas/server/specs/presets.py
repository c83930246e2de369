"""Experiments that the form can start from."""

from __future__ import annotations

from dataclasses import dataclass

from feedback_atlas.server.catalog import (
    DATASETS,
    DEFAULT_ARCHITECTURE,
    DEFAULT_DATASET,
    PAPER_RULES,
)
from feedback_atlas.server.catalog.published import DATASET
from feedback_atlas.server.specs.paper_recipe import paper_spec
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec


@dataclass(frozen=True, slots=True)
class Preset:
    """A filled-in form under a name."""

    id: str
    name: str
    description: str
    spec: ExperimentSpec


def presets() -> list[Preset]:
    """Return the presets in the order of the form, which opens with the first."""
    return [
        Preset(
            "digits",
            "Quick look: digits",
            "The paper’s five rules on small images, one seed. One or two minutes on a laptop.",
            default_spec(),
        ),
        Preset(
            "paper",
            "The paper: CIFAR-10",
            (
                "The settings of Lance & Kieu (2026) for each rule, 50 epochs, seed 42. GPU "
                "recommended."
            ),
            paper_spec(),
        ),
        Preset(
            "ten-seeds",
            "Ten seeds",
            "The paper with seeds 0 to 9: intervals and tests. Its answers over seeds then "
            "offer the other arm, with independent initial weights for each rule. GPU "
            "recommended.",
            paper_spec(seeds=range(10)).model_copy(
                update={"name": f"Five learning rules on {DATASETS[DATASET].name}, ten seeds"}
            ),
        ),
        Preset(
            "blank",
            "Blank",
            "No rules selected, no name.",
            ExperimentSpec(name="", rules=[]),
        ),
    ]


def default_spec() -> ExperimentSpec:
    """Return the form's default: the paper's five rules on digits, one seed, ten epochs."""
    return ExperimentSpec(
        name="Five learning rules on digits",
        dataset=DEFAULT_DATASET,
        architecture=DEFAULT_ARCHITECTURE,
        rules=[RuleSpec(rule=rule) for rule in PAPER_RULES],
        # An epoch has ten steps: the angle is measured in each, so that similarity can follow it.
        track_global_every=10,
    )
