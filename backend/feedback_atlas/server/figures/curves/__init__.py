"""Curves over training: loss, validation accuracy, and feedback alignment layer by layer.

They are drawn live from a few points that grow, and again in the comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves.drawing import Chance, Subject, layer_panels, single_plot
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.curves.published_marks import PublishedMark
from feedback_atlas.server.figures.curves.series import finite_points
from feedback_atlas.server.figures.curves.traces import Wording
from feedback_atlas.server.results.types import Curve

_AS_MEASURED = CurveOptions()


def loss(
    curves: Sequence[Curve],
    theme: Theme = "light",
    width: Width = "wide",
    options: CurveOptions = _AS_MEASURED,
) -> Figure:
    """Draw the training loss.

    Args:
        curves: x the training step, y the cross-entropy in nats; ``layer`` None.
        theme: of the card it is drawn on.
        width: of that card.
        options: how lines are drawn.
    """
    subject = Subject(
        name="loss",
        title="Training loss",
        caption="Cross-entropy over training steps.",
        wording=Wording("loss", "", "step", 3),
        y_title="Loss (nats)",
        has_log=True,
    )
    return single_plot(subject, curves, theme, width, options)


def validation_accuracy(
    curves: Sequence[Curve],
    theme: Theme = "light",
    width: Width = "wide",
    options: CurveOptions = _AS_MEASURED,
    marks: Sequence[PublishedMark] = (),
) -> Figure:
    """Draw the validation accuracy in percent.

    Args:
        curves: x the epoch, y the share of validation images classified correctly, 0 to 1;
            ``layer`` None.
        theme: of the card it is drawn on.
        width: of that card.
        options: how lines are drawn.
        marks: published numbers to draw with them.
    """
    subject = Subject(
        name="validation-accuracy",
        title="Validation accuracy",
        caption="Share of validation images classified correctly after each epoch.",
        wording=Wording("accuracy", " %", "epoch", 1, factor=100.0),
        y_title="Accuracy (%)",
        marks=tuple(marks),
    )
    return single_plot(subject, curves, theme, width, options)


def local_angle(
    curves: Sequence[Curve],
    theme: Theme = "light",
    width: Width = "wide",
    options: CurveOptions = _AS_MEASURED,
    marks: Sequence[PublishedMark] = (),
) -> Figure:
    """Draw the local alignment angle, a panel a layer.

    Args:
        curves: x the training step, y the angle in degrees, ``layer`` the layer's name.
        theme: of the card it is drawn on.
        width: of that card.
        options: how lines are drawn.
        marks: published numbers to draw with them.
    """
    subject = Subject(
        name="local-angle",
        title="Alignment angle, local",
        caption=(
            "Angle between the error that the feedback passes down and the one that the "
            "forward weights would pass down. 0° is backpropagation; dashes at 90° are "
            "chance."
        ),
        wording=Wording("angle", "°", "step", 1),
        y_title="Angle (°)",
        marks=tuple(marks),
    )
    return _angles(subject, curves, theme, width, options)


def global_angle(
    curves: Sequence[Curve],
    theme: Theme = "light",
    width: Width = "wide",
    options: CurveOptions = _AS_MEASURED,
    marks: Sequence[PublishedMark] = (),
) -> Figure:
    """Draw the angle between a rule's error and true backpropagation's, a panel a layer.

    Args:
        curves: x the training step, y the angle in degrees, ``layer`` the layer's name.
        theme: of the card it is drawn on.
        width: of that card.
        options: how lines are drawn.
        marks: published numbers to draw with them.
    """
    subject = Subject(
        name="global-angle",
        title="Alignment angle, global",
        caption=(
            "Angle between the error that reaches a layer and the one that true backpropagation "
            "would deliver there, with the same weights and images. Dashes at 90° are chance."
        ),
        wording=Wording("angle", "°", "step", 1),
        y_title="Angle (°)",
        marks=tuple(marks),
    )
    return _angles(subject, curves, theme, width, options)


def update_angle(
    curves: Sequence[Curve],
    theme: Theme = "light",
    width: Width = "wide",
    options: CurveOptions = _AS_MEASURED,
) -> Figure:
    """Draw the angle between a rule's parameter gradients and backpropagation's.

    Args:
        curves: x the training step, y the angle in degrees, ``layer`` the layer's name, or "all"
            for the gradients of all layers as one vector.
        theme: of the card it is drawn on.
        width: of that card.
        options: how lines are drawn.
    """
    subject = Subject(
        name="update-angle",
        title="Update angle",
        caption=(
            "Angle between a rule's and true backpropagation's weight gradients, per layer "
            "and over all layers. Below the dashes at 90° (chance), the rule descends the "
            "loss."
        ),
        wording=Wording("angle", "°", "step", 1),
        y_title="Angle (°)",
    )
    return _angles(subject, curves, theme, width, options)


def sign_concordance(
    curves: Sequence[Curve],
    theme: Theme = "light",
    width: Width = "wide",
    options: CurveOptions = _AS_MEASURED,
    marks: Sequence[PublishedMark] = (),
) -> Figure:
    """Draw the share of feedback weights that have their forward weight's sign, a panel a layer.

    Args:
        curves: x the training step, y the share, 0 to 1, ``layer`` the layer's name; NaN where
            feedback and forward weights differ in shape.
        theme: of the card it is drawn on.
        width: of that card.
        options: how lines are drawn.
        marks: published numbers to draw with them.
    """
    subject = Subject(
        name="sign-concordance",
        title="Sign concordance",
        caption=(
            "Share of feedback weights with the sign of their forward weight. Dashes at 50 "
            "% are chance. Undefined where feedback and weights differ in shape, as in FA "
            "Dense's convolutions."
        ),
        wording=Wording("same sign", " %", "step", 1, factor=100.0),
        y_title="Same sign (%)",
        marks=tuple(marks),
    )
    values = [y for curve in curves if len(y := finite_points(curve, 100.0)[1])]
    bottom = min([45.0, *(float(y.min()) - 3.0 for y in values)])
    chance = Chance(50.0, (0.0, 25.0, 50.0, 75.0, 100.0))
    return layer_panels(subject, curves, theme, width, options, (bottom, 103.0), chance)


def _angles(
    subject: Subject, curves: Sequence[Curve], theme: Theme, width: Width, options: CurveOptions
) -> Figure:
    top = max(95.0, _highest(curves) + 5.0)
    chance = Chance(90.0, (0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0))
    return layer_panels(subject, curves, theme, width, options, (-4.0, top), chance)


def _highest(curves: Sequence[Curve]) -> float:
    return max((float(y.max()) for curve in curves if len(y := finite_points(curve)[1])), default=0)


CURVES: dict[str, Callable[[Sequence[Curve], Theme, Width, CurveOptions], Figure]] = {
    "loss": loss,
    "validation-accuracy": validation_accuracy,
    "local-angle": local_angle,
    "global-angle": global_angle,
    "update-angle": update_angle,
    "sign-concordance": sign_concordance,
}


def draw_curves(
    name: str, curves: Sequence[Curve], theme: Theme, width: Width, options: CurveOptions
) -> Figure:
    """Draw a measure of learning over training."""
    return CURVES[name](curves, theme, width, options)
