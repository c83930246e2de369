"""Every route says who may use it, and lets in nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response

from feedback_atlas.server.access import tokens
from feedback_atlas.server.access.guards import OWNER, VIEWER, TokenAttempts
from feedback_atlas.server.api.access import ANYONE, Access, AccessRoute
from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.db.models import AccessToken, SignIn
from feedback_atlas.server.events import routes as events
from feedback_atlas.server.events.hub import EventHub
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing import service as shares
from feedback_atlas.server.sharing.link_access import LINK_HOLDER, LINK_VISITOR
from tests.backend.access.secured import COMPARISON_ID, PASSPHRASE, SHEET, Secured, secured

SPEC = {"name": "Mine", "rules": [{"rule": "bp"}], "epochs": 1, "probe_size": 20}
BODIES: dict[str, Any] = {
    "/api/experiments": SPEC,
    "/api/experiments/estimate": SPEC,
    "/api/experiments/spec.yaml": SPEC,
    "/api/experiments/parse": {"yaml": "name: Mine\nrules: [{rule: bp}]"},
    "/api/session": {"token": "wrong"},
    "/api/tokens": {"name": "New"},
    "/api/experiments/{experiment_id}": {"name": "New"},
    "/api/experiments/{experiment_id}/comparisons": {},
    "/api/experiments/{experiment_id}/answers": {},
    "/api/comparisons/{comparison_id}/shares": {"label": ""},
    "/api/shared/{token}/access": {"passphrase": "no words at all"},
}
FIGURES = {
    f"/api{path}{ending}": name
    for path, name in (
        ("/experiments/{experiment_id}/figures/{name}", "loss"),
        ("/experiments/{experiment_id}/paper/figures/{name}", "figure-2"),
        ("/experiments/{experiment_id}/paper/tables/{name}", "table-1"),
        ("/answers/{analysis_id}/figures/{name}", "order"),
    )
    for ending in ("", ".csv")
}


@pytest.fixture
def service(settings: Settings) -> Iterator[Secured]:
    with secured(settings) as started:
        yield started


def routes() -> list[tuple[str, str, Access]]:
    """Return method, path and access rule of every route."""
    return [
        (method, str(route.path), route.original_route.access)
        for route in iter_route_contexts(create_app(Settings()).routes)
        if isinstance(route.original_route, AccessRoute)
        for method in sorted(route.methods or ())
    ]


def call(
    service: Secured, method: str, path: str, headers: dict[str, str], link: str = ""
) -> Response:
    """Return a route's answer to a request that is right in itself."""
    filled = path.replace(":path}", "}").format_map(
        {
            "experiment_id": service.experiment_id,
            "run_id": service.run_id,
            "comparison_id": COMPARISON_ID,
            "analysis_id": "a" * 64,
            "sha256": sha256(SHEET).hexdigest(),
            "share_id": service.share_id,
            "token_id": service.token_id,
            "token": link or service.link,
            "name": FIGURES.get(path, "accuracy"),
            "kind": "weights",
            "epoch": "1",
            "path": "nothing",
        }
    )
    body = BODIES.get(path) if method in ("POST", "PATCH") else None
    return service.client.request(method, filled, headers=headers, json=body)


def test_no_route_is_without_a_rule() -> None:
    found = list(iter_route_contexts(create_app(Settings()).routes))
    assert len(found) > 40
    for route in found:
        assert isinstance(route.original_route, AccessRoute), (
            f"{route.path}: give its router route_class=AccessRoute, and its function a rule of "
            "access/guards.py or sharing/link_access.py"
        )


def test_a_route_that_forgets_its_rule_cannot_be_made() -> None:
    router = APIRouter(route_class=AccessRoute)
    with pytest.raises(TypeError, match=r"peek \(/peek\) does not say who may use it"):

        @router.get("/peek")
        def peek() -> None: ...


