"""The similarity of every layer of a rule with every layer of the reference."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.analyses.kinds import SIMILARITY
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.published import published_similarity
from feedback_atlas.server.comparisons import selection
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels.panel import (
    ComparisonPlan,
    Computation,
    NotComputedError,
    Panel,
    PanelFigure,
)
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.similarity.matrices import (
    layer_similarity,
    layer_similarity_beside,
    layer_similarity_difference,
    published_layer_similarity,
)


def _inputs(plan: ComparisonPlan) -> dict[str, Any]:
    wanted = plan.wanted
    if not plan.paired:
        raise NotComputedError(
            f"Nothing to compare with {RULES[plan.reference].name} yet: no other rule has "
            "completed with the same seed."
        )
    return {
        **plan.common,
        **selection.measured(wanted),
        "images": wanted.images,
        "subset": wanted.subset,
        "class": wanted.subset_class if wanted.subset == "one_class" else None,
        "reference": plan.reference,
        "pairs": [plan.networks([run, plan.references[run.seed]]) for run in plan.paired],
    }


def _draw(
    numbers: ComparisonNumbers, theme: Theme, width: Width, options: CurveOptions
) -> Figure | None:
    similarity = numbers.of(SIMILARITY)
    if similarity is None:
        return None
    if numbers.matrices == "ours":
        return layer_similarity(similarity, theme, width)
    published = published_similarity(similarity.subset)
    if numbers.matrices == "beside":
        return layer_similarity_beside(similarity, published, theme, width)
    if numbers.matrices == "paper":
        return published_layer_similarity(similarity, published, theme, width)
    return layer_similarity_difference(similarity, published, theme, width)


PANEL = Panel(
    id="layer-similarity",
    title="Layer similarity",
    answers="Which layer of a rule resembles which layer of BP?",
    figures=(PanelFigure("layer-similarity", _draw, needs=(SIMILARITY,)),),
    computations=(Computation(SIMILARITY, _inputs),),
)
