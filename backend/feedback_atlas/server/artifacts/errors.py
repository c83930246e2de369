"""Errors of stored files, in words for the person whose run it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from safetensors import SafetensorError


class ArtifactError(Exception):
    """A failure to store or read a file; the message says which and what to do."""


class DiskFullError(ArtifactError):
    """A lack of space where artifacts are stored."""


class DamagedArtifactError(ArtifactError):
    """A stored file that is missing or differs from what was written."""


_UNREADABLE = (
    SafetensorError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RecursionError,
    OverflowError,
)


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Raise DamagedArtifactError, naming ``what``, if its content cannot be parsed.

    The checksum was right, so this is rare: another release or program wrote the file.
    """
    try:
        yield
    except _UNREADABLE as error:
        raise DamagedArtifactError(
            f"{what} cannot be read: this release does not write this content."
        ) from error
