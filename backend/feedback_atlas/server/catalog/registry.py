"""Records by their ids: what the catalog can be asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Identified(Protocol):
    """A record with an id."""

    @property
    def id(self) -> str:
        """The id, which is the record's alone in its registry."""


Record = TypeVar("Record", bound=Identified)


class Registry(dict[str, Record]):
    """Records by id, in the order in which they were registered."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        super().__init__()
        for record in records:
            self.register(record)

    def register(self, record: Record) -> None:
        """Add a record. Raises ValueError where its id is taken."""
        if record.id in self:
            raise ValueError(f"{record.id!r} is registered already, as {self[record.id]}")
        self[record.id] = record
