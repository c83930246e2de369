"""Keep what was declared, in order, each under its own id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

_Record = TypeVar("_Record")


class Registry(Mapping[str, _Record], Generic[_Record]):
    """Records by id, in the order in which they were registered."""

    def __init__(self, what: str, key: Callable[[_Record], str], *records: _Record) -> None:
        """Hold ``records``; ``what`` is one of them called in errors, ``key`` reads its id."""
        self._what = what
        self._key = key
        self._records: dict[str, _Record] = {}
        for record in records:
            self.register(record)

    def register(self, record: _Record) -> _Record:
        """Add a record, and return it. Raises ValueError where its id is taken."""
        key = self._key(record)
        if key in self._records:
            raise ValueError(f"There is a {self._what} {key!r} already; give this one another id.")
        self._records[key] = record
        return record

    def unregister(self, key: str) -> None:
        """Take a record out again. Raises KeyError where there is none."""
        del self._records[key]

    def __getitem__(self, key: str) -> _Record:
        """Return the record with this id. Raises KeyError."""
        return self._records[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over ids, in order."""
        return iter(self._records)

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self._records)
