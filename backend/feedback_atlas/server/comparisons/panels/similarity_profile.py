"""Same-layer similarities over layers, with intervals, tests, floor and ceiling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from feedback_atlas.server.analyses.kinds import SIMILARITY, STATISTICS
from feedback_atlas.server.catalog import IMAGES, REFERENCE_RULE, SIMILARITIES
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
from feedback_atlas.server.figures.similarity.profile import similarity_profile
from feedback_atlas.server.figures.similarity.profile_statistics import profile_statistics


def _inputs(plan: ComparisonPlan) -> dict[str, Any]:
    wanted = plan.wanted
    if plan.reference != REFERENCE_RULE:
        raise NotComputedError("BP, the reference, has not completed.")
    if wanted.images != "probe":
        raise NotComputedError(
            f"not available for {IMAGES[wanted.images].name.lower()} images; choose the probe."
        )
    if wanted.subset not in ("all", "one_class"):
        raise NotComputedError(
            "each pair is compared on different images, and statistics need the same "
            "images for all pairs."
        )
    if not SIMILARITIES[wanted.estimator].symmetric:
        name = SIMILARITIES[wanted.estimator].name
        raise NotComputedError(f"{name} is not symmetric.")
    return {
        **plan.common,
        **selection.measured(wanted),
        "subset": wanted.subset,
        "class": wanted.subset_class if wanted.subset == "one_class" else None,
        "networks": plan.networks(plan.shown),
        "untrained": plan.untrained,
    }


def _draw(
    numbers: ComparisonNumbers, theme: Theme, width: Width, options: CurveOptions
) -> Figure | None:
    similarity, statistics = numbers.of(SIMILARITY), numbers.of(STATISTICS)
    if similarity is None:
        return None
    if statistics is not None:
        return profile_statistics(similarity, statistics, theme, width)
    figure = similarity_profile(similarity, theme, width)
    reason = numbers.missing.get(STATISTICS.id)
    if reason is None:
        return figure
    return replace(figure, caption=f"{figure.caption} No statistics: {reason}")


PANEL = Panel(
    id="similarity-profile",
    title="Similarity over layers",
    answers="In which layers does a rule differ from BP by more than two BP seeds differ?",
    figures=(PanelFigure("similarity-profile", _draw, needs=(SIMILARITY,), also=(STATISTICS,)),),
    computations=(Computation(STATISTICS, _inputs),),
    size="half",
)
