"""The panels that are computed after the similarities: statistics, maps, exemplars, costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from feedback_atlas.server.artifacts import kinds
from feedback_atlas.server.catalog import ARCHITECTURES, IMAGES, REFERENCE_RULE, RULES, SIMILARITIES
from feedback_atlas.server.comparisons import selection
from feedback_atlas.server.comparisons.schemas import ComparisonRequest
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.db.models import Analysis, Experiment, Run
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.specs.schemas import ExperimentSpec

# The figure that shows each panel's numbers.
FIGURES = {
    "statistics": "similarity-profile",
    "geometry": "geometry-map",
    "exemplars": "exemplars",
    "costs": "result",
    "accuracy_tests": "result",
    "image_space": "image-space",
}
# Figures that show some of a panel's numbers beside the one that shows them all.
ALSO_IN = {"statistics": "result"}
# Figures that show what there is while the rest is computed, or where it failed.
PARTIAL = ("similarity-profile", "result")
# Epochs of a trajectory, fewer where there would be more points than a map is found of in seconds.
_TRAJECTORY_EPOCHS = 10
_TRAJECTORY_POINTS = 800


@dataclass(frozen=True, slots=True)
class Chosen:
    """The runs of a comparison: those shown, all with the references, their files and names."""

    selected: Sequence[Run]
    shown: Sequence[Run]
    described: dict[str, Described]
    rules: Mapping[str, str]
    reference: str
    seed: int


def inputs(
    session: Session,
    experiment: Experiment,
    wanted: ComparisonRequest,
    chosen: Chosen,
    common: dict[str, Any],
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """What each panel is computed from, and why a panel is not."""
    spec = ExperimentSpec.model_validate(experiment.spec)
    found: dict[str, dict[str, Any]] = {}
    missing: dict[str, str] = {}
    # Of each seed BP's start, or all starts, where rules have weights of their own.
    floor, starts = _untrained(
        session, chosen, {run.seed: run for run in reversed(chosen.shown)}, _by_start(chosen)
    )
    reason = _no_statistics(wanted, chosen)
    if reason is None:
        found["statistics"] = {
            **common,
            **selection.measured(wanted),
            "subset": wanted.subset,
            "class": wanted.subset_class if wanted.subset == "one_class" else None,
            "networks": [chosen.described[run.id] for run in chosen.shown],
            "untrained": floor,
        }
    else:
        missing["statistics"] = reason
    n_layers = len(ARCHITECTURES[spec.architecture].layers)
    found["geometry"] = {**common, **_map_inputs(session, wanted, chosen, starts, n_layers)}
    layers = convolutions(spec.architecture)
    if layers:
        found["exemplars"] = {
            **common,
            "layer": _layer(wanted, layers),
            "class": wanted.exemplar_class,
            # Part of the id: what was computed of a test set's first images is not found again.
            "images": "a share of every class",
            "networks": [
                chosen.described[run.id] for run in chosen.selected if run.seed == chosen.seed
            ],
        }
    else:
        name = ARCHITECTURES[spec.architecture].name
        missing["exemplars"] = f"Channels are shown of convolutions; {name} has none."
    found["costs"] = _cost_inputs(spec, chosen, common)
    found["accuracy_tests"] = {
        "reference": chosen.reference,
        "accuracies": [
            [chosen.rules[run.id], run.seed, run.test_accuracy]
            for run in chosen.shown
            if run.test_accuracy is not None
        ],
    }
    found["image_space"] = {**common, **_space_inputs(spec, wanted, chosen)}
    return found, missing


def states(content: dict[str, Any], found: Mapping[str, Analysis]) -> dict[str, Analysis | None]:
    """The analysis, of those ``found`` by id, of each panel that a comparison asked for."""
    ids: dict[str, str] = content["panels"]
    return {panel: found.get(analysis_id) for panel, analysis_id in ids.items()}


def convolutions(architecture: str) -> list[str]:
    """Names of a network's convolutions, in order."""
    return [layer for layer in ARCHITECTURES[architecture].layers if not layer.startswith("fc")]


def _no_statistics(wanted: ComparisonRequest, chosen: Chosen) -> str | None:
    if chosen.reference != REFERENCE_RULE:
        return "No statistics: they compare with BP, which has not completed."
    if wanted.images != "probe":
        return f"No statistics on {IMAGES[wanted.images].name.lower()} images: choose the probe."
    if wanted.subset not in ("all", "one_class"):
        return (
            "No statistics: each pair is compared on images of its own, and statistics need the "
            "same images for all."
        )
    if not SIMILARITIES[wanted.estimator].symmetric:
        return f"No statistics: {SIMILARITIES[wanted.estimator].name} is not symmetric."
    return None


