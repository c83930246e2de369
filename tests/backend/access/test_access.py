"""Every route says who may use it, and lets in nobody else."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from httpx2 import Response

from feedback_atlas.server.access.guards import OWNER, VIEWER, TokenAttempts
from feedback_atlas.server.api.access import ANYONE, Access, AccessRoute
from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.events.hub import EventHub
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing.link_access import LINK_HOLDER, LINK_VISITOR
from tests.backend.access.secured import COMPARISON_ID, PASSPHRASE, SHEET, SPEC, Secured

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


def test_the_body_of_a_stranger_is_not_read(service: Secured) -> None:
    answer = service.client.post("/api/experiments", content=b"{ no JSON")
    assert answer.status_code == 401


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
