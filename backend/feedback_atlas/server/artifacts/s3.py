"""Artifacts in an S3 bucket, for machines that share no folder.

Endpoint and credentials come from the usual AWS_* variables or files, which are read by the S3
client alone. An object appears when its upload is complete, never before, so that a reader sees
all of it or none; large ones are uploaded in parts, which S3 joins at the end.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import fsspec
from aiohttp import ClientError as ConnectionBroken
from botocore.exceptions import (
    BotoCoreError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

from feedback_atlas.server.artifacts.errors import ArtifactError, DiskFullError
from feedback_atlas.server.artifacts.integrity import (
    read_intact,
    record_of,
    safe_key,
    stream_intact,
)
from feedback_atlas.server.artifacts.store import ArtifactStore, Stored

_CONNECT_SECONDS = 5
_READ_SECONDS = 30
_PART_BYTES = 16 * 2**20  # of an upload; below two parts it is a single request
_DELETED_AT_ONCE = 1000

_REFUSED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidToken",
    "SignatureDoesNotMatch",
}
_FULL = {"QuotaExceeded", "XMinioStorageFull"}  # of Ceph and MinIO; Amazon has no limit
_NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)

_log = logging.getLogger(__name__)


class S3Store(ArtifactStore):
    """Objects of one bucket, below a prefix."""

    def __init__(self, bucket: str, prefix: str = "") -> None:
        """Store in ``bucket`` below ``prefix``; no request is sent yet."""
        self._bucket = bucket
        self._root = f"{bucket}/{prefix}".rstrip("/")
        self._files: Any = fsspec.filesystem(
            "s3",
            # Not shared, and without a cache of listings: other machines change the bucket.
            skip_instance_cache=True,
            use_listings_cache=False,
            config_kwargs={"connect_timeout": _CONNECT_SECONDS, "read_timeout": _READ_SECONDS},
        )
        # The S3 client below retries already, as AWS_MAX_ATTEMPTS says.
        self._files.retries = 1

    def put(self, key: str, data: bytes) -> Stored:
        path = self._path(key)
        with self._errors_in_words(f"{key} ({len(data) / 1e6:.1f} MB) could not be written"):
            self._files.pipe_file(path, data, chunksize=_PART_BYTES)
        return record_of(key, data)

    def get(self, key: str, sha256: str) -> bytes:
        return read_intact(key, sha256, self._read)

    def stream(self, stored: Stored) -> Iterator[bytes]:
        return stream_intact(stored, self._read_range)

    def stamp(self, key: str) -> str | None:
        path = self._path(key)
        with self._errors_in_words(f"{key} could not be looked up"):
            try:
                return str(self._files.info(path)["ETag"])
            except FileNotFoundError as error:
                if _code(error) == "NoSuchBucket":
                    raise
                return None

    def delete(self, key: str) -> None:
        path = self._path(key)
        with self._errors_in_words(f"{key} could not be deleted"):
            self._files.rm_file(path)

    def keys(self, prefix: str) -> list[str]:
        path = self._path(prefix)
        with self._errors_in_words(f"The files of {prefix} could not be listed"):
            found: list[str] = self._files.find(path)
        return [name.removeprefix(f"{self._root}/") for name in found]

    def delete_folder(self, prefix: str) -> None:
        keys = self.keys(prefix)
        if not keys:
            return
        with self._errors_in_words(f"The files of {prefix} could not be deleted"):
            for start in range(0, len(keys), _DELETED_AT_ONCE):
                self._files.rm([self._path(key) for key in keys[start : start + _DELETED_AT_ONCE]])
        # S3 lists what it did not delete in its answer, which the client drops.
        kept = self.keys(prefix)
        if kept:
            raise ArtifactError(
                f"S3 did not delete {len(kept)} files of {prefix}. Check that the "
                f"credentials may delete objects of the bucket {self._bucket}."
            )

    def free_bytes(self) -> None:
        return None

    def _read(self, key: str) -> bytes:
        path = self._path(key)
        with self._errors_in_words(f"{key} could not be read"):
            # One plain GET: only its answer tells a missing bucket from a missing object.
            data: bytes = self._files.cat_file(path, max_concurrency=1)
            return data

    def _read_range(self, key: str, start: int, stop: int) -> bytes:
        path = self._path(key)
        with self._errors_in_words(f"{key} could not be read"):
            try:
                data: bytes = self._files.cat_file(path, start=start, end=stop)
            except OSError as error:
                if _code(error) == "InvalidRange":
                    return b""  # the object ends before
                raise
            return data

    def _path(self, key: str) -> str:
        return f"{self._root}/{safe_key(key)}"

    @contextmanager
    def _errors_in_words(self, what: str) -> Iterator[None]:
        """Turn S3's errors into sentences; only a missing object stays a FileNotFoundError."""
        try:
            yield
        except FileNotFoundError as error:
            if _code(error) != "NoSuchBucket":
                raise
            raise ArtifactError(
                f"{what}: there is no S3 bucket {self._bucket}. Create it, or change "
                "ATLAS_ARTIFACTS_URL."
            ) from error
        except (OSError, BotoCoreError, ConnectionBroken, ValueError) as error:
            _log.debug("S3 refused", exc_info=error)
            if _code(error) in _FULL:
                raise DiskFullError(
                    f"{what}: the S3 storage is full. Free some space and retry the run."
                ) from error
            raise ArtifactError(f"{what}: {self._reason(error)}") from error

    def _reason(self, error: Exception) -> str:
        code = _code(error)
        if isinstance(error, _NO_CREDENTIALS):
            return (
                "there are no S3 credentials. Set AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY for the service and its workers."
            )
        if code in _REFUSED:
            return (
                f"S3 refuses the credentials ({code}). Check AWS_ACCESS_KEY_ID, "
                "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN."
            )
        if isinstance(error, PermissionError):
            return (
                f"S3 does not allow it ({code}). The credentials must be allowed to list, read, "
                f"write and delete objects of the bucket {self._bucket}."
            )
        if code is None and isinstance(
            error, (ConnectionError, HTTPClientError, ConnectionBroken, OSError)
        ):
            return (
                "S3 is not responding. Check the network and AWS_ENDPOINT_URL; Retry "
                "resumes a run from its last checkpoint."
            )
        return f"S3 cannot be used ({code or type(error).__name__}: {error})."


def _code(error: BaseException) -> str | None:
    """Return S3's own code of an error; None if it did not answer."""
    response = getattr(error.__cause__, "response", None) or {}
    code: str | None = response.get("Error", {}).get("Code")
    return {"403": "AccessDenied", "416": "InvalidRange"}.get(code or "", code)
