"""The checks that every file passes, wherever it lies: of its key, and of its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from feedback_atlas.server.artifacts.errors import DamagedArtifactError
from feedback_atlas.server.artifacts.store import Stored

_PIECE_BYTES = 8 * 2**20


def checked(key: str) -> str:
    """``key`` itself. Raises ValueError for one that would leave the store."""
    if any(part in ("", ".", "..") for part in key.split("/")):
        raise ValueError(f"The key {key!r} leaves the artifact folder.")
    return key


def described(key: str, data: bytes) -> Stored:
    """What is known of ``data`` once it lies under ``key``."""
    return Stored(key, hashlib.sha256(data).hexdigest(), len(data))


def intact(key: str, sha256: str, read: Callable[[str], bytes]) -> bytes:
    """What ``read`` finds under ``key``, if it is there and has this SHA-256.

    Raises DamagedArtifactError otherwise; ``read`` says with FileNotFoundError that it is not.
    """
    try:
        data = read(key)
    except FileNotFoundError as error:
        raise _missing(key) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged(key)
    return data


def intact_pieces(stored: Stored, read: Callable[[str, int, int], bytes]) -> Iterator[bytes]:
    """As `intact`, piece by piece: ``read`` gives the bytes from one position up to another.

    The last piece is held back until the checksum of all is known to be right.
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
