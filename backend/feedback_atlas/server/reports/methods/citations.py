"""Citations of a methods text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from feedback_atlas.server import __version__
from feedback_atlas.server.catalog.literature import REFERENCES, Reference
from feedback_atlas.server.core.text import listed


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


def software(versions: Mapping[str, str], cited: Citations) -> str:
    """Name what computed the numbers, by its ``versions``; those of an old link are unknown."""
    parts = [f"Feedback Atlas {versions.get('Feedback Atlas', __version__)}"]
    for name, version in versions.items():
        if name in ("PyTorch", "NumPy", "Python"):
            parts.append(f"{name} {version}{cited(['paszke2019']) if name == 'PyTorch' else ''}")
    return f"All computations used {listed(parts)}."
