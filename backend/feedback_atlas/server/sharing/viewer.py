"""Content of links; what was read or drawn lately stays in memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.core.cache import ByteCache
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.sharing.snapshot import Frozen, read_copy

_FROZEN_BYTES = 256_000_000
_DRAWN_BYTES = 64_000_000


class LinkViewer:
    """Reader of the frozen copies of links."""

    def __init__(self, store: ArtifactStore) -> None:
        """Read copies from ``store``."""
        self._store = store
        self._frozen: ByteCache[Frozen] = ByteCache(_FROZEN_BYTES)
        self._drawn: ByteCache[bytes] = ByteCache(_DRAWN_BYTES)

    def frozen(self, link: Share) -> Frozen:
        """Return what a link shows. Raises DamagedArtifactError where its file is not intact."""
        return self._frozen.get(
            link.id,
            self._stamp(link),
            lambda: read_copy(link, self._store),
            lambda copy: copy.numbers.nbytes,
        )

    def drawn(
        self, link: Share, what: tuple[Hashable, ...], draw: Callable[[Frozen], bytes]
    ) -> bytes:
        """Return what ``draw`` makes of what a link shows, drawn once for each ``what``."""
        return self._drawn.get(
            (link.id, *what), self._stamp(link), lambda: draw(self.frozen(link)), len
        )

    def _stamp(self, link: Share) -> Hashable:
        """Return what changes when the file does, so that a damaged file is noticed."""
        return link.key, link.sha256, self._store.stamp(link.key)
