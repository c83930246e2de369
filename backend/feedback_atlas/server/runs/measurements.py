"""Measures of learning, read from the database once and kept, so that only new ones are read."""

from __future__ import annotations

import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from itertools import compress, groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json
from sqlalchemy import ColumnElement, Text, and_, cast, or_, select
from sqlalchemy.orm import Session

from feedback_atlas.server.db.models import Measurement, Run

# What is kept of the rows of each kind, and what its points are placed over.
STEP_MEASURES = ("loss", "local_angle", "global_angle", "update_angle", "sign_concordance")
EPOCH_MEASURES = ("val_accuracy",)
_MOST_POINTS = 4_000_000
_RUNS_IN_STATEMENT = 100
_ENDED = ("completed", "failed", "cancelled")

# What it is placed over, its step, and all that was measured.
Row = tuple[int, int, Mapping[str, Any]]
# Of a run: by measure and layer (None for the whole network), x and y, each of shape (n,).
Series = dict[str, dict[str | None, tuple[NDArray[np.float64], NDArray[np.float64]]]]


@dataclass(frozen=True, slots=True)
class RunKey:
    """A run, and all of its row that says whether what is kept of it is still true."""

    id: str
    experiment_id: str
    rule: str
    seed: int
    state: str
    attempt: int
    rewinds: int
    epochs: int
    total_steps: int | None

    @classmethod
    def of(cls, run: Run) -> RunKey:
        """Return the key of a loaded row."""
        return cls(*(getattr(run, column.name) for column in fields(cls)))

    @property
    def steps_per_epoch(self) -> float | None:
        """Number of steps in an epoch; None before the run has first reported."""
        return None if self.total_steps is None else self.total_steps / self.epochs


def run_keys(session: Session, experiment_id: str) -> list[RunKey]:
    """Return keys of the runs of an experiment, in their order, without loading the runs."""
    columns = [getattr(Run, column.name) for column in fields(RunKey)]
    rows = session.execute(
        select(*columns)
        .where(Run.experiment_id == experiment_id, Run.role == "run")
        .order_by(Run.position)
    )
    return [RunKey(*row) for row in rows]


@dataclass(slots=True)
class _Kept:
    """The points of one run: to it rows are added until its measurements are taken back."""

    rewinds: int
    rows: int = 0
    points: int = 0
    # The attempt that had ended when the rows were read: then there will be no more of it.
    ended_attempt: int | None = None
    newest: dict[str, int] = field(default_factory=lambda: {"step": -1, "epoch": -1})
    columns: dict[tuple[str, str | None], tuple[array[float], array[float]]] = field(
        default_factory=dict
    )

    def is_complete(self, key: RunKey) -> bool:
        return key.state in _ENDED and self.ended_attempt == key.attempt

    def add(self, kind: str, rows: Sequence[Row]) -> None:
        """Add rows of one kind, in their order: a measure at a time, which costs least."""
        places = [x for x, _, _ in rows]
        for measure in EPOCH_MEASURES if kind == "epoch" else STEP_MEASURES:
            values = [data.get(measure) for _, _, data in rows]
            x, values = _measured(places, values)
            if not values:
                continue
            if not isinstance(values[0], dict):
                self._add_points(measure, None, x, values)
                continue
            layers: dict[str, None] = {}
            for of_layers in values:
                layers |= dict.fromkeys(of_layers)
            for layer in layers:
                of_layer = [of_layers.get(layer) for of_layers in values]
                self._add_points(measure, layer, *_measured(x, of_layer))
        self.newest[kind] = rows[-1][1]
        self.rows += len(rows)

    def _add_points(
        self, measure: str, layer: str | None, places: Sequence[float], values: Sequence[float]
    ) -> None:
        x, y = self.columns.setdefault((measure, layer), (array("d"), array("d")))
        x.extend(places)
        y.extend(values)
        self.points += len(values)

    def series(self, measures: Iterable[str]) -> Series:
        found: Series = {measure: {} for measure in measures}
        for (measure, layer), (x, y) in self.columns.items():
            if measure in found:
                found[measure][layer] = (np.array(x), np.array(y))
        return found


