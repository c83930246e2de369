"""Checks of every file in every store: of its key and its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from feedback_atlas.server.artifacts.errors import DamagedArtifactError
from feedback_atlas.server.artifacts.store import Stored

_PIECE_BYTES = 8 * 2**20


def safe_key(key: str) -> str:
    """Return ``key`` itself. Raises ValueError for one that would leave the store."""
    if any(part in ("", ".", "..") for part in key.split("/")):
        raise ValueError(f"The key {key!r} leaves the artifact folder.")
    return key


def record_of(key: str, data: bytes) -> Stored:
    """Return the record of ``data`` stored under ``key``."""
    return Stored(key, hashlib.sha256(data).hexdigest(), len(data))


def read_intact(key: str, sha256: str, read: Callable[[str], bytes]) -> bytes:
    """Return what ``read`` returns for ``key``, if its SHA-256 is this.

    Raises DamagedArtifactError otherwise; ``read`` raises FileNotFoundError for a missing file.
    """
    try:
        data = read(key)
    except FileNotFoundError as error:
        raise _missing(key) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged(key)
    return data


def stream_intact(stored: Stored, read: Callable[[str, int, int], bytes]) -> Iterator[bytes]:
    """Yield the pieces of an intact file; ``read`` gives the bytes between two positions.

    The last piece is held back until the checksum of the whole file is verified.
    """
    digest = hashlib.sha256()
    piece = b""
    for start in range(0, stored.size, _PIECE_BYTES):
        if piece:
            yield piece
        try:
            piece = read(stored.key, start, min(start + _PIECE_BYTES, stored.size))
        except FileNotFoundError as error:
            raise _missing(stored.key) from error
        digest.update(piece)
    if digest.hexdigest() != stored.sha256:
        raise _damaged(stored.key)
    yield piece


def _missing(key: str) -> DamagedArtifactError:
    return DamagedArtifactError(f"{key} is missing from the stored files.")


def _damaged(key: str) -> DamagedArtifactError:
    return DamagedArtifactError(f"{key} is damaged: its checksum has changed since it was written.")
