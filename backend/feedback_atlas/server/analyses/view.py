"""Keep in memory what is read of stored results, and what is drawn of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.analyses.kinds import KINDS
from feedback_atlas.server.artifacts import ArtifactStore, DamagedArtifactError
from feedback_atlas.server.core.cache import ByteCache
from feedback_atlas.server.core.errors import UnavailableError
from feedback_atlas.server.db.models import Analysis
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.results.codec import restore

_Value = TypeVar("_Value")


class ComputedView(Generic[_Value]):
    """Values read from the results of analyses, and drawings of them, kept while these stay."""

    def __init__(
        self,
        database: Database,
        store: ArtifactStore,
        *,
        most: int,
        size: Callable[[_Value], int] = lambda _: 1,
        drawn_bytes: int = 64_000_000,
    ) -> None:
        """Keep values of at most ``most`` together, as ``size`` counts them, and drawings."""
        self._database = database
        self._store = store
        self._size = size
        self._values: ByteCache[_Value] = ByteCache(most)
        self._drawn: ByteCache[bytes] = ByteCache(drawn_bytes)

    def read(
        self,
        key: Hashable,
        results: Mapping[str, Analysis],
        read: Callable[[], _Value],
        of: Hashable = None,
    ) -> tuple[Hashable, _Value]:
        """Return the value of ``key`` as ``read`` reads it, with a stamp that changes when it does.

        Args:
            key: what the value is of.
            results: the analyses that it is read from, by id.
            read: reads it; called once for each stamp.
            of: what else it depends on.

        A result that is damaged or missing is queued to be computed again; UnavailableError says
        so.
        """
        stamp = (of, tuple(self._stamp(row) for _, row in sorted(results.items())))
        try:
            return stamp, self._values.get(key, stamp, read, self._size)
        except DamagedArtifactError as error:
            with self._database.write() as session:
                for analysis_id, row in results.items():
                    if self._is_damaged(row):
                        analyses.recompute(session, analysis_id)
            raise UnavailableError(f"{error} It is being computed again.") from error

    def drawn(self, key: Hashable, stamp: Hashable, draw: Callable[[], bytes]) -> bytes:
        """Return what ``draw`` makes, drawn once for a key and a stamp."""
        return self._drawn.get(key, stamp, draw, len)

    def _stamp(self, row: Analysis) -> Hashable:
        """Return what changes when a stored file does, so that a damaged one is noticed."""
        key = row.result_key
        return row.id, row.state, row.result_sha256, None if key is None else self._store.stamp(key)

    def _is_damaged(self, row: Analysis) -> bool:
        if row.state != "completed":
            return False
        try:
            restore(KINDS[row.kind].result, analyses.stored_result(row, self._store))
        except DamagedArtifactError:
            return True
        return False
