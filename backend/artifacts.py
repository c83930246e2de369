"""Checkpoints, activations, results: written whole or not at all, read only if intact."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path


class ArtifactError(Exception):
    """A file cannot be stored or read; the message says which and what to do."""


class DiskFullError(ArtifactError):
    """No space is left where artifacts are stored."""


class DamagedArtifactError(ArtifactError):
    """A stored file is missing or differs from what was written."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a file lies, its SHA-256 and its size in bytes."""

    key: str
    sha256: str
    size: int


class ArtifactStore:
    """A local folder of files under keys such as ``runs/<id>/weights-0003.safetensors``."""

    def __init__(self, root: Path) -> None:
        """Store below ``root``, which is made when the first file is."""
        self.root = root

    def put(self, key: str, data: bytes) -> Stored:
        """Store ``data`` under ``key`` atomically: a reader sees all of it or none.

        Raises DiskFullError when no space is left, ArtifactError for any other failure; the
        half-written temporary file is removed in both cases.
        """
        path = self.path(key)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _fsync_folder(path.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFullError(
                    f"The disk is full: {len(data) / 1e6:.1f} MB could not be written below "
                    f"{self.root}. Free some space and retry the run."
                ) from error
            raise ArtifactError(f"{key} could not be written: {error.strerror}.") from error
        return Stored(key, hashlib.sha256(data).hexdigest(), len(data))

    def get(self, key: str, sha256: str) -> bytes:
        """The bytes stored under ``key``.

        Raises DamagedArtifactError when the file is missing or its SHA-256 is not ``sha256``.
        """
        try:
            data = self.path(key).read_bytes()
        except FileNotFoundError as error:
            raise DamagedArtifactError(f"{key} is missing from {self.root}.") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DamagedArtifactError(
                f"{key} is damaged: its checksum differs from when it was written."
            )
        return data

    def stamp(self, key: str) -> tuple[int, int] | None:
        """When the file under ``key`` was written, in ns, and its bytes; None where it is missing.

        A file that is replaced or damaged has another stamp, told without reading it.
        """
        try:
            found = self.path(key).stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size

    def delete(self, key: str) -> None:
        """Remove the file under ``key``; nothing happens when there is none."""
        self.path(key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> list[str]:
        """Keys of all files below ``prefix``, half-written ones included."""
        folder = self.path(prefix)
        return [
            path.relative_to(self.root.resolve()).as_posix()
            for path in folder.rglob("*")
            if path.is_file()
        ]

    def delete_folder(self, prefix: str) -> None:
        """Remove every file below ``prefix``."""
        shutil.rmtree(self.path(prefix), ignore_errors=True)

    def free_bytes(self) -> int:
        """Bytes that can still be written."""
        folder = self.root
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def path(self, key: str) -> Path:
        """Where ``key`` lies on disk. Raises ValueError for a key that would leave the store."""
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ValueError(f"The key {key!r} leaves the artifact folder.")
        return path


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
