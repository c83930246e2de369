"""Caches in memory: for one stamp, up to a number of bytes, the last used longest."""

from __future__ import annotations

from feedback_atlas.server.core.cache import ByteCache


def test_a_value_is_made_once_a_stamp() -> None:
    recall: ByteCache[str] = ByteCache(100)
    made: list[str] = []

    def ask(key: str, stamp: int) -> str:
        def make() -> str:
            made.append(f"{key}{stamp}")
            return made[-1]

        return recall.get(key, stamp, make, len)

    assert [ask("a", 1), ask("a", 1), ask("b", 1), ask("a", 2), ask("a", 1)] == [
        "a1", "a1", "b1", "a2", "a1",
    ]  # fmt: skip
    assert made == ["a1", "b1", "a2", "a1"]


def test_the_last_used_stay_within_the_bytes() -> None:
    recall: ByteCache[str] = ByteCache(10)
    made: list[str] = []

    def ask(key: str, size: int) -> None:
        def make() -> str:
            made.append(key)
            return key

        recall.get(key, 0, make, lambda _: size)

    for key, size in (("a", 4), ("b", 4), ("a", 4), ("c", 4), ("a", 4), ("b", 4), ("huge", 11)):
        ask(key, size)
    ask("huge", 11)
    assert made == ["a", "b", "c", "b", "huge", "huge"]
    ask("b", 4)
    ask("a", 4)
    assert made == ["a", "b", "c", "b", "huge", "huge"]
