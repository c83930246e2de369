"""Artifacts in a local folder, or one on a file system that every machine mounts."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from feedback_atlas.server.artifacts.errors import ArtifactError, DiskFullError
from feedback_atlas.server.artifacts.integrity import (
    read_intact,
    record_of,
    safe_key,
    stream_intact,
)
from feedback_atlas.server.artifacts.store import ArtifactStore, Stored


class LocalStore(ArtifactStore):
    """A folder; each file is written under a temporary name, flushed to the disk and renamed."""

    def __init__(self, root: Path) -> None:
        """Store below ``root``, which is made when the first file is."""
        self.root = root

    def put(self, key: str, data: bytes) -> Stored:
        """Store a file as `ArtifactStore.put` does; a failure leaves no half-written file."""
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
        return record_of(key, data)

    def get(self, key: str, sha256: str) -> bytes:
        return read_intact(key, sha256, self._read)

    def stream(self, stored: Stored) -> Iterator[bytes]:
        return stream_intact(stored, self._read)

    def stamp(self, key: str) -> str | None:
        try:
            found = self.path(key).stat()
        except FileNotFoundError:
            return None
        return f"{found.st_mtime_ns}-{found.st_size}"

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> list[str]:
        return [
            path.relative_to(self.root).as_posix()
            for path in self.path(prefix).rglob("*")
            if path.is_file()
        ]

    def delete_folder(self, prefix: str) -> None:
        shutil.rmtree(self.path(prefix), ignore_errors=True)

    def free_bytes(self) -> int:
        folder = self.root
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def path(self, key: str) -> Path:
        """Return the path of ``key``. Raises ValueError for a key that would leave the store."""
        return self.root / safe_key(key)

    def _read(self, key: str, start: int = 0, stop: int | None = None) -> bytes:
        try:
            with self.path(key).open("rb") as file:
                file.seek(start)
                return file.read(-1 if stop is None else stop - start)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ArtifactError(f"{key} could not be read: {error.strerror}.") from error


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
