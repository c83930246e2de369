"""Files whose content is not what was expected, although they are what was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from safetensors import SafetensorError

from backend.artifacts.errors import DamagedArtifactError

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
            f"{what} cannot be read: its content is not what this release writes."
        ) from error
