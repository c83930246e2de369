"""The interface of every artifact store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file: its key, SHA-256 and size in bytes."""

    key: str
    sha256: str
    size: int


class ArtifactStore(ABC):
    """Files under keys such as ``runs/<id>/weights-0003.safetensors``."""

    @abstractmethod
    def put(self, key: str, data: bytes) -> Stored:
        """Store ``data`` under ``key`` atomically: a reader sees all of it or none.

        Raises DiskFullError when no space is left, ArtifactError for any other failure.
        """

    @abstractmethod
    def get(self, key: str, sha256: str) -> bytes:
        """Return the bytes stored under ``key``.

        Raises DamagedArtifactError when the file is missing or its SHA-256 is not ``sha256``, and
        ArtifactError when the store does not answer.
        """

    @abstractmethod
    def stream(self, stored: Stored) -> Iterator[bytes]:
        """Yield a file in pieces, so that it is never held whole.

        The last piece comes only once the checksum of the whole file is verified, so that a
        complete file is an intact one. Raises as `get`, possibly after the first pieces.
        """

    @abstractmethod
    def stamp(self, key: str) -> str | None:
        """Return what identifies a file's version without reading it; None if there is no file."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove the file under ``key``; nothing happens when there is none."""

    @abstractmethod
    def keys(self, prefix: str) -> list[str]:
        """List the keys of all files in the folder ``prefix``, half-written ones included."""

    @abstractmethod
    def delete_folder(self, prefix: str) -> None:
        """Remove every file in the folder ``prefix``."""

    @abstractmethod
    def free_bytes(self) -> int | None:
        """Return the bytes that can still be written; None if no limit is known."""
