"""Signing in with a browser: the cookie, its end, and the local user, who needs none."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.backend.access.secured import SPEC, Secured


def test_a_browser_signs_in_and_out(service: Secured) -> None:
    client = service.client
    before = client.get("/api/session").json()
    assert before == {"required": True, "name": None, "role": None, "expires_at": None}
    answer = client.post("/api/session", json={"token": f" {service.viewer}\n"})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["role"]) == ("Bob", "viewer")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert service.viewer not in answer.headers["set-cookie"]
    assert client.get("/api/session").json()["role"] == "viewer"
    assert client.get("/api/experiments").status_code == 200
    assert client.post("/api/experiments", json=SPEC).status_code == 403
    kept = dict(client.cookies)
    assert client.delete("/api/session").status_code == 204
    assert client.get("/api/experiments").status_code == 401
    # The cookie that was kept elsewhere is worth nothing either.
    client.cookies.update(kept)
    assert client.get("/api/experiments").status_code == 401


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookie_keeps_to_https_where_it_came_by_it(
    service: Secured, scheme: str, secure: bool
) -> None:
    client = TestClient(service.app, f"{scheme}://127.0.0.1:8000")
    answer = client.post("/api/session", json={"token": service.owner})
    assert ("secure" in answer.headers["set-cookie"].lower()) is secure


def test_the_user_of_this_machine_needs_no_token(client: TestClient) -> None:
    session = client.get("/api/session").json()
    assert session == {
        "required": False, "name": "local user", "role": "owner", "expires_at": None,
    }  # fmt: skip
    assert client.post("/api/experiments", json=SPEC).status_code == 201
    assert client.get("/api/audit").json()["items"][0]["who"] == "local user"
