"""Table 1, best validation and test accuracy, and Figure 2, the curves that lead there."""

from __future__ import annotations

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.published import PublishedAccuracy, published_accuracy
from feedback_atlas.server.figures.curves import draw_curves
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.curves.published_marks import PublishedMark
from feedback_atlas.server.papers.panels.panel import Panel, PaperNumbers
from feedback_atlas.server.papers.panels.tables import Line, beside_table
from feedback_atlas.server.papers.panels.verdicts import Subject, judge

# Points of accuracy. Runs of an independent implementation scattered about this much; the two FA
# rules, which learn little and late, more.
_TOLERANCE = 2.0
_TOLERANCES = {"fa_dense": 6.0, "fa_toeplitz": 6.0}
_SUBJECT = Subject(
    "accuracy", "accuracies", " points", 2, "2 points (6 for FA Dense and FA Toeplitz)"
)


def accuracy_panel(numbers: PaperNumbers) -> Panel:
    """Compare with Table 1."""
    lines = [
        line
        for rule, theirs in _rules(numbers)
        for line in (
            Line(
                (RULES[rule].name, "best validation"),
                _best_val(numbers, rule),
                theirs.best_val,
                _tolerance(rule),
            ),
            Line(
                (RULES[rule].name, "test"),
                tuple(
                    100.0 * row.test_accuracy
                    for row in numbers.accuracy
                    if row.run.rule == rule and row.test_accuracy is not None
                ),
                theirs.test,
                _tolerance(rule),
            ),
        )
    ]
    return numbers.panel(
        "table-1",
        judge([line.beside for line in lines], _SUBJECT, numbers.setting.obstacles),
        compared="Test accuracy at the epoch of best validation accuracy; means over seeds.",
        table=beside_table(("Rule", "Accuracy"), lines, unit="%", digits=2),
    )


def accuracy_curves_panel(numbers: PaperNumbers) -> Panel:
    """Compare with Figure 2."""
    lines = [
        Line(
            (RULES[rule].name,),
            _best_val(numbers, rule),
            theirs.best_val,
            _tolerance(rule),
            (_best_epoch(numbers, rule), theirs.best_epoch),
        )
        for rule, theirs in _rules(numbers)
    ]
    marks = [
        PublishedMark(rule, None, "level", theirs.best_val) for rule, theirs in _rules(numbers)
    ]
    curves = numbers.curves.get("validation-accuracy", [])
    return numbers.panel(
        "figure-2",
        judge([line.beside for line in lines], _SUBJECT, numbers.setting.obstacles),
        compared=(
            "The maximum of each curve: the paper published no other numbers for its curves."
        ),
        figures={
            "figure-2": lambda theme, width: draw_curves(
                "validation-accuracy", curves, theme, width, CurveOptions(x="epoch"), marks
            )
        },
        table=beside_table(
            ("Rule",), lines, unit="%", digits=2, others=("Our best epoch", "The paper’s epoch")
        ),
    )


def _rules(numbers: PaperNumbers) -> list[tuple[str, PublishedAccuracy]]:
    published = published_accuracy()
    return [(rule, published[rule]) for rule in numbers.setting.rules if rule in published]


def _tolerance(rule: str) -> float:
    return _TOLERANCES.get(rule, _TOLERANCE)


def _best_val(numbers: PaperNumbers, rule: str) -> tuple[float, ...]:
    return tuple(
        100.0 * row.best_val_accuracy
        for row in numbers.accuracy
        if row.run.rule == rule and row.best_val_accuracy is not None
    )


def _best_epoch(numbers: PaperNumbers, rule: str) -> float | None:
    epochs = [
        row.best_epoch
        for row in numbers.accuracy
        if row.run.rule == rule and row.best_epoch is not None
    ]
    return sum(epochs) / len(epochs) if epochs else None
