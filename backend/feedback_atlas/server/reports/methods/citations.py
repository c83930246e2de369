"""Citations of a methods text, which are remembered."""

from __future__ import annotations

from collections.abc import Iterable

from feedback_atlas.server.catalog.literature import REFERENCES, Reference


class Citations:
    """Writes citations and remembers them."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def __call__(self, keys: Iterable[str]) -> str:
        """What stands after a word that these are cited for; nothing without keys."""
        cited = dict.fromkeys(keys)
        self._keys |= cited
        return f" ({'; '.join(REFERENCES[key].citation for key in cited)})" if cited else ""

    @property
    def references(self) -> tuple[Reference, ...]:
        return tuple(REFERENCES[key] for key in self._keys)