def test_what_anyone_may_use_is_a_short_list() -> None:
    """Pin the list: whoever adds to it should mean it."""
    assert {(method, path) for method, path, rule in routes() if rule is ANYONE} == {
        ("GET", "/api/health"),
        ("GET", "/api/openapi.json"),
        ("GET", "/api/session"),
        ("POST", "/api/session"),
        ("DELETE", "/api/session"),
        ("GET", "/api"),
        ("HEAD", "/api"),
        ("GET", "/api/{path:path}"),
        ("HEAD", "/api/{path:path}"),
        ("GET", "/plotly.min.js"),
        ("HEAD", "/plotly.min.js"),
        ("GET", "/s/{token}"),
        ("HEAD", "/s/{token}"),
        ("GET", "/{path:path}"),
        ("HEAD", "/{path:path}"),
    }
    for method, path, rule in routes():
        by_link = rule in (LINK_HOLDER, LINK_VISITOR)
        assert by_link == path.startswith("/api/shared/"), (method, path)
        assert (rule is LINK_VISITOR) == (path == "/api/shared/{token}/access"), (method, path)
        if rule is VIEWER:
            # Asking for what is compared computes what is read, and changes nothing else.
            asks = path.endswith(("/comparisons", "/paper", "/answers"))
            assert method == "GET" or asks, (method, path)


