"""Writing links anew, killed at any step of it or done by several processes at once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.sharing.upgrade import bring_up_to_date
from tests.conftest import ATLAS_COMMAND
from tests.integration.release_0_1_0.conftest import PLACES, Old
from tests.integration.release_0_1_0.link_copies import (
    assert_all_is_written_anew,
    assert_links_are,
    readable_links,
    standing,
)


class Killed(BaseException):
    """Ends what is done as SIGKILL does."""


def kill() -> None:
    raise Killed


class Fuse:
    """Burns at each step of a store and a database; something happens at the one it is set to."""

    def __init__(self, left: int, happens: Callable[[], None] = kill) -> None:
        self.left, self._happens = left, happens

    def burn(self, *_: Any) -> None:
        self.left -= 1
        if self.left == -1:
            self._happens()


class FusedStore(ArtifactStore):
    """A store that is killed before, or right after, what it does."""

    def __init__(self, inner: ArtifactStore, fuse: Fuse) -> None:
        self._inner, self._fuse = inner, fuse

    def _done(self, name: str, *given: Any) -> Any:
        self._fuse.burn()
        answer = getattr(self._inner, name)(*given)
        self._fuse.burn()
        return answer

    def put(self, *given: Any) -> Any:
        return self._done("put", *given)

    def get(self, *given: Any) -> Any:
        return self._done("get", *given)

    def keys(self, *given: Any) -> Any:
        return self._done("keys", *given)

    def delete(self, *given: Any) -> Any:
        return self._done("delete", *given)

    stream = stamp = delete_folder = free_bytes = None  # type: ignore[assignment]


def killed_at(old: Old, step: int) -> bool:
    """Bring ``old`` up to date, killed at a step of it; whether there was such a step."""
    fuse = Fuse(step)
    with old.database() as database:
        event.listen(
            database.engine,
            "before_cursor_execute",
            lambda *given: fuse.burn() if given[2].startswith("UPDATE shares") else None,
        )
        event.listen(database.engine, "commit", fuse.burn)
        try:
            bring_up_to_date(database, FusedStore(old.store, fuse))
        except Killed:
            return True
    return False


def as_begun(old: Old) -> tuple[bytes, dict[str, bytes]]:
    """Return the database and the copies of links."""
    folder = old.settings.data_path
    copies = {key: (folder / "artifacts" / key).read_bytes() for key in old.store.keys("shares")}
    return (folder / "atlas.db").read_bytes(), copies


def start_over(old: Old, begun: bytes, copies: dict[str, bytes]) -> None:
    """Put rows and files of links back as 0.1.0 left them."""
    for left in old.settings.data_path.glob("atlas.db-*"):
        left.unlink()
    (old.settings.data_path / "atlas.db").write_bytes(begun)
    old.store.delete_folder("links")
    for key, data in copies.items():
        old.store.put(key, data)


@pytest.mark.parametrize("old", PLACES, indirect=True)
def test_writing_anew_goes_on_where_it_was_killed(old: Old) -> None:
    first = readable_links(old)
    assert len(first) == 4
    steps = 3
    while killed_at(old, steps):
        # Each time it gets a little further into what was left.
        steps += 2
        assert_links_are(old, first)
    assert steps > 10
    assert_links_are(old, first)
    assert_all_is_written_anew(old)
    ended = standing(old)
    old.bring_up_to_date()
    assert standing(old) == ended


def test_writing_anew_ends_alike_wherever_it_was_killed(old: Old) -> None:
    first = readable_links(old)
    begun, copies = as_begun(old)
    ends, step, killed = set(), 0, True
    while killed:
        start_over(old, begun, copies)
        killed = killed_at(old, step)
        assert_links_are(old, first)
        old.bring_up_to_date()
        assert_all_is_written_anew(old)
        ends.add(repr(sorted(standing(old)[0].items())))
        step += 1
    assert step > 30
    assert len(ends) == 1


def test_another_process_does_it_all_between_any_two_steps(old: Old) -> None:
    first = readable_links(old)
    begun, copies = as_begun(old)
    step, between = 0, True
    while between:
        start_over(old, begun, copies)
        fuse = Fuse(step, old.bring_up_to_date)
        with old.database() as database:
            bring_up_to_date(database, FusedStore(old.store, fuse))
        between = fuse.left < 0
        assert_links_are(old, first)
        assert_all_is_written_anew(old)
        step += 3
    assert step > 20


@pytest.mark.parametrize("old", PLACES[:2], indirect=True)
def test_processes_start_together(old: Old) -> None:
    first = readable_links(old)
    variables = {
        **os.environ,
        "ATLAS_DATA_DIR": str(old.settings.data_path),
        "ATLAS_DATABASE_URL": old.settings.database_url,
        "ATLAS_ARTIFACTS_URL": old.settings.artifacts_url,
    }
    started = [
        subprocess.Popen(
            [*ATLAS_COMMAND, "migrate"],
            env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    said = [one.communicate()[0] for one in started]
    assert [one.returncode for one in started] == [0, 0, 0], said
    assert_links_are(old, first)
    assert_all_is_written_anew(old)
