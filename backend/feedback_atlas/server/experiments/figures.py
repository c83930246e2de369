"""Figures of an experiment while it trains, drawn again only when it was measured again."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from feedback_atlas.server.core.cache import ByteCache
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves import draw_curves
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.runs.curves import curves_named
from feedback_atlas.server.runs.measurements import RunKey, SeriesCache, run_keys

_DRAWN_BYTES = 64_000_000


class LiveFigures:
    """Curves of experiments; many readers of one figure cost about as much as one."""

    def __init__(self, database: Database) -> None:
        """Draw from ``database``."""
        self._database = database
        self._series = SeriesCache()
        self._drawn: ByteCache[bytes] = ByteCache(_DRAWN_BYTES)

    def drawn(
        self,
        experiment_id: str,
        name: str,
        theme: Theme,
        width: Width,
        options: CurveOptions,
        encode: Callable[[Figure], bytes],
    ) -> bytes:
        """Return the figure as ``encode`` encodes it, made once for each state of the runs.

        Raises NotFoundError.
        """
        with self._database.read() as session:
            keys = _keys(session, experiment_id)

            def draw() -> bytes:
                curves = curves_named(name, session, keys, self._series)
                return encode(draw_curves(name, curves, theme, width, options))

            key = (experiment_id, name, theme, width, options)
            return self._drawn.get(key, self._series.version(session, keys), draw, len)

    def figure(self, experiment_id: str, name: str) -> tuple[Figure, str]:
        """Return the figure with every point, and the experiment's name. Raises NotFoundError."""
        with self._database.read() as session:
            title = experiments.get(session, experiment_id).name
            curves = curves_named(name, session, _keys(session, experiment_id), self._series)
        return draw_curves(name, curves, "light", "wide", CurveOptions()), title


def _keys(session: Session, experiment_id: str) -> list[RunKey]:
    keys = run_keys(session, experiment_id)
    if not keys:
        # An experiment has at least one run: this says that there is none.
        experiments.get(session, experiment_id)
    return keys
