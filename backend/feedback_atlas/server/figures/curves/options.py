"""Display options of curves; none changes the numbers behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CurveAxis = Literal["step", "epoch"]
CurveScale = Literal["linear", "log"]
CurveLines = Literal["band", "runs"]

# Beyond this, an average would remember more measurements than most runs have.
MOST_SMOOTHING = 0.99


@dataclass(frozen=True, slots=True)
class CurveOptions:
    """Display options of curves.

    ``smoothing`` is the weight of an exponential moving average, 0 for none; ``x`` what values are
    placed over; ``scale`` that of the loss; ``lines`` whether a rule's seeds are a mean in a band
    from the lowest to the highest, or a line each.
    """

    smoothing: float = 0.0
    x: CurveAxis = "step"
    scale: CurveScale = "linear"
    lines: CurveLines = "band"
