"""The cache of a remote store: right, bounded, and the least recently read goes first."""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedback_atlas.server.artifacts import CachedStore, DamagedArtifactError, LocalStore, Stored

BOUND = 100
SIZES = st.lists(st.integers(0, 130), min_size=1, max_size=8)
READS = st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=40)


class CountingStore(LocalStore):
    """A folder that counts how often it is read."""

    reads = 0

    def get(self, key: str, sha256: str) -> bytes:
        self.reads += 1
        return super().get(key, sha256)


def content(index: int, size: int) -> bytes:
    return bytes([index]) * size


def kept_below(folder: Path) -> dict[str, int]:
    """Return sizes of all that the cache's folder holds, by name, its empty lock aside."""
    return {path.name: path.stat().st_size for path in folder.glob("*") if path.name != ".lock"}


@pytest.fixture
def cached(tmp_path: Path) -> tuple[CachedStore, CountingStore, Path]:
    beyond = CountingStore(tmp_path / "beyond")
    return CachedStore(beyond, tmp_path / "cache", BOUND), beyond, tmp_path / "cache"


@hypothesis_settings(max_examples=60, deadline=None)
@given(sizes=SIZES, reads=READS)
def test_any_reading_is_right_and_bounded(sizes: list[int], reads: list[tuple[int, bool]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        beyond = CountingStore(Path(root) / "beyond")
        folder = Path(root) / "cache"
        store = CachedStore(beyond, folder, BOUND)
        stored = [store.put(f"f/{i}", content(i, size)) for i, size in enumerate(sizes)]
        model: list[Stored] = []  # least recently read first
        for number, damage in reads:
            file = stored[number % len(stored)]
            if damage and (folder / file.sha256).exists():
                (folder / file.sha256).write_bytes(b"damaged")
                model = [other for other in model if other.sha256 != file.sha256]
            hit = any(other.sha256 == file.sha256 for other in model)
            before = beyond.reads
            data = store.get(file.key, file.sha256)
            assert hashlib.sha256(data).hexdigest() == file.sha256
            assert beyond.reads == before + (not hit)
            model = [other for other in model if other.sha256 != file.sha256]
            if file.size <= BOUND:
                model.append(file)
            while sum(other.size for other in model) > BOUND:
                model.pop(0)
            kept = kept_below(folder)
            assert sum(kept.values()) <= BOUND
            assert set(kept) == {other.sha256 for other in model}


def test_what_is_gone_and_was_never_read_is_missing(
    cached: tuple[CachedStore, CountingStore, Path],
) -> None:
    store, _, folder = cached
    read, unread = store.put("a", b"a"), store.put("b", b"b")
    store.get("a", read.sha256)
    store.delete("a")
    store.delete("b")
    assert store.get("a", read.sha256) == b"a"
    with pytest.raises(DamagedArtifactError, match="b is missing"):
        store.get("b", unread.sha256)
    assert set(kept_below(folder)) == {read.sha256}


def test_a_killed_process_leaves_nothing_that_stays(
    cached: tuple[CachedStore, CountingStore, Path],
) -> None:
    store, _, folder = cached
    file = store.put("a", b"a" * BOUND)
    folder.mkdir()
    (folder / ".tmp").write_bytes(b"half of a file")
    assert store.get("a", file.sha256) == b"a" * BOUND
    assert kept_below(folder) == {file.sha256: BOUND}


def test_a_full_disk_makes_reading_slower_not_wrong(
    cached: tuple[CachedStore, CountingStore, Path], tmp_path: Path
) -> None:
    store, beyond, folder = cached
    file = store.put("a", b"a")
    folder.write_bytes(b"")  # a file where the folder should be: nothing can be kept
    assert [store.get("a", file.sha256) for _ in range(2)] == [b"a"] * 2
    assert beyond.reads == 2


def _read_at_random(root: Path, stored: list[Stored], seed: int) -> None:
    store = CachedStore(LocalStore(root / "beyond"), root / "cache", BOUND)
    chosen = random.Random(seed)
    for _ in range(150):
        file = chosen.choice(stored)
        assert hashlib.sha256(store.get(file.key, file.sha256)).hexdigest() == file.sha256


def test_several_processes_share_one_folder(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "beyond")
    stored = [store.put(f"f/{i}", content(i, 20 + i)) for i in range(9)]
    spawn = multiprocessing.get_context("spawn")
    readers = [
        spawn.Process(target=_read_at_random, args=(tmp_path, stored, seed)) for seed in range(3)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert [reader.exitcode for reader in readers] == [0, 0, 0]
    assert 0 < sum(kept_below(tmp_path / "cache").values()) <= BOUND
