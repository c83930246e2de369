"""A map of every layer of every network by the distances of their geometries."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.analyses.kinds import GEOMETRY
from feedback_atlas.server.catalog import ARCHITECTURES
from feedback_atlas.server.catalog.records import Definition
from feedback_atlas.server.comparisons import selection
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels.panel import (
    Cite,
    ComparisonPlan,
    Computation,
    Panel,
    PanelFigure,
)
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.maps.representations import geometry_map

# Most epochs of a trajectory, and most points that a map is found of within seconds.
_TRAJECTORY_EPOCHS = 10
_TRAJECTORY_POINTS = 800


def _inputs(plan: ComparisonPlan) -> dict[str, Any]:
    if plan.wanted.map == "epoch":
        return {
            **plan.common,
            "map": "epoch",
            "networks": plan.networks(plan.shown),
            "untrained": plan.starts,
        }
    every_seed = {run.seed for run in plan.shown}
    seeds = every_seed if plan.wanted.map_seeds == "all" else {plan.seed}
    runs = [run for run in plan.shown if run.seed in seeds]
    room = _TRAJECTORY_POINTS // (len(runs) * len(ARCHITECTURES[plan.spec.architecture].layers))
    epochs = trajectory_epochs(min(run.epochs for run in runs), min(room, _TRAJECTORY_EPOCHS))
    over_training = (selection.described(plan.session, runs, epoch, plan.rules) for epoch in epochs)
    return {
        **plan.common,
        "map": "trajectory",
        "epoch": "last",
        "networks": [described[run.id] for described in over_training for run in runs],
        "untrained": [one for one in plan.starts if one["seed"] in seeds],
    }


def trajectory_epochs(last: int, count: int) -> list[int]:
    """Return at most ``count`` epochs, with the first and the last, denser early in training.

    Representations move most in the first epochs, so epochs are spaced geometrically.
    """
    if count >= last:
        return list(range(1, last + 1))
    steps = max(count, 2) - 1
    return sorted({round(last ** (step / steps)) for step in range(steps + 1)})


def _draw(
    numbers: ComparisonNumbers, theme: Theme, width: Width, options: CurveOptions
) -> Figure | None:
    data = numbers.of(GEOMETRY)
    return None if data is None else geometry_map(data, theme, width, numbers.map_dimensions)


def _methods(numbers: ComparisonNumbers, cite: Cite) -> str:
    data = numbers.of(GEOMETRY)
    if data is None:
        return ""
    return (
        "The map of representations is a metric multidimensional scaling of the angles between "
        f"centred Gram matrices, arccos of biased CKA{cite(['williams2021'])}, with stress "
        f"{data.stress:.2f}{cite(['kruskal1964'])}."
    )


PANEL = Panel(
    id="geometry-map",
    title="Map of representations",
    answers="How close are all networks to each other, and how did training move them?",
    figures=(PanelFigure("geometry-map", _draw, needs=(GEOMETRY,)),),
    computations=(Computation(GEOMETRY, _inputs),),
    size="half",
    methods=_methods,
    definition=Definition(
        "geometry-map",
        "Map of representations",
        "Every layer of every network as a point, by metric multidimensional scaling (SMACOF) of "
        "the angle between centred Gram matrices, a metric.",
        r"D_{ij} = \arccos \mathrm{CKA}(K_i, K_j), \quad \text{stress } "
        r"\sqrt{\frac{\sum (d - D)^2}{\sum d^2}}",
        "Biased CKA. Stress 0 is perfect; above 0.2, points close on the map may represent "
        "images differently. Axis directions have no meaning.",
        ("williams2021", "kruskal1964"),
    ),
)
