"""The representational dissimilarity matrices of one seed."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.analyses.kinds import RDM
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels.panel import (
    ComparisonPlan,
    Computation,
    Panel,
    PanelFigure,
)
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.rdm.gallery import rdm_gallery


def _inputs(plan: ComparisonPlan) -> dict[str, Any]:
    return {
        **plan.common,
        "distance": plan.wanted.distance,
        "runs": plan.networks([run for run in plan.selected if run.seed == plan.seed]),
    }


def _draw(
    numbers: ComparisonNumbers, theme: Theme, width: Width, options: CurveOptions
) -> Figure | None:
    data = numbers.of(RDM)
    return None if data is None else rdm_gallery(data, theme, width)


PANEL = Panel(
    id="rdms",
    title="Dissimilarity matrices",
    answers="Which images does each layer tell apart?",
    figures=(PanelFigure("rdms", _draw, needs=(RDM,)),),
    computations=(Computation(RDM, _inputs),),
)
