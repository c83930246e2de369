"""Rows and files of links, as this release writes them anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from feedback_atlas.server.db.models import Share
from feedback_atlas.server.sharing.snapshot import read_copy
from tests.backend.results.test_codec import assert_same
from tests.integration.release_0_1_0.conftest import Old


def standing(old: Old) -> tuple[dict[str, tuple[str, str, bool]], set[str]]:
    """Return the rows and the files of links."""
    with old.database() as database, database.read() as session:
        rows = {
            row.id: (row.key, row.sha256, row.revoked_at is not None)
            for row in session.scalars(select(Share))
        }
    return rows, {*old.store.keys("shares"), *old.store.keys("links")}


def assert_all_is_written_anew(old: Old) -> None:
    rows, files = standing(old)
    open_keys = {key for key, _, revoked in rows.values() if not revoked}
    assert len(open_keys) == 4
    assert open_keys == files == {f"links/{id_}.safetensors" for id_, row in rows.items()
                                  if not row[2]}  # fmt: skip
    for key, sha256, revoked in rows.values():
        if not revoked:
            old.store.get(key, sha256)


def readable_links(old: Old) -> dict[str, Any]:
    """Read the numbers of every link that is not revoked, as a visitor's request does."""
    with old.database() as database, database.read() as session:
        rows = session.scalars(select(Share).where(Share.revoked_at.is_(None))).all()
    return {row.id: read_copy(row, old.store) for row in rows}


def assert_links_are(old: Old, first: dict[str, Any]) -> None:
    found = readable_links(old)
    assert found.keys() == first.keys()
    for id_, copy in first.items():
        assert_same(found[id_].numbers, copy.numbers)
        assert found[id_].view == copy.view
