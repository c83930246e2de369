"""Links of 0.1.0 show the same numbers, and are written anew where they can be."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from feedback_atlas.server.artifacts import DiskFullError, LocalStore
from feedback_atlas.server.cli.main import app as command
from feedback_atlas.server.main import create_app
from feedback_atlas.server.sharing import service as shares
from tests.integration.conftest import Atlas
from tests.integration.release_0_1_0.conftest import PLACES, Old
from tests.integration.release_0_1_0.link_copies import (
    assert_all_is_written_anew,
    assert_links_are,
    readable_links,
    standing,
)
from tests.integration.release_0_1_0.link_numbers import link_of, numbers_of_link


def assert_links_show_the_same(client: TestClient, found: dict[str, Any]) -> None:
    for link in found["links"].values():
        assert numbers_of_link(link_of(client, link)) == numbers_of_link(link["shows"])
    assert client.get(f"/api/shared/{found['revoked']}").status_code == 404


@pytest.mark.parametrize("old", PLACES, indirect=True)
def test_links_of_0_1_0_show_the_same_numbers(old: Old, product: Atlas) -> None:
    assert_links_show_the_same(product.client, old.shown)
    assert_all_is_written_anew(old)
    for share in product.get("/shares")["items"]:
        if share["state"] == "open":
            assert product.client.delete(f"/api/shares/{share['id']}").status_code == 204
    assert standing(old)[1] == set()


def test_a_damaged_copy_stays_and_the_others_go_on(
    old: Old, caplog: pytest.LogCaptureFixture
) -> None:
    token = old.shown["links"]["whole"]["token"]
    with old.database() as database, database.read() as session:
        broken = shares.find(session, token)
    old.store.put(broken.key, b"damaged")
    stranger = "shares/0000000000000000.safetensors"
    old.store.put(stranger, b"a file that no row names")
    with caplog.at_level(logging.WARNING), TestClient(create_app(old.settings)) as client:
        answer = client.get(f"/api/shared/{token}")
        assert (answer.status_code, "is damaged" in answer.json()["detail"]) == (503, True)
        assert f"The link {broken.id} stays as it is" in caplog.text
        for label in ("early", "locked", "orphan"):
            link = old.shown["links"][label]
            assert numbers_of_link(link_of(client, link)) == numbers_of_link(link["shows"])
    rows, files = standing(old)
    assert files == {row[0] for row in rows.values() if not row[2]}
    assert [key for key in files if key.startswith("shares/")] == [broken.key]


def test_links_are_read_where_nothing_can_be_written(
    old: Old, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise DiskFullError("The disk is full.")

    first = readable_links(old)
    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "put", full)
        with TestClient(create_app(old.settings)) as client:
            token = old.shown["links"]["whole"]["token"]
            assert client.get(f"/api/shared/{token}/result").status_code == 200
        assert "The disk is full" in caplog.text
    assert_links_are(old, first)
    old.bring_up_to_date()
    assert_links_are(old, first)
    assert_all_is_written_anew(old)


def test_atlas_migrate_does_it_too(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_DATA_DIR", str(old.settings.data_path))
    finished = CliRunner().invoke(command, ["migrate"])
    assert finished.exit_code == 0, finished.output
    assert_all_is_written_anew(old)
