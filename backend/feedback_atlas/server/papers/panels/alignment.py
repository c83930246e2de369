"""Figure 3, alignment angles, and Figures 4 and 7, sign concordance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.published import (
    LAST_STEP,
    Variant,
    published_angles,
    published_concordance,
)
from feedback_atlas.server.figures.curves import draw_curves
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.curves.published_marks import PublishedMark
from feedback_atlas.server.papers.panels.panel import Draw, Panel, PaperNumbers
from feedback_atlas.server.papers.panels.tables import Line, beside_table
from feedback_atlas.server.papers.panels.verdicts import Subject, judge
from feedback_atlas.server.results.types import Curve

# Degrees: what weights begin with depends on their distribution alone, later angles on the run.
_FIRST, _LATER = 2.0, 5.0
_ANGLES = Subject("angle", "angles", "°", 1, "2° at step 0 and 5° later")
# Percentage points of sign concordance, which moves a point or two in all of training.
_SIGNS_TOLERANCE = 1.0
_SIGNS = Subject("sign concordance", "sign concordances", " points", 1, "1 point")

_MOMENTS: tuple[tuple[str, Callable[[NDArray[np.float64]], float], float], ...] = (
    ("step 0", lambda y: float(y[0]), _FIRST),
    ("lowest", lambda y: float(y.min()), _LATER),
    ("last", lambda y: float(y[-1]), _LATER),
)


def angle_panel(numbers: PaperNumbers) -> Panel:
    """Compare with Figure 3, by the local angle of the paper's code or the global of its text."""
    as_text = numbers.setting.variant is Variant.TEXT
    compared, other = ("global-angle", "local-angle")[:: 1 if as_text else -1]
    lines = [
        Line(
            (RULES[rule].name, layer, moment),
            _at(numbers.curves.get(compared, []), rule, layer, of),
            theirs,
            tolerance,
            (_mean(_at(numbers.curves.get(other, []), rule, layer, of)),),
        )
        for (rule, layer), published in published_angles().items()
        if rule in numbers.setting.rules
        for (moment, of, tolerance), theirs in zip(
            _MOMENTS, (published.first, published.lowest, published.last), strict=True
        )
    ]
    marks = [
        mark
        for (rule, layer), published in published_angles().items()
        for mark in (
            PublishedMark(rule, layer, "first", published.first),
            PublishedMark(rule, layer, "last", published.last),
        )
    ]
    kind = "global" if as_text else "local"
    source = "text" if as_text else "code"
    return numbers.panel(
        "figure-3",
        judge([line.beside for line in lines], _ANGLES, numbers.setting.obstacles),
        compared=(
            f"The {kind} angle at step 0, at its minimum and at the end of training (the paper’s "
            f"step {LAST_STEP:,}); the paper’s were read off its curves, to about half a degree."
        ),
        variant=f"{kind} angle (the paper’s {source}); {numbers.setting.variant_phrase}",
        figures={
            f"figure-3-{name.removesuffix('-angle')}": _drawn(
                name, numbers.curves.get(name, []), marks if name == compared else []
            )
            for name in (compared, other)
        },
        table=beside_table(
            ("Rule", "Layer", "When"),
            lines,
            unit="°",
            digits=1,
            others=(f"Ours, {other.replace('-', ' ')}",),
        ),
    )


def concordance_panel(numbers: PaperNumbers) -> Panel:
    """Compare with Figures 4 and 7."""
    curves = numbers.curves.get("sign-concordance", [])
    published = published_concordance()
    lines = [
        Line(
            (RULES[rule].name, layer),
            tuple(100.0 * share for share in _at(curves, rule, layer, _MOMENTS[-1][1])),
            100.0 * theirs,
            _SIGNS_TOLERANCE,
        )
        for (rule, layer), theirs in published.items()
        if rule in numbers.setting.rules
    ]
    marks = [
        PublishedMark(rule, layer, "last", 100.0 * theirs)
        for (rule, layer), theirs in published.items()
    ]
    return numbers.panel(
        "figures-4-7",
        judge([line.beside for line in lines], _SIGNS, numbers.setting.obstacles),
        compared=(
            "At the end of training, in the layers that the paper names; both uSF rules "
            "are at 100 % by construction."
        ),
        figures={
            "figures-4-7": lambda theme, width: draw_curves(
                "sign-concordance", curves, theme, width, CurveOptions(), marks
            )
        },
        table=beside_table(("Rule", "Layer"), lines, unit="%", digits=1),
    )


def _drawn(name: str, curves: Sequence[Curve], marks: Sequence[PublishedMark]) -> Draw:
    return lambda theme, width: draw_curves(name, curves, theme, width, CurveOptions(), marks)


def _at(
    curves: Sequence[Curve], rule: str, layer: str, of: Callable[[NDArray[np.float64]], float]
) -> tuple[float, ...]:
    """Return a number of each seed's curve, of those that have a value."""
    found = [
        curve.y[np.isfinite(curve.y)]
        for curve in curves
        if curve.run.rule == rule and curve.layer == layer
    ]
    return tuple(of(y) for y in found if len(y))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
