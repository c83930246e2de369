"""Experiments that the form can start from."""

from __future__ import annotations

from dataclasses import dataclass

from backend.paper.recipe import paper_spec
from backend.schemas.experiments import ExperimentSpec
from backend.services.experiments import default_spec


@dataclass(frozen=True, slots=True)
class Preset:
    """A filled-in form under a name."""

    id: str
    name: str
    description: str
    spec: ExperimentSpec


def presets() -> list[Preset]:
    """In the order that they are offered in; the first is what the form is filled in with."""
    return [
        Preset(
            "digits",
            "Quick look: digits",
            "The paper’s five rules on small images, one seed. A minute or two on a laptop.",
            default_spec(),
        ),
        Preset(
            "paper",
            "The paper: CIFAR-10",
            "The settings of Lance & Kieu (2026) for each rule, 50 epochs, seed 42. Wants a GPU.",
            paper_spec(),
        ),
        Preset(
            "paper-ten-seeds",
            "The paper, ten seeds",
            "As the paper with seeds 0 to 9: intervals and tests. Once it has run, its answers "
            "over seeds offer the other arm, of independent initialisation.",
            paper_spec(seeds=range(10)).model_copy(
                update={"name": "Five learning rules on CIFAR-10, ten seeds"}
            ),
        ),
        Preset(
            "ten-seeds",
            "Ten seeds",
            "Digits with seeds 0 to 9: intervals, and whether rules differ more than seeds do. "
            "Its answers over seeds offer the other arm, of independent initialisation.",
            default_spec().model_copy(
                update={
                    "name": "Five learning rules on digits, ten seeds",
                    "seeds": list(range(10)),
                }
            ),
        ),
        Preset(
            "blank",
            "Blank",
            "No rule chosen and no name given.",
            ExperimentSpec(name="", rules=[]),
        ),
    ]
