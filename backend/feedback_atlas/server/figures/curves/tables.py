"""The numbers behind curves: a line a curve to read, and every point to download."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Cell, Table
from feedback_atlas.server.figures.base.tables import DeferredRows
from feedback_atlas.server.figures.curves.series import finite_points
from feedback_atlas.server.figures.curves.traces import Wording
from feedback_atlas.server.results.types import Curve


def summary(wording: Wording, y_title: str, curves: Sequence[Curve]) -> Table:
    """Say for each curve where it began, its extremes and where it ended."""
    by_layer = any(curve.layer is not None for curve in curves)
    rows: list[tuple[Cell, ...]] = []
    for curve in curves:
        steps, values = finite_points(curve, wording.factor)
        label: tuple[Cell, ...] = (RULES[curve.run.rule].name, curve.run.seed)
        label += (curve.layer,) if by_layer else ()
        if len(values):
            numbers = (values[0], values.min(), values.max(), values[-1], steps[-1])
            rows.append(label + tuple(float(number) for number in numbers))
        else:
            rows.append((*label, None, None, None, None, None))
    layer = ("Layer",) if by_layer else ()
    digits = wording.digits
    return Table(
        (
            "Rule",
            "Seed",
            *layer,
            f"{y_title}, first",
            "Lowest",
            "Highest",
            "Last",
            f"Last {wording.x}",
        ),
        tuple(rows),
        (None, None, *(None for _ in layer), digits, digits, digits, digits, 0),
    )


def every_point(wording: Wording, y_title: str, curves: Sequence[Curve]) -> Table:
    """List every point of every curve; one without a value is None."""
    by_layer = any(curve.layer is not None for curve in curves)
    layer = ("layer",) if by_layer else ()
    return Table(
        ("rule", "seed", *layer, wording.x, y_title),
        DeferredRows(lambda: _points(wording, curves, by_layer)),
    )


def _points(
    wording: Wording, curves: Sequence[Curve], by_layer: bool
) -> Sequence[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for curve in curves:
        label: tuple[Cell, ...] = (curve.run.rule, curve.run.seed)
        label += (curve.layer,) if by_layer else ()
        values = np.where(np.isfinite(curve.y), curve.y * wording.factor, np.nan)
        rows += [
            (*label, step, None if value != value else value)
            for step, value in zip(curve.x.tolist(), values.tolist(), strict=True)
        ]
    return rows
