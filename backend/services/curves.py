"""Measures of learning over training, as curves for figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.db.models import Measurement, Run
from backend.figures.data import Curve, RunLabel

# Figures of one measure a layer, and what the measure is called where it is stored.
_LAYER_MEASURES = {
    "local-angle": "local_angle",
    "global-angle": "global_angle",
    "update-angle": "update_angle",
    "sign-concordance": "sign_concordance",
}
CURVE_NAMES = ("loss", "validation-accuracy", *_LAYER_MEASURES)

_Points = dict[str | None, tuple[list[float], list[float]]]


def curves_of(session: Session, runs: Iterable[Run]) -> dict[str, list[Curve]]:
    """Curves of every measure for ``runs``, by the name of the figure that shows them."""
    ordered = list(runs)
    rows = session.execute(
        select(
            Measurement.run_id,
            Measurement.kind,
            Measurement.step,
            Measurement.epoch,
            Measurement.data,
        )
        .where(Measurement.run_id.in_([run.id for run in ordered]))
        .order_by(Measurement.step)
    ).all()
    points: dict[str, dict[str, _Points]] = {
        name: {run.id: {} for run in ordered} for name in CURVE_NAMES
    }
    for run_id, kind, step, epoch, data in rows:
        if kind == "step":
            _add(points["loss"][run_id], None, step, data.get("loss"))
            for name, measure in _LAYER_MEASURES.items():
                values: Mapping[str, float] = data.get(measure, {})
                for layer, value in values.items():
                    _add(points[name][run_id], layer, step, value)
        elif kind == "epoch":
            _add(points["validation-accuracy"][run_id], None, epoch, data.get("val_accuracy"))
    return {
        name: [
            Curve(
                run=RunLabel(run.rule, run.seed),
                layer=layer,
                x=np.asarray(x, dtype=np.float64),
                y=np.asarray(y, dtype=np.float64),
            )
            for run in ordered
            for layer, (x, y) in by_run[run.id].items()
        ]
        for name, by_run in points.items()
    }


def _add(points: _Points, layer: str | None, x: float, y: float | None) -> None:
    if y is not None:
        xs, ys = points.setdefault(layer, ([], []))
        xs.append(x)
        ys.append(y)
