"""What can go wrong with a stored file, in words for the person whose run it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from safetensors import SafetensorError


class ArtifactError(Exception):
    """A file cannot be stored or read; the message says which and what to do."""


class DiskFullError(ArtifactError):
    """No space is left where artifacts are stored."""


class DamagedArtifactError(ArtifactError):
    """A stored file is missing or differs from what was written."""


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
    """Raise DamagedArtifactError, naming ``what``, where its content makes no sense.

    A checksum has told before that the file is the one that was written, so this is rare: another
    release wrote it, or somebody else did.
    """
    try:
        yield
    except _UNREADABLE as error:
        raise DamagedArtifactError(
            f"{what} cannot be read: this release does not write this content."
        ) from error
