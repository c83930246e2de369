"""Files are stored whole or not at all, and read only if intact: in a folder and in a bucket."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError

from feedback_atlas.server.artifacts import (
    ArtifactError,
    ArtifactStore,
    DamagedArtifactError,
    DiskFullError,
    LocalStore,
    Stored,
    open_store,
)
from feedback_atlas.server.settings import Settings


def bucket_store(tmp_path: Path, bucket: str, cache_bytes: int = 0) -> ArtifactStore:
    return open_store(
        Settings(
            data_dir=tmp_path / "data",
            artifacts_url=f"s3://{bucket}/some/prefix",
            cache_bytes=cache_bytes,
        )
    )


@pytest.fixture(params=["folder", "bucket", "cached bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ArtifactStore:
    """An empty store of each kind, opened as the service opens it."""
    if request.param == "folder":
        return open_store(Settings(data_dir=tmp_path / "data"))
    bucket = request.getfixturevalue("new_bucket")()
    return bucket_store(tmp_path, bucket, 10_000 if request.param == "cached bucket" else 0)


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(data=st.binary(max_size=2000))
def test_what_is_put_is_got(store: ArtifactStore, data: bytes) -> None:
    stored = store.put("runs/a/weights", data)
    assert stored.size == len(data)
    assert store.get(stored.key, stored.sha256) == data
    assert b"".join(store.stream(stored)) == data
    assert store.keys("runs") == ["runs/a/weights"]


def test_large_files_go_up_in_parts_and_come_down_in_pieces(store: ArtifactStore) -> None:
    data = secrets.token_bytes(2**20) * 33 + b"end"
    stored = store.put("runs/a/feedback", data)
    pieces = list(store.stream(stored))
    assert b"".join(pieces) == data
    assert max(len(piece) for piece in pieces) <= 8 * 2**20
    assert store.get(stored.key, stored.sha256) == data


def test_a_damaged_or_missing_file_is_named(store: ArtifactStore) -> None:
    stored = store.put("runs/a/weights", b"0123456789")
    store.put(stored.key, b"0123456780")
    with pytest.raises(DamagedArtifactError, match="runs/a/weights is damaged"):
        store.get(stored.key, stored.sha256)
    store.delete(stored.key)
    with pytest.raises(DamagedArtifactError, match="runs/a/weights is missing"):
        store.get(stored.key, stored.sha256)
    with pytest.raises(DamagedArtifactError, match="runs/a/weights is missing"):
        next(store.stream(stored))
    store.delete(stored.key)


def test_a_stamp_tells_versions_of_a_file_apart(store: ArtifactStore) -> None:
    assert store.stamp("state") is None
    store.put("state", b"1")
    first = store.stamp("state")
    assert first is not None
    assert store.stamp("state") == first
    store.put("state", b"2")
    assert store.stamp("state") not in (first, None)
    store.delete("state")
    assert store.stamp("state") is None


@pytest.mark.parametrize("damage", [b"y", b"y" * 9_000_000, b"x" * 10_000_000])
def test_a_damaged_file_never_streams_to_its_end(store: ArtifactStore, damage: bytes) -> None:
    stored = store.put("state", b"x" * 20_000_000)
    store.put("state", damage)
    received: list[bytes] = []
    with pytest.raises(DamagedArtifactError, match="state is damaged"):
        received.extend(store.stream(stored))
    assert sum(map(len, received)) < stored.size


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "runs/../../x", "", "runs//x"])
def test_no_key_leaves_the_store(store: ArtifactStore, key: str) -> None:
    def use(how: Callable[[], object]) -> None:
        with pytest.raises(ValueError, match="leaves the artifact folder"):
            how()

    use(lambda: store.put(key, b""))
    use(lambda: store.get(key, ""))
    use(lambda: list(store.stream(Stored(key, "", 1))))
    use(lambda: store.stamp(key))
    use(lambda: store.delete(key))
    use(lambda: store.keys(key))
    use(lambda: store.delete_folder(key))


def test_a_folder_goes_whole_and_no_other_with_it(store: ArtifactStore) -> None:
    for key in ("runs/a/1", "runs/a/2/3", "runs/ab/1", "runs/b"):
        store.put(key, key.encode())
    assert sorted(store.keys("runs")) == ["runs/a/1", "runs/a/2/3", "runs/ab/1", "runs/b"]
    assert sorted(store.keys("runs/a")) == ["runs/a/1", "runs/a/2/3"]
    assert store.keys("shares") == []
    store.delete_folder("runs/a")
    store.delete_folder("runs/a")
    assert sorted(store.keys("runs")) == ["runs/ab/1", "runs/b"]


def test_a_reader_sees_one_version_or_the_other(store: ArtifactStore) -> None:
    versions = [bytes([value]) * 300_000 for value in (1, 2)]
    store.put("state", versions[0])
    # Below the checksum, which would refuse a part of a file as well as the other version.
    read = getattr(store, "_remote", store)._read
    stop = threading.Event()

    def rewrite() -> None:
        while not stop.is_set():
            for version in versions:
                store.put("state", version)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        seen = [read("state") for _ in range(40)]
    finally:
        stop.set()
        writer.join()
    assert all(data in versions for data in seen)


def test_a_full_disk_is_said_to_be_full_and_what_was_stored_stays(small_disk: Path) -> None:
    store = LocalStore(small_disk)
    first = store.put("state", b"x" * 400_000)
    for key in ("state", "other"):
        with pytest.raises(DiskFullError, match=r"disk is full: 0\.9 MB"):
            store.put(key, b"y" * 900_000)
    assert store.get(first.key, first.sha256) == b"x" * 400_000
    assert files_below(small_disk) == ["state"]


def test_a_folder_has_limits_and_a_bucket_none(store: ArtifactStore) -> None:
    free = store.free_bytes()
    assert (free is None) == (not isinstance(store, LocalStore))
    assert free is None or free > 0


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, ["is not responding", "AWS_ENDPOINT_URL"]),
        ({"AWS_ENDPOINT_URL": "nonsense"}, ["cannot be used", "nonsense"]),
        ({"AWS_ACCESS_KEY_ID": ""}, ["no S3 credentials", "AWS_ACCESS_KEY_ID"]),
        ({}, ["no S3 bucket no-such-bucket", "ATLAS_ARTIFACTS_URL"]),
    ],
)
@pytest.mark.usefixtures("s3_environment")
def test_what_is_wrong_with_s3_is_said_whatever_is_asked_of_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    words: list[str],
) -> None:
    for name, value in {"AWS_MAX_ATTEMPTS": "1", **environment}.items():
        monkeypatch.setenv(name, value)
    store = bucket_store(tmp_path, "no-such-bucket")
    asked: list[Callable[[], object]] = [
        lambda: store.put("runs/a", b"0"),
        lambda: store.get("runs/a", ""),
        lambda: list(store.stream(Stored("runs/a", "", 1))),
        lambda: store.stamp("runs/a"),
        lambda: store.delete("runs/a"),
        lambda: store.keys("runs"),
        lambda: store.delete_folder("runs"),
    ]
    for ask in asked:
        with pytest.raises(ArtifactError) as caught:
            ask()
        # A damaged file would send a run back to its start: no answer is no damage.
        assert type(caught.value) is ArtifactError
        message = str(caught.value)
        assert "runs" in message
        assert all(word in message for word in words), message
        assert "test" not in message, "the credentials are told to nobody"


@pytest.mark.parametrize(
    ("code", "status", "kind", "words"),
    [
        ("InvalidAccessKeyId", 403, ArtifactError, "refuses the credentials"),
        ("SignatureDoesNotMatch", 403, ArtifactError, "refuses the credentials"),
        ("AccessDenied", 403, ArtifactError, "must be allowed to list, read, write and delete"),
        ("QuotaExceeded", 403, DiskFullError, "the S3 storage is full"),
        ("XMinioStorageFull", 507, DiskFullError, "the S3 storage is full"),
        ("NotImplemented", 501, ArtifactError, "cannot be used .NotImplemented"),
    ],
)
def test_each_refusal_of_s3_has_its_words(
    tmp_path: Path,
    s3_environment: str,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    status: int,
    kind: type[ArtifactError],
    words: str,
) -> None:
    with refusing_server(code, status) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        with pytest.raises(ArtifactError, match=words) as caught:
            bucket_store(tmp_path, "atlas").put("runs/a", b"0123")
    assert type(caught.value) is kind


class _Refusing(BaseHTTPRequestHandler):
    """Answers every request as S3 does when it refuses one."""

    protocol_version = "HTTP/1.1"  # in which a client may ask before it sends
    code = ""
    status = 0

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = f"<Error><Code>{self.code}</Code><Message>No.</Message></Error>".encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def refusing_server(code: str, status: int) -> Iterator[str]:
    answering = type("Refusing", (_Refusing,), {"code": code, "status": status})
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("url", ["gs://bucket", "s3://", "http://host/x", "s3:///"])
def test_an_artifact_url_that_cannot_be_used_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValidationError, match="neither a folder nor a bucket"):
        Settings(data_dir=tmp_path, artifacts_url=url)


def test_a_folder_can_be_anywhere(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path / "data", artifacts_url=str(tmp_path / "there")))
    store.put("runs/a/weights", b"1")
    assert files_below(tmp_path) == ["there/runs/a/weights"]
