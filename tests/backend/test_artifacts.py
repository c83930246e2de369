"""Files are stored whole or not at all, and read only if intact."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.artifacts import ArtifactStore, DamagedArtifactError, DiskFullError


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2000))
def test_what_is_put_is_got(tmp_path: Path, data: bytes) -> None:
    store = ArtifactStore(tmp_path / "store")
    stored = store.put("runs/a/weights", data)
    assert stored.size == len(data)
    assert store.get(stored.key, stored.sha256) == data
    assert files_below(tmp_path / "store") == ["runs/a/weights"]


def test_a_damaged_or_missing_file_is_named(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    stored = store.put("runs/a/weights", b"0123456789")
    store.path(stored.key).write_bytes(b"0123456780")
    with pytest.raises(DamagedArtifactError, match="runs/a/weights is damaged"):
        store.get(stored.key, stored.sha256)
    store.delete(stored.key)
    with pytest.raises(DamagedArtifactError, match="runs/a/weights is missing"):
        store.get(stored.key, stored.sha256)
    store.delete(stored.key)


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", "runs/../../x"])
def test_no_key_leaves_the_folder(tmp_path: Path, key: str) -> None:
    store = ArtifactStore(tmp_path / "store")
    with pytest.raises(ValueError, match="leaves the artifact folder"):
        store.put(key, b"")
    with pytest.raises(ValueError, match="leaves the artifact folder"):
        store.get(key, "")


def test_a_full_disk_is_said_to_be_full_and_what_was_stored_stays(small_disk: Path) -> None:
    store = ArtifactStore(small_disk)
    first = store.put("state", b"x" * 400_000)
    for key in ("state", "other"):
        with pytest.raises(DiskFullError, match=r"disk is full: 0\.9 MB"):
            store.put(key, b"y" * 900_000)
    assert store.get(first.key, first.sha256) == b"x" * 400_000
    assert files_below(small_disk) == ["state"]
