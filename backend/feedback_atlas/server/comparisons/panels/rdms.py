"""The representational dissimilarity matrices of one seed."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.analyses.kinds import RDM
from feedback_atlas.server.comparisons.panels.panel import (
    ComparisonPlan,
    Computation,
    Panel,
    figure_of,
)
from feedback_atlas.server.figures.rdm.gallery import rdm_gallery


def _inputs(plan: ComparisonPlan) -> dict[str, Any]:
    return {
        **plan.common,
        "distance": plan.wanted.distance,
        "runs": plan.networks([run for run in plan.selected if run.seed == plan.seed]),
    }


PANEL = Panel(
    id="rdms",
    title="Dissimilarity matrices",
    answers="Which images does each layer tell apart?",
    figures=(figure_of("rdms", RDM, rdm_gallery),),
    computations=(Computation(RDM, _inputs),),
)
