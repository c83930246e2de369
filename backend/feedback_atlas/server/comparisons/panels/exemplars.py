"""The channels that matter for a class, and the images that drive them."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.analyses.kinds import EXEMPLARS
from feedback_atlas.server.catalog import ARCHITECTURES
from feedback_atlas.server.catalog.records import Definition
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels.panel import (
    Cite,
    ComparisonPlan,
    Computation,
    NotComputedError,
    Panel,
    figure_of,
)
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.figures.exemplars import exemplar_gallery


def convolutions(architecture: str) -> list[str]:
    """List a network's convolutions, in order."""
    return [layer for layer in ARCHITECTURES[architecture].layers if not layer.startswith("fc")]


def _inputs(plan: ComparisonPlan) -> dict[str, Any]:
    layers = convolutions(plan.spec.architecture)
    if not layers:
        name = ARCHITECTURES[plan.spec.architecture].name
        raise NotComputedError(f"Only convolutions have channels to show; {name} has none.")
    return {
        **plan.common,
        "layer": _layer(plan.wanted.exemplar_layer, layers),
        "class": plan.wanted.exemplar_class,
        # Part of the id, so that older results of the test set's first images are not reused.
        "images": "a share of every class",
        "networks": plan.networks([run for run in plan.selected if run.seed == plan.seed]),
    }


def _layer(wanted: str | None, layers: list[str]) -> str:
    if wanted is None:
        return layers[-1]
    if wanted not in layers:
        raise InvalidSpecError.at(
            "exemplar_layer",
            f"{wanted[:64]!a} is no convolution of this network: choose one of "
            f"{', '.join(layers)}.",
        )
    return wanted


def _methods(numbers: ComparisonNumbers, cite: Cite) -> str:
    data = numbers.of(EXEMPLARS)
    if data is None:
        return ""
    return (
        f"Channels of {data.layer} were ranked for the class "
        f"{data.class_names[data.class_index]} by the mean absolute product of mean gradient and "
        f"mean activation, after Grad-CAM{cite(['selvaraju2017'])}."
    )


PANEL = Panel(
    id="exemplars",
    title="Channels and their images",
    answers="What do the channels that matter for a class respond to?",
    figures=(figure_of("exemplars", EXEMPLARS, exemplar_gallery),),
    computations=(Computation(EXEMPLARS, _inputs),),
    methods=_methods,
    definition=Definition(
        "exemplars",
        "Channels that matter",
        "For the images of a class, the mean gradient of its logit on a channel times the "
        "channel’s mean activation, in absolute value, averaged; with it the images that "
        "activate the channel most.",
        r"I_k = \frac{1}{n} \sum_i \lvert \mathrm{mean}_{xy} \frac{\partial y}{\partial A_k} "
        r"\cdot \mathrm{mean}_{xy} A_k \rvert",
        "A first-order attribution: saturated units have no gradient. The gradient is that "
        "of true backpropagation, whichever rule trained the network.",
        ("selvaraju2017", "lance2026"),
    ),
)
