"""Accuracy of each run: the table, and its dots on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width
from feedback_atlas.server.figures.base.grid import blank
from feedback_atlas.server.figures.base.legend import legend, legend_key
from feedback_atlas.server.figures.base.theme import PALETTES, layout, rule_colour, rule_ink
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.results.types import AccuracyRow

_ROW = 38


def accuracy_table(
    rows: Sequence[AccuracyRow], theme: Theme = "light", width: Width = "wide"
) -> Figure:
    """Draw best validation accuracy (ring) and test accuracy (dot) of each run, a line a rule.

    Args:
        rows: one a run, accuracies as fractions; None where there is no value yet.
        theme: of the card it is drawn on.
        width: of that card.
    """
    rules = RULES.in_order(row.run.rule for row in rows)
    ordered = sorted(rows, key=lambda row: (rules.index(row.run.rule), row.run.seed))
    top, bottom = 30, 46
    height = top + bottom + _ROW * max(len(rules), 3)
    drawn = [
        value
        for row in ordered
        for value in (row.best_val_accuracy, row.test_accuracy)
        if value is not None
    ]
    if not drawn:
        return _figure(ordered, blank("No accuracy measured yet", theme, height))
    muted = PALETTES[theme].muted
    left = 84 if width == "narrow" else 96
    page = layout(theme, height=height, left=left, right=18, top=top, bottom=bottom)
    page["hovermode"] = "closest"
    page["xaxis"] = {
        "title": {"text": "Accuracy (%)"}, "range": [0, 100.0 if max(drawn) < 0.97 else 102.0],
        "tickmode": "linear", "tick0": 0, "dtick": 20, "showline": False,
    }  # fmt: skip
    page["yaxis"] = {
        "tickmode": "array",
        "tickvals": list(range(len(rules))),
        "ticktext": [
            f'<span style="color:{rule_ink(rule, theme)}">{RULES[rule].name}</span>'
            for rule in rules
        ],
        "tickfont": {"size": 12},
        "ticklabelstandoff": 8,
        "range": [len(rules) - 0.5, -0.5],
        "fixedrange": True,
    }
    page |= {
        "showlegend": True,
        "legend": legend(theme, y=1 + (top - 2) / (height - top - bottom), yanchor="top"),
    }
    traces = [
        _dots(ordered, rules, theme, validation=True),
        _dots(ordered, rules, theme, validation=False),
        legend_key("Best validation", symbol="circle-open", color=muted, size=9),
        legend_key("Test", symbol="circle", color=muted, size=9),
    ]
    return _figure(ordered, {"data": traces, "layout": page})


def _dots(
    rows: Sequence[AccuracyRow], rules: list[str], theme: Theme, *, validation: bool
) -> dict[str, Any]:
    pairs = [
        (row, value)
        for row in rows
        if (value := row.best_val_accuracy if validation else row.test_accuracy) is not None
    ]
    colours = [rule_colour(row.run.rule, theme) for row, _ in pairs]
    which = "best validation" if validation else "test"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": which,
        "showlegend": False,
        "x": typed(np.array([100.0 * value for _, value in pairs])),
        "y": typed(np.array([float(rules.index(row.run.rule)) for row, _ in pairs])),
        "customdata": [f"{RULES[row.run.rule].name}, seed {row.run.seed}" for row, _ in pairs],
        "marker": {
            "color": colours,
            "symbol": "circle-open" if validation else "circle",
            "size": 12 if validation else 6,
            "line": {"width": 2 if validation else 0, "color": colours},
        },
        "hovertemplate": f"<b>%{{customdata}}</b><br>{which} %{{x:.1f}} %<extra></extra>",
    }


def _figure(rows: Sequence[AccuracyRow], plotly: dict[str, Any]) -> Figure:
    cells: list[tuple[Cell, ...]] = [
        (
            RULES[row.run.rule].name,
            row.run.seed,
            row.best_epoch,
            _percent(row.best_val_accuracy),
            _percent(row.test_accuracy),
            row.seconds,
        )
        for row in rows
    ]
    named: list[tuple[Cell, ...]] = [
        (row.run.rule, *line[1:]) for row, line in zip(rows, cells, strict=True)
    ]
    return Figure(
        name="accuracy",
        title="Accuracy",
        caption="Test accuracy at the epoch of best validation accuracy.",
        plotly=plotly,
        table=Table(
            ("Rule", "Seed", "Best epoch", "Validation (%)", "Test (%)", "Training time (s)"),
            tuple(cells),
            (None, 0, 0, 1, 1, 0),
        ),
        csv=Table(
            ("rule", "seed", "best_epoch", "best_val_percent", "test_percent", "seconds"),
            tuple(named),
        ),
    )


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else 100.0 * fraction
