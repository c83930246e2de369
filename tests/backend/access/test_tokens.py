"""Tokens: made, stored, expired, revoked, and wrong ones counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from feedback_atlas.server.access import tokens
from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.db.models import AccessToken, SignIn
from feedback_atlas.server.events import routes as events
from feedback_atlas.server.events.hub import EventHub
from tests.backend.access.secured import Secured


def test_an_owner_makes_tokens_and_revokes_them(service: Secured) -> None:
    client, owner = service.client, service.as_(service.owner)
    made = client.post(
        "/api/tokens",
        json={"name": "Cluster", "role": "owner", "expires_in_days": 7},
        headers=owner,
    )
    assert made.status_code == 201
    token = made.json()["token"]
    assert len(token) > 43
    lifetime = datetime.fromisoformat(made.json()["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=6.9) < lifetime < timedelta(days=7)
    listed = client.get("/api/tokens", headers=owner).json()
    assert [one["name"] for one in listed] == ["Ada", "Bob", "Cluster"]
    assert all("token" not in one for one in listed)
    again = client.post("/api/tokens", json={"name": "Cluster"}, headers=owner)
    assert again.status_code == 409
    assert "'Cluster'" in again.json()["detail"]
    for name in ("", " ", "x" * 61, "a\0b"):
        assert client.post("/api/tokens", json={"name": name}, headers=owner).status_code == 422
    client.post("/api/session", json={"token": token})
    assert client.get("/api/tags").status_code == 200
    path = f"/api/tokens/{made.json()['id']}"
    assert client.delete(path, headers=owner).status_code == 204
    assert client.delete(path, headers=owner).status_code == 404
    # The browser that had signed in with it is out as well.
    assert client.get("/api/tags").status_code == 401
    assert client.get("/api/tags", headers=service.as_(token)).status_code == 401


def test_only_hashes_are_stored(service: Secured) -> None:
    service.client.post("/api/session", json={"token": service.owner})
    cookie = service.client.cookies["atlas-session-8000"]
    with service.database.read() as session:
        kept = [row.token_sha256 for row in session.query(AccessToken)]
        kept += [row.cookie_sha256 for row in session.query(SignIn)]
    assert all(len(one) == 64 for one in kept)
    assert not {service.owner, service.viewer, cookie} & set(kept)


def test_what_has_expired_lets_nobody_in(service: Secured) -> None:
    client = service.client
    client.post("/api/session", json={"token": service.viewer})
    assert client.get("/api/tags").status_code == 200
    with service.database.write() as session:
        for row in session.query(AccessToken):
            row.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    assert client.get("/api/tags").status_code == 401
    assert client.get("/api/tags", headers=service.as_(service.viewer)).status_code == 401
    assert client.post("/api/session", json={"token": service.viewer}).status_code == 401


def test_a_stream_ends_with_its_token(service: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    async def pieces(*_: object) -> Any:
        yield b"data: 1\n\n"
        with service.database.write() as session:
            tokens.revoke(session, service.token_id)
        yield b"data: 2\n\n"

    monkeypatch.setattr(events, "_CHECK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(part_of(service.app, EventHub), "follow", pieces)
    answer = service.client.get("/api/events", headers=service.as_(service.viewer))
    assert answer.text == "data: 1\n\n"


def test_wrong_tokens_are_counted_by_address(service: Secured) -> None:
    client = service.client
    for _ in range(5):
        assert client.post("/api/session", json={"token": "atlas_x"}).status_code == 401
        assert client.get("/api/tags", headers=service.as_("atlas_y")).status_code == 401
    refused = client.post("/api/session", json={"token": service.owner})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "Wait" in refused.json()["detail"]
    assert client.get("/api/tags", headers=service.as_(service.owner)).status_code == 429
    elsewhere = TestClient(service.app, "http://127.0.0.1:8000", client=("192.0.2.7", 1))
    assert elsewhere.post("/api/session", json={"token": service.owner}).status_code == 200
