"""Inserts of rows that another transaction may insert at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback_atlas.server.db.models import Base


def insert_new(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert the ``rows`` whose key is new; concurrent inserts of the same key both succeed."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    # In one order, to avoid deadlocks between transactions.
    in_order = sorted(rows, key=lambda row: str(row["id"]))
    session.execute(dialect.insert(table).on_conflict_do_nothing(), in_order)
