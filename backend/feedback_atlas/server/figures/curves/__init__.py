"""Curves over training: loss, validation accuracy, and feedback alignment layer by layer.

They are drawn live from a few points that grow, and again in the comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves.drawing import (
    LayerAxis,
    Subject,
    layer_panels,
    single_plot,
)
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.curves.published_marks import PublishedMark
from feedback_atlas.server.figures.curves.series import finite_points
from feedback_atlas.server.figures.curves.traces import Wording
from feedback_atlas.server.results.types import Curve

_AS_MEASURED = CurveOptions()


def draw_curves(
    name: str,
    curves: Sequence[Curve],
    theme: Theme = "light",
    width: Width = "wide",
    options: CurveOptions = _AS_MEASURED,
    marks: Sequence[PublishedMark] = (),
) -> Figure:
    """Draw a measure of learning over training: in one plot, or in a panel a layer.

    Args:
        name: of the measure, as in `CURVES`.
        curves: x the training step, or the epoch of the validation accuracy; y the measure: nats,
            degrees, or shares of 1, NaN where it is undefined. ``layer`` is None for loss and
            accuracy; the update angle also has the layer "all", the gradients as one vector.
        theme: of the card it is drawn on.
        width: of that card.
        options: how lines are drawn.
        marks: published numbers to draw with them.
    """
    subject = replace(CURVES[name], marks=tuple(marks))
    draw = single_plot if subject.layer_axis is None else layer_panels
    return draw(subject, curves, theme, width, options)


def _angle_range(curves: Sequence[Curve]) -> tuple[float, float]:
    highest = [float(y.max()) for curve in curves if len(y := finite_points(curve)[1])]
    return -4.0, max(95.0, max(highest, default=0.0) + 5.0)


def _sign_range(curves: Sequence[Curve]) -> tuple[float, float]:
    values = [y for curve in curves if len(y := finite_points(curve, 100.0)[1])]
    return min([45.0, *(float(y.min()) - 3.0 for y in values)]), 103.0


_ANGLE = Wording("angle", "°", "step", 1)
_ANGLE_AXIS = LayerAxis(_angle_range, (0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0), chance=90.0)

CURVES: dict[str, Subject] = {
    subject.name: subject
    for subject in (
        Subject(
            name="loss",
            title="Training loss",
            caption="Cross-entropy over training steps.",
            wording=Wording("loss", "", "step", 3),
            y_title="Loss (nats)",
            has_log=True,
        ),
        Subject(
            name="validation-accuracy",
            title="Validation accuracy",
            caption="Share of validation images classified correctly after each epoch.",
            wording=Wording("accuracy", " %", "epoch", 1, factor=100.0),
            y_title="Accuracy (%)",
        ),
        Subject(
            name="local-angle",
            title="Alignment angle, local",
            caption="Angle between the error that the feedback passes down and the one that the "
            "forward weights would pass down. 0° is backpropagation; dashes at 90° are chance.",
            wording=_ANGLE,
            y_title="Angle (°)",
            layer_axis=_ANGLE_AXIS,
        ),
        Subject(
            name="global-angle",
            title="Alignment angle, global",
            caption="Angle between the error that reaches a layer and the one that true "
            "backpropagation would deliver there, with the same weights and images. Dashes at 90° "
            "are chance.",
            wording=_ANGLE,
            y_title="Angle (°)",
            layer_axis=_ANGLE_AXIS,
        ),
        Subject(
            name="update-angle",
            title="Update angle",
            caption="Angle between a rule's and true backpropagation's weight gradients, per layer "
            "and over all layers. Below the dashes at 90° (chance), the rule descends the loss.",
            wording=_ANGLE,
            y_title="Angle (°)",
            layer_axis=_ANGLE_AXIS,
        ),
        Subject(
            name="sign-concordance",
            title="Sign concordance",
            caption="Share of feedback weights with the sign of their forward weight. Dashes at 50 "
            "% are chance. Undefined where feedback and weights differ in shape, as in FA Dense's "
            "convolutions.",
            wording=Wording("same sign", " %", "step", 1, factor=100.0),
            y_title="Same sign (%)",
            layer_axis=LayerAxis(_sign_range, (0.0, 25.0, 50.0, 75.0, 100.0), chance=50.0),
        ),
    )
}
