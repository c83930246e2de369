"""Figures of an experiment while it trains, drawn again only when it was measured again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from sqlalchemy.orm import Session

from backend.db.session import Database
from backend.figures.data import Figure, Theme, Width
from backend.services import drawing, experiments
from backend.services.curves import curves_named
from backend.services.series import RunKey, SeriesCache, run_keys

_MOST_BYTES = 64_000_000

_Place = tuple[str, str, Theme, Width]
_Version = tuple[tuple[int, int], ...]


class LiveFigures:
    """Curves of experiments; many readers of one figure cost about as much as one."""

    def __init__(self, database: Database, write: Callable[[Figure], bytes]) -> None:
        """Draw from ``database``; ``write`` turns a figure into what is sent."""
        self._database = database
        self._write = write
        self._series = SeriesCache()
        self._lock = threading.Lock()
        self._bytes = 0
        self._written: OrderedDict[_Place, tuple[_Version, bytes]] = OrderedDict()

    def written(self, experiment_id: str, name: str, theme: Theme, width: Width) -> bytes:
        """The figure as it is sent. Raises NotFoundError."""
        place = (experiment_id, name, theme, width)
        with self._database.read() as session:
            keys = _keys(session, experiment_id)
            version = self._series.version(session, keys)
            with self._lock:
                known = self._written.get(place)
                if known is not None and known[0] == version:
                    self._written.move_to_end(place)
                    return known[1]
            curves = curves_named(name, session, keys, self._series)
        body = self._write(drawing.draw_curves(name, curves, theme, width))
        self._keep(place, version, body)
        return body

    def figure(self, experiment_id: str, name: str) -> tuple[Figure, str]:
        """The figure with every point, and the experiment's name. Raises NotFoundError."""
        with self._database.read() as session:
            title = experiments.get(session, experiment_id).name
            curves = curves_named(name, session, _keys(session, experiment_id), self._series)
        return drawing.draw_curves(name, curves, "light", "wide"), title

    def _keep(self, place: _Place, version: _Version, body: bytes) -> None:
        with self._lock:
            before = self._written.pop(place, None)
            self._bytes += len(body) - (0 if before is None else len(before[1]))
            self._written[place] = (version, body)
            while self._bytes > _MOST_BYTES:
                self._bytes -= len(self._written.popitem(last=False)[1][1])


def _keys(session: Session, experiment_id: str) -> list[RunKey]:
    keys = run_keys(session, experiment_id)
    if not keys:
        # An experiment has at least one run: this says that there is none.
        experiments.get(session, experiment_id)
    return keys
