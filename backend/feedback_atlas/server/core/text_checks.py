"""Checks of texts that users type."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

Problem = tuple[str, str]


def text_problems(field: str, value: str, longest: int) -> Iterable[Problem]:
    """List the problems of a text that a user typed: empty, too long, or not storable."""
    if not value.strip():
        yield field, f"The {field} is empty; type a few words."
    elif len(value) > longest:
        yield field, f"The {field} has {len(value):,} characters; at most {longest} are allowed."
    elif any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        yield (
            field,
            f"The {field} contains a control character; use letters, digits and punctuation.",
        )
