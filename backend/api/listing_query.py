"""What the list of experiments can be asked for in its address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from backend.services.listing_cursor import Sort
from backend.services.listing_filters import Archived, Outcome, Wanted


def _text(value: str | None) -> str | None:
    # PostgreSQL refuses the one character that no name, tag or note can hold.
    return None if value is None else value.replace("\0", " ").strip() or None


def _wanted(
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Words; each must occur in the name, tags, notes, rules or data set.",
        ),
    ] = None,
    state: Annotated[Outcome | None, Query(description="How it stands.")] = None,
    dataset: Annotated[str | None, Query(max_length=64)] = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    archived: Archived = "hide",
    sort: Annotated[
        Sort,
        Query(description="Newest, A to Z, least finished, or best test accuracy first."),
    ] = "newest",
    reverse: Annotated[bool, Query(description="Turn the order round.")] = False,
) -> Wanted:
    return Wanted(
        query=_text(q) or "",
        state=state,
        dataset=_text(dataset),
        tag=_text(tag),
        archived=archived,
        sort=sort,
        reverse=reverse,
    )


WantedDep = Annotated[Wanted, Depends(_wanted)]
CursorQuery = Annotated[str | None, Query(max_length=1000)]
