"""Citations of a methods text."""

from __future__ import annotations

from collections.abc import Iterable

from feedback_atlas.server.catalog.literature import REFERENCES, Reference


class Citations:
    """Writer of citations, which remembers them."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def __call__(self, keys: Iterable[str]) -> str:
        """Return the citation that follows a word; empty without keys."""
        cited = dict.fromkeys(keys)
        self._keys |= cited
        return f" ({'; '.join(REFERENCES[key].citation for key in cited)})" if cited else ""

    @property
    def references(self) -> tuple[Reference, ...]:
        return tuple(REFERENCES[key] for key in self._keys)
