"""A local folder that caches files of a remote store."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from feedback_atlas.server.artifacts.store import ArtifactStore, Stored

_log = logging.getLogger(__name__)


class CachedStore(ArtifactStore):
    """A store read through a folder of at most ``max_bytes``; the least recently read goes first.

    Files are named by their SHA-256, so that none is out of date, and checked when read.
    Several processes may share the folder: one at a time adds to it, and all may read.
    """

    def __init__(self, remote: ArtifactStore, folder: Path, max_bytes: int) -> None:
        """Cache files of ``remote`` in ``folder``, made when first needed."""
        self._remote = remote
        self._folder = folder
        self._max_bytes = max_bytes

    def put(self, key: str, data: bytes) -> Stored:
        return self._remote.put(key, data)

    def get(self, key: str, sha256: str) -> bytes:
        data = self._kept(sha256)
        if data is None:
            data = self._remote.get(key, sha256)
            try:
                self._keep(sha256, data)
            except OSError as error:
                # The data was read anyway: a full disk only makes reading slower.
                _log.warning("%s could not be cached: %s", key, error)
        return data

    def stream(self, stored: Stored) -> Iterator[bytes]:
        return self._remote.stream(stored)

    def stamp(self, key: str) -> str | None:
        return self._remote.stamp(key)

    def delete(self, key: str) -> None:
        self._remote.delete(key)

    def keys(self, prefix: str) -> list[str]:
        return self._remote.keys(prefix)

    def delete_folder(self, prefix: str) -> None:
        self._remote.delete_folder(prefix)

    def free_bytes(self) -> int | None:
        return self._remote.free_bytes()

    def _kept(self, sha256: str) -> bytes | None:
        path = self._folder / sha256
        try:
            data = path.read_bytes()
            # In nanoseconds: the file system's own clock is coarser.
            now = time.time_ns()
            os.utime(path, ns=(now, now))
        except OSError:
            return None
        if hashlib.sha256(data).hexdigest() != sha256:
            path.unlink(missing_ok=True)
            return None
        return data

    def _keep(self, sha256: str, data: bytes) -> None:
        if len(data) > self._max_bytes:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock"):
            if (self._folder / sha256).exists():
                return  # cached by another process meanwhile
            temporary = self._folder / ".tmp"
            # The lock admits one writer, so an existing file is left from a killed one.
            temporary.unlink(missing_ok=True)
            self._make_room(len(data))
            temporary.write_bytes(data)
            now = time.time_ns()
            os.utime(temporary, ns=(now, now))
            temporary.replace(self._folder / sha256)

    def _make_room(self, size: int) -> None:
        kept = []
        for path in self._folder.iterdir():
            if path.name.startswith("."):
                continue
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # removed by another process meanwhile
            kept.append((status.st_mtime_ns, status.st_size, path))
        total = sum(entry[1] for entry in kept)
        for _, freed, path in sorted(kept):
            if total + size <= self._max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= freed
