"""Measures of learning over training, as curves for figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from feedback_atlas.server.db.models import Run
from feedback_atlas.server.results.types import Curve, RunLabel
from feedback_atlas.server.runs.measurements import RunKey, SeriesCache

# Figures, and what the measure of each is called where it is stored.
_MEASURES = {
    "loss": "loss",
    "validation-accuracy": "val_accuracy",
    "local-angle": "local_angle",
    "global-angle": "global_angle",
    "update-angle": "update_angle",
    "sign-concordance": "sign_concordance",
}
CURVE_NAMES = tuple(_MEASURES)


def curves_of(
    session: Session, runs: Iterable[Run], rules: Mapping[str, str]
) -> dict[str, list[Curve]]:
    """Return curves of every measure for ``runs``, by the name of their figure.

    ``rules`` says by run what its rule is called here.
    """
    by_experiment: dict[str, list[RunKey]] = {}
    for run in runs:
        key = replace(RunKey.of(run), rule=rules[run.id])
        by_experiment.setdefault(key.experiment_id, []).append(key)
    cache = SeriesCache()
    return {
        name: [
            curve
            for keys in by_experiment.values()
            for curve in curves_named(name, session, keys, cache)
        ]
        for name in CURVE_NAMES
    }


def curves_named(
    name: str, session: Session, keys: Sequence[RunKey], cache: SeriesCache
) -> list[Curve]:
    """Return the curves of one figure, with every point, from ``cache`` and what is new."""
    measure = _MEASURES[name]
    return [
        Curve(
            run=RunLabel(key.rule, key.seed),
            layer=layer,
            x=x,
            y=y,
            steps_per_epoch=key.steps_per_epoch,
        )
        for key, series in zip(keys, cache.read(session, keys, [measure]), strict=True)
        for layer, (x, y) in series[measure].items()
    ]