def test_every_route_lets_in_whom_it_says(
    service: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def one_event(*_: object) -> Any:
        yield b"data: 1\n\n"

    monkeypatch.setattr(part_of(service.app, EventHub), "follow", one_event)
    nobody, link = dict[str, str](), service.as_(service.link)
    viewer, owner = service.as_(service.viewer), service.as_(service.owner)
    monkeypatch.setattr(part_of(service.app, TokenAttempts), "count", lambda _: None)
    for method, path, rule in routes():
        if rule in (VIEWER, OWNER):
            for refused in (nobody, link, {"Cookie": "atlas-session-8000=x"}):
                answer = call(service, method, path, refused)
                assert answer.status_code == 401, (method, path)
                assert answer.json()["title"] == "Sign in first"
                assert answer.headers["www-authenticate"] == "Bearer"
        if rule is OWNER:
            answer = call(service, method, path, viewer)
            assert answer.status_code == 403, (method, path)
            assert "a viewer's" in answer.json()["detail"]
    allowed = {
        ANYONE: (nobody,),
        LINK_HOLDER: (nobody, viewer),
        LINK_VISITOR: (nobody, viewer),
        VIEWER: (viewer, owner),
        OWNER: (owner,),
    }
    # What deletes comes last, so that the others find what they ask for.
    for method, path, rule in sorted(routes(), key=lambda one: (one[0] == "DELETE", one[1])):
        for headers in allowed[rule]:
            answer = call(service, method, path, headers)
            wrong_token = (method, path) == ("POST", "/api/session")
            if not wrong_token:
                assert answer.status_code not in (401, 403, 405, 422, 500), (
                    method,
                    path,
                    answer.text,
                )
            if rule in (LINK_HOLDER, LINK_VISITOR):
                assert answer.status_code == 200, (path, answer.text)


def test_a_passphrase_stands_before_every_route_of_its_link(service: Secured) -> None:
    given = service.client.post(
        f"/api/shared/{service.locked_link}/access", json={"passphrase": PASSPHRASE}
    )
    service.client.cookies.clear()
    key = {"Atlas-Link-Key": given.json()["key"]}
    checked = 0
    for method, path, rule in routes():
        if rule is LINK_HOLDER:
            for headers in ({}, service.as_(service.owner), {"Atlas-Link-Key": "9999999999.0"}):
                answer = call(service, method, path, headers, service.locked_link)
                assert answer.status_code == 401, (path, answer.text)
                assert answer.json()["title"] == "A passphrase is needed"
            assert call(service, method, path, key, service.locked_link).status_code == 200, path
            checked += 1
    assert checked >= 10


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


def test_the_body_of_a_stranger_is_not_read(service: Secured) -> None:
    answer = service.client.post("/api/experiments", content=b"{ no JSON")
    assert answer.status_code == 401


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


def test_wrong_links_are_counted_and_answer_alike(service: Secured) -> None:
    client = service.client
    with service.database.write() as session:
        shares.revoke(session, service.share_id)
    answers = [
        client.get(f"/api/shared/{token}") for token in (service.link, "x", "A" * 43) for _ in "ab"
    ]
    assert {(one.status_code, one.json()["detail"]) for one in answers} == {
        (404, answers[0].json()["detail"])
    }
    for _ in range(30):
        last = client.get("/api/shared/y/figures/accuracy")
    assert last.status_code == 429
    assert "retry-after" in last.headers
    assert client.get("/api/health").status_code == 200


def test_who_did_what_is_kept(service: Secured) -> None:
    client, owner = service.client, service.as_(service.owner)
    launched = client.post("/api/experiments", json=SPEC, headers=owner).json()
    run = launched["runs"][0]["id"]
    client.post(f"/api/runs/{run}/cancel", headers=owner)
    client.post(f"/api/runs/{run}/retry", headers=owner)
    client.post(f"/api/experiments/{launched['id']}/cancel", headers=owner)
    client.delete(f"/api/experiments/{launched['id']}", headers=owner)
    client.delete(f"/api/shares/{service.share_id}", headers=owner)
    client.post("/api/tokens", json={"name": "New"}, headers=owner)
    client.post("/api/session", json={"token": service.viewer})
    # What was refused was not done.
    client.post("/api/experiments", json=SPEC, headers=service.as_(service.viewer))
    client.post("/api/experiments", json={**SPEC, "epochs": 0}, headers=owner)
    page = client.get("/api/audit", headers=owner).json()
    assert [(one["who"], one["action"], one["subject"]) for one in page["items"]] == [
        ("Bob", "sign-in", ""),
        ("Ada", "create-token", "New, viewer"),
        ("Ada", "revoke-share", "“For a colleague”"),
        ("Ada", "delete", "Mine"),
        ("Ada", "cancel", "Mine"),
        ("Ada", "retry-run", "bp, seed 0, of Mine"),
        ("Ada", "cancel-run", "bp, seed 0, of Mine"),
        ("Ada", "launch", "Mine"),
    ]
    assert page["items"][-1]["experiment_id"] == launched["id"]
    assert page["next_before"] is None
    first = client.get("/api/audit?limit=3", headers=owner).json()
    assert len(first["items"]) == 3
    rest = client.get(f"/api/audit?limit=5&before={first['next_before']}", headers=owner).json()
    assert first["items"] + rest["items"] == page["items"]
    assert rest["next_before"] is None


def test_a_viewer_is_not_told_where_things_lie(service: Secured) -> None:
    client = service.client
    seen = {
        who: (
            client.get("/api/system", headers=service.as_(who)).json(),
            client.get("/api/catalog", headers=service.as_(who)).json(),
        )
        for who in (service.owner, service.viewer)
    }
    folder = str(service.settings.data_path)
    roots = [str(root) for root in service.settings.resolved_folder_roots]
    assert seen[service.owner][0]["data_folder"] == folder
    assert seen[service.owner][1]["folder_roots"] == roots
    assert seen[service.viewer][0]["data_folder"] is None
    assert seen[service.viewer][0]["folder_roots"] == seen[service.viewer][1]["folder_roots"] == []


def test_the_user_of_this_machine_needs_no_token(client: TestClient) -> None:
    session = client.get("/api/session").json()
    assert session == {
        "required": False, "name": "local user", "role": "owner", "expires_at": None,
    }  # fmt: skip
    assert client.post("/api/experiments", json=SPEC).status_code == 201
    assert client.get("/api/audit").json()["items"][0]["who"] == "local user"
