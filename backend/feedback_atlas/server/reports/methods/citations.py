"""Words of a methods text: citations that are remembered, counts, lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def numbered(numbers: Sequence[int]) -> str:
    """Numbers in order, runs of three and more as "0-9"."""
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    parts: list[str] = []
    for group in groups:
        parts += [f"{group[0]}–{group[-1]}"] if len(group) > 2 else map(str, group)
    return listed(parts)


def listed(parts: Sequence[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
