"""The result table: accuracy, similarity, cost and plausibility, a row per rule."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.analyses.kinds import ACCURACY_TESTS, COSTS, SIMILARITY, STATISTICS
from feedback_atlas.server.artifacts.kinds import PROBE
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.records import Definition
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels.panel import (
    Cite,
    ComparisonPlan,
    Computation,
    Panel,
    PanelFigure,
)
from feedback_atlas.server.figures.result.data import ResultSources
from feedback_atlas.server.figures.result.table import result_figure


def sources(numbers: ComparisonNumbers) -> ResultSources:
    """Return the results that the table is made of."""
    return ResultSources(
        accuracy=numbers.accuracy,
        accuracy_tests=numbers.of(ACCURACY_TESTS),
        similarity=numbers.of(SIMILARITY),
        statistics=numbers.of(STATISTICS),
        costs=numbers.of(COSTS),
        missing=numbers.missing,
        unfinished=numbers.unfinished,
    )


def _cost_inputs(plan: ComparisonPlan) -> dict[str, Any]:
    first = {plan.rules[run.id]: run for run in reversed(plan.shown)}
    return {
        "network": plan.common["network"],
        "batch_size": plan.spec.batch_size,
        "rules": [
            [name, first[name].rule, first[name].parameters] for name in RULES.in_order(first)
        ],
        # Names the data set alone: costs are those of every epoch.
        "probe": {PROBE: plan.described[plan.shown[0].id][PROBE]},
    }


def _accuracy_inputs(plan: ComparisonPlan) -> dict[str, Any]:
    return {
        "reference": plan.reference,
        "accuracies": [
            [plan.rules[run.id], run.seed, run.test_accuracy]
            for run in plan.shown
            if run.test_accuracy is not None
        ],
    }


def _methods(numbers: ComparisonNumbers, cite: Cite) -> str:
    costs = numbers.of(COSTS)
    if costs is None:
        return ""
    return (
        f"Costs are floating-point operations for one batch of {costs.batch_size:,} "
        f"images, and median seconds per step on {costs.device}."
    )


PANEL = Panel(
    id="result",
    title="Result",
    answers=(
        "How well did each rule learn, how similar is it to BP, what does it cost, and how "
        "plausible is it?"
    ),
    figures=(
        PanelFigure(
            "result",
            lambda numbers, theme, width, _: result_figure(sources(numbers), theme, width),
            also=(SIMILARITY, STATISTICS, COSTS, ACCURACY_TESTS),
        ),
    ),
    computations=(
        Computation(COSTS, _cost_inputs),
        Computation(ACCURACY_TESTS, _accuracy_inputs),
    ),
    methods=_methods,
    definition=Definition(
        "cost",
        "Cost",
        "Floating-point operations of one training batch, counting a multiply-add as two; "
        "bytes of stored feedback; median seconds per training step on the worker.",
        "",
        "Operations are not time: dense products are memory-bound and small convolutions "
        "overhead-bound. Steps are timed alongside the worker’s other jobs.",
        (),
    ),
)
