"""Cursors of the list of experiments: the end of a page, and the direction of the next."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from feedback_atlas.server.core.errors import InvalidSpecError

Sort = Literal["newest", "name", "progress", "accuracy"]
SortKey = datetime | str | float
# A cursor continues a list in the order that it was given in, or not at all.
_KINDS: dict[Sort, type[Any]] = {
    "newest": datetime,
    "name": str,
    "progress": float,
    "accuracy": float,
}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The experiment that a page starts after; with ``backwards``, the one that it ends before."""

    sort: Sort
    key: SortKey
    experiment_id: str
    backwards: bool = False

    def encode(self) -> str:
        """Return the cursor as the API hands it out."""
        key = self.key.isoformat() if isinstance(self.key, datetime) else self.key
        text = json.dumps([self.sort, key, self.experiment_id, self.backwards])
        return base64.urlsafe_b64encode(text.encode()).decode()


def decode(text: str, sort: Sort) -> Cursor:
    """Read a cursor. Raises InvalidSpecError for one that a list in this order never gave."""
    try:
        given, key, experiment_id, backwards = json.loads(base64.urlsafe_b64decode(text.encode()))
        if given != sort or not isinstance(backwards, bool):
            raise ValueError(given)
        if not (isinstance(experiment_id, str) and experiment_id.isalnum()):
            raise ValueError(experiment_id)
        return Cursor(sort, _key(key, _KINDS[sort]), experiment_id, backwards)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidSpecError.at(
            "cursor", "This cursor is not valid; start from the first page."
        ) from error


def _key(value: object, kind: type[Any]) -> SortKey:
    if kind is float and isinstance(value, float | int) and math.isfinite(value):
        return float(value)
    if not isinstance(value, str) or kind is float:
        raise ValueError(value)
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)
    if "\0" in value:
        raise ValueError(value)
    # What is no Unicode text cannot be sent to a database.
    return value.encode().decode()