def _untrained(
    session: Session, chosen: Chosen, *firsts: Mapping[Any, Run]
) -> list[list[Described]]:
    """The untrained networks that these runs began with, in the order of what they are filed by."""
    runs = {run.id: run for first in firsts for run in first.values()}
    described = selection.described(session, list(runs.values()), 0, chosen.rules)
    return [[described[first[key].id] for key in sorted(first)] for first in firsts]


def _by_start(chosen: Chosen) -> dict[tuple[int, str], Run]:
    """A run for each set of initial weights."""
    own = kinds.INITIALISATION
    return {
        (run.seed, chosen.described[run.id].get(own, "")): run for run in reversed(chosen.shown)
    }


def _map_inputs(
    session: Session,
    wanted: ComparisonRequest,
    chosen: Chosen,
    untrained: list[Described],
    n_layers: int,
) -> dict[str, Any]:
    if wanted.map == "epoch":
        networks = [chosen.described[run.id] for run in chosen.shown]
        return {"map": "epoch", "networks": networks, "untrained": untrained}
    seeds = {run.seed for run in chosen.shown} if wanted.map_seeds == "all" else {chosen.seed}
    runs = [run for run in chosen.shown if run.seed in seeds]
    room = _TRAJECTORY_POINTS // (len(runs) * n_layers)
    epochs = trajectory_epochs(min(run.epochs for run in runs), min(room, _TRAJECTORY_EPOCHS))
    return {
        "map": "trajectory",
        "epoch": "last",
        "networks": [
            described[run.id]
            for described in (
                selection.described(session, runs, epoch, chosen.rules) for epoch in epochs
            )
            for run in runs
        ],
        "untrained": [one for one in untrained if one["seed"] in seeds],
    }


def trajectory_epochs(last: int, count: int) -> list[int]:
    """At most ``count`` epochs up to the last, at least the first and it: closer together early.

    Representations move most in the first epochs, so that ratios of epochs are alike, not steps.
    """
    if count >= last:
        return list(range(1, last + 1))
    steps = max(count, 2) - 1
    return sorted({round(last ** (step / steps)) for step in range(steps + 1)})


def _layer(wanted: ComparisonRequest, layers: list[str]) -> str:
    if wanted.exemplar_layer is None:
        return layers[-1]
    if wanted.exemplar_layer not in layers:
        raise InvalidSpecError(
            [
                (
                    "exemplar_layer",
                    f"{wanted.exemplar_layer[:64]!a} is no convolution of this network: choose "
                    f"one of {', '.join(layers)}.",
                )
            ]
        )
    return wanted.exemplar_layer


def _space_inputs(
    spec: ExperimentSpec, wanted: ComparisonRequest, chosen: Chosen
) -> dict[str, Any]:
    """One layer of two rules' networks of the RDMs' seed, or of the one that there is."""
    layers = ARCHITECTURES[spec.architecture].layers
    layer = wanted.space_layer or layers[max(len(layers) - 2, 0)]
    if layer not in layers:
        raise InvalidSpecError(
            [
                (
                    "space_layer",
                    f"{layer[:64]!a} is no layer of this network: choose one of "
                    f"{', '.join(layers)}.",
                )
            ]
        )
    runs = {chosen.rules[run.id]: run for run in chosen.selected if run.seed == chosen.seed}
    asked = list(dict.fromkeys(wanted.space_rules or []))
    rules = asked if asked and set(asked) <= set(runs) else list(runs)[:2]
    return {
        "distance": wanted.distance,
        "layer": layer,
        "networks": [chosen.described[runs[rule].id] for rule in rules],
    }


def _cost_inputs(spec: ExperimentSpec, chosen: Chosen, common: dict[str, Any]) -> dict[str, Any]:
    first = {chosen.rules[run.id]: run for run in reversed(chosen.shown)}
    return {
        "network": common["network"],
        "batch_size": spec.batch_size,
        "rules": [
            [name, first[name].rule, first[name].parameters] for name in RULES.in_order(first)
        ],
        "probe": chosen.described[chosen.shown[0].id],
    }
