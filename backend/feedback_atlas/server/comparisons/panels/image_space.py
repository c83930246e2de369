"""The probe’s images as one layer of two networks arranges them."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.analyses.kinds import IMAGE_SPACE
from feedback_atlas.server.catalog import ARCHITECTURES
from feedback_atlas.server.catalog.records import Definition
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels.panel import (
    Cite,
    ComparisonPlan,
    Computation,
    Panel,
    figure_of,
)
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.core.text import listed
from feedback_atlas.server.figures.maps.images import image_space


def _inputs(plan: ComparisonPlan) -> dict[str, Any]:
    """Return the layer and the networks: of the RDMs' seed, of two rules if there are two."""
    layers = ARCHITECTURES[plan.spec.architecture].layers
    layer = plan.wanted.space_layer or layers[max(len(layers) - 2, 0)]
    if layer not in layers:
        raise InvalidSpecError.at(
            "space_layer",
            f"{layer[:64]!a} is no layer of this network: choose one of {', '.join(layers)}.",
        )
    runs = {plan.rules[run.id]: run for run in plan.selected if run.seed == plan.seed}
    chosen = list(dict.fromkeys(plan.wanted.space_rules or []))
    rules = chosen if chosen and set(chosen) <= set(runs) else list(runs)[:2]
    return {
        **plan.common,
        "distance": plan.wanted.distance,
        "layer": layer,
        "networks": plan.networks([runs[rule] for rule in rules]),
    }


def _methods(numbers: ComparisonNumbers, cite: Cite) -> str:
    data = numbers.of(IMAGE_SPACE)
    if data is None:
        return ""
    stress = listed([f"{value:.2f}" for value in data.stress])
    laid = ", the second fitted to the first by Procrustes analysis" if len(data.runs) > 1 else ""
    return (
        "Maps of images are metric multidimensional scalings of the dissimilarities of "
        f"{len(data.images):,} probe images in {data.layer}, with stress {stress}"
        f"{cite(['kruskal1964'])}{laid}."
    )


PANEL = Panel(
    id="image-space",
    title="Image space",
    answers="Which images does a layer represent as similar, and which does another rule place "
    "elsewhere?",
    figures=(figure_of("image-space", IMAGE_SPACE, image_space),),
    computations=(Computation(IMAGE_SPACE, _inputs),),
    methods=_methods,
    definition=Definition(
        "image-space",
        "Maps of images",
        "The probe’s images as points, by metric multidimensional scaling of one layer’s "
        "RDM; a second network’s map is fitted to the first by Procrustes analysis.",
        "",
        "At most 1,000 images, evenly spaced over the classes. Check the stress: above "
        "0.2, points close on the map may have dissimilar patterns.",
        ("kruskal1964",),
    ),
)