def _measured(x: list[int], values: list[Any]) -> tuple[list[int], list[Any]]:
    """Return only the points that have a value."""
    if None not in values:
        return x, values
    there = [value is not None for value in values]
    return list(compress(x, there)), list(compress(values, there))


@dataclass(slots=True)
class _Experiment:
    lock: threading.Lock = field(default_factory=threading.Lock)
    runs: dict[str, _Kept] = field(default_factory=dict)
    points: int = 0


class SeriesCache:
    """Series of the experiments that were read last, up to so many points."""

    def __init__(self, most_points: int = _MOST_POINTS) -> None:
        self._most_points = most_points
        self._lock = threading.Lock()
        self._experiments: OrderedDict[str, _Experiment] = OrderedDict()

    def read(
        self, session: Session, keys: Sequence[RunKey], measures: Iterable[str]
    ) -> list[Series]:
        """Return the series of runs of one experiment, brought up to date."""
        with self._current(session, keys) as kept:
            wanted = tuple(measures)
            return [one.series(wanted) for one in kept]

    def version(self, session: Session, keys: Sequence[RunKey]) -> tuple[tuple[int, int], ...]:
        """Return a value that changes when a series of these runs does."""
        with self._current(session, keys) as kept:
            return tuple((one.rewinds, one.rows) for one in kept)

    @contextmanager
    def _current(self, session: Session, keys: Sequence[RunKey]) -> Iterator[list[_Kept]]:
        """Yield the kept series of each run, up to date, while no other thread changes them."""
        if not keys:
            yield []
            return
        experiment = self._experiment(keys[0].experiment_id)
        with experiment.lock:
            for key in keys:
                kept = experiment.runs.get(key.id)
                if kept is None or kept.rewinds != key.rewinds:
                    experiment.runs[key.id] = _Kept(key.rewinds)
            stale = [key for key in keys if not experiment.runs[key.id].is_complete(key)]
            for start in range(0, len(stale), _RUNS_IN_STATEMENT):
                _read_new(session, stale[start : start + _RUNS_IN_STATEMENT], experiment.runs)
            experiment.points = sum(kept.points for kept in experiment.runs.values())
            yield [experiment.runs[key.id] for key in keys]
        self._forget_oldest()

    def _experiment(self, experiment_id: str) -> _Experiment:
        with self._lock:
            experiment = self._experiments.setdefault(experiment_id, _Experiment())
            self._experiments.move_to_end(experiment_id)
            return experiment

    def _forget_oldest(self) -> None:
        with self._lock:
            points = sum(experiment.points for experiment in self._experiments.values())
            while points > self._most_points and len(self._experiments) > 1:
                points -= self._experiments.popitem(last=False)[1].points


def _read_new(session: Session, keys: Sequence[RunKey], runs: Mapping[str, _Kept]) -> None:
    """Add the rows that came after those that are kept."""
    fresh = [key.id for key in keys if not runs[key.id].rows]
    wanted: list[ColumnElement[bool]] = [Measurement.run_id.in_(fresh)] if fresh else []
    wanted += [
        and_(Measurement.run_id == key.id, Measurement.kind == kind, Measurement.step > newest)
        for key in keys
        if runs[key.id].rows
        for kind, newest in runs[key.id].newest.items()
    ]
    rows = session.execute(
        select(
            Measurement.run_id,
            Measurement.kind,
            Measurement.step,
            Measurement.epoch,
            # As text: all rows of a run are read as one piece of JSON, in half the time.
            cast(Measurement.data, Text),
        )
        .where(or_(*wanted))
        .order_by(Measurement.run_id, Measurement.kind, Measurement.step)
    )
    for (run_id, kind), group in groupby(rows, key=itemgetter(0, 1)):
        found = list(group)
        read = from_json(f"[{','.join([row[4] for row in found])}]")
        runs[run_id].add(
            kind,
            [
                (epoch if kind == "epoch" else step, step, data)
                for (_, _, step, epoch, _), data in zip(found, read, strict=True)
            ],
        )
    for key in keys:
        # Nothing follows an attempt that had ended before its rows were read.
        runs[key.id].ended_attempt = key.attempt if key.state in _ENDED else None
