"""Traceback of an error within this program, to be shown to those who ran it."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import feedback_atlas

# In a checkout two folders share the namespace, once installed there is one.
_ROOTS = [Path(folder).parent for folder in feedback_atlas.__path__]
_MOST_MESSAGE = 1000
MOST_CHARACTERS = 8000


def own_traceback(error: BaseException) -> str:
    """Return the traceback of ``error`` and of what led to it, as Python writes it.

    Of files outside this program only their number is told: where they lie is the machine's own
    matter. At most `MOST_CHARACTERS` long; what is cut off is the beginning.
    """
    text = "\n".join(_lines(error, set()))
    if len(text) <= MOST_CHARACTERS:
        return text
    kept = text[-(MOST_CHARACTERS - 2) :]
    return "…\n" + kept[kept.index("\n") + 1 :] if "\n" in kept else "…" + kept


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    hidden = None if error.__suppress_context__ else error.__context__
    earlier = error.__cause__ or hidden
    if earlier is not None and id(earlier) not in seen:
        yield from _lines(earlier, seen)
        yield ""
        yield "This led to:" if error.__cause__ else "While handling it, another error occurred:"
        yield ""
    yield "Traceback (most recent call last):"
    frames = traceback.extract_tb(error.__traceback__)
    for name, group in groupby(frames, key=lambda frame: _own_name(frame.filename) is not None):
        if not name:
            count = sum(1 for _ in group)
            yield f"  … {count} call{'' if count == 1 else 's'} outside this program"
            continue
        for frame in group:
            yield f'  File "{_own_name(frame.filename)}", line {frame.lineno}, in {frame.name}'
            if frame.line:
                yield f"    {frame.line}"
    message = str(error)
    if len(message) > _MOST_MESSAGE:
        message = message[:_MOST_MESSAGE] + "…"
    yield f"{type(error).__name__}: {message}" if message else type(error).__name__


def _own_name(filename: str) -> str | None:
    """Name a file of this program, as feedback_atlas/training/loop.py; None for any other."""
    path = Path(filename)
    for root in _ROOTS:
        if path.is_relative_to(root / "feedback_atlas"):
            return path.relative_to(root).as_posix()
    return None
