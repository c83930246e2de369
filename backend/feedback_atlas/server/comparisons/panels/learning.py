"""Curves of training: alignment with BP, loss and accuracy."""

from __future__ import annotations

from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.panels.panel import Draw, Panel, PanelFigure
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves import draw_curves
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.result.accuracy import accuracy_table


def _curves(name: str) -> PanelFigure:
    def draw(
        numbers: ComparisonNumbers, theme: Theme, width: Width, options: CurveOptions
    ) -> Figure:
        return draw_curves(name, numbers.curves.get(name, []), theme, width, options)

    drawn: Draw = draw
    return PanelFigure(name, drawn)


ALIGNMENT = Panel(
    id="alignment",
    title="Alignment over training",
    answers="How far do a rule’s errors, updates and signs deviate from BP’s, layer by layer?",
    figures=tuple(
        map(_curves, ("local-angle", "global-angle", "update-angle", "sign-concordance"))
    ),
)
LOSS = Panel(
    id="loss",
    title="Training loss",
    answers="How fast did each rule learn?",
    figures=(_curves("loss"),),
    size="half",
)
VALIDATION_ACCURACY = Panel(
    id="validation-accuracy",
    title="Validation accuracy",
    answers="How did accuracy on unseen images develop?",
    figures=(_curves("validation-accuracy"),),
    size="half",
)
ACCURACY = Panel(
    id="accuracy",
    title="Accuracy",
    answers="How far do seeds of one rule differ?",
    figures=(
        PanelFigure(
            "accuracy",
            lambda numbers, theme, width, _: accuracy_table(numbers.accuracy, theme, width),
        ),
    ),
    size="half",
    shown=False,
)
