"""A custom panel: the share of a layer's outputs that are positive, and so pass the next ReLU."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.analyses.kinds import Kind
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels.panel import (
    Cite,
    ComparisonPlan,
    Computation,
    Panel,
    PanelFigure,
)
from feedback_atlas.server.figures.base.figure import Figure, Table, Theme, Width
from feedback_atlas.server.figures.base.theme import layout
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.results.types import RunLabel


@dataclass(frozen=True, slots=True)
class ActiveUnits:
    """Shares of positive outputs, (n_runs, n_layers), on the probe."""

    runs: tuple[RunLabel, ...]
    layers: tuple[str, ...]
    shares: NDArray[np.float64]


KIND = Kind("active_units", "Active units", ActiveUnits, module=__name__)


def compute(inputs: dict[str, Any], representations: Any, check: Callable[[], None]) -> ActiveUnits:
    """Count positive outputs of every layer of each network, in a worker."""
    rows = []
    layers: tuple[str, ...] = ()
    for run in inputs["networks"]:
        check()
        activations = representations.on_probe(run)
        layers = tuple(activations)
        rows.append([float((x > 0).mean()) for x in activations.values()])
    runs = tuple(RunLabel(run["rule"], run["seed"]) for run in inputs["networks"])
    return ActiveUnits(runs, layers, np.array(rows))


def _inputs(plan: ComparisonPlan) -> dict[str, Any]:
    return {**plan.common, "networks": plan.networks(plan.selected)}


def _draw(
    numbers: ComparisonNumbers, theme: Theme, width: Width, options: CurveOptions
) -> Figure | None:
    data = numbers.of(KIND)
    if data is None:
        return None
    table = Table(
        ("Rule", "Seed", *data.layers),
        [
            (run.rule, run.seed, *shares)
            for run, shares in zip(data.runs, data.shares.tolist(), strict=True)
        ],
        (None, 0, *(2 for _ in data.layers)),
    )
    traces = [
        {"type": "bar", "name": f"{run.rule} {run.seed}", "x": list(data.layers), "y": typed(row)}
        for run, row in zip(data.runs, data.shares, strict=True)
    ]
    page = layout(theme, height=300, left=40, right=10, top=10, bottom=40)
    return Figure(
        name="active-units",
        title="Active units",
        caption="Share of a layer’s outputs that are positive.",
        plotly={"data": traces, "layout": page},
        table=table,
        csv=table,
    )


def _methods(numbers: ComparisonNumbers, cite: Cite) -> str:
    if numbers.of(KIND) is None:
        return ""
    return f"Active units are outputs above zero{cite(['kriegeskorte2008'])}."


PANEL = Panel(
    id="active-units",
    title="Active units",
    answers="How many units of a layer are active?",
    figures=(PanelFigure("active-units", _draw, needs=(KIND,)),),
    computations=(Computation(KIND, _inputs),),
    size="half",
    methods=_methods,
)
