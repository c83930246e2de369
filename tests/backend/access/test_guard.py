"""No other website may use the service through the browser of someone who may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from feedback_atlas.server.comparisons.viewer import ComparisonViewer
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from tests.conftest import LOOPBACK

SPEC = {"name": "Mine", "rules": [{"rule": "bp"}], "epochs": 1, "probe_size": 20}


@pytest.fixture
def behind_proxy(settings: Settings) -> Iterator[TestClient]:
    named = {"host_names": ("atlas.lab.org", "atlas.lab.org:8443")}
    with TestClient(create_app(settings.model_copy(update=named))) as running:
        yield running


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:9", "localhost:8000", "[::1]:8000"])
def test_the_service_answers_to_the_names_of_this_machine(client: TestClient, host: str) -> None:
    assert client.get("/api/tags", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
     "192.168.1.5:8000", "", "[", "a@127.0.0.1.evil.example", "%6cocalhost"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/tags", "/", "/plotly.min.js", "/api/events"])
def test_a_name_that_was_rebound_is_refused(client: TestClient, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ATLAS_HOST_NAMES" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8888"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site", "Origin": LOOPBACK},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_another_website_changes_nothing(
    client: TestClient, headers: dict[str, str], method: str
) -> None:
    answer = client.request(method, "/api/experiments", json=SPEC, headers=headers)
    assert answer.status_code == 403
    assert "another website" in answer.json()["detail"]
    assert client.get("/api/experiments").json()["total"] == 0


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": LOOPBACK}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_the_own_page_and_scripts_may(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/experiments", json=SPEC, headers=headers).status_code == 201


def test_another_website_loads_nothing_but_may_link_here(client: TestClient) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    for mode in ("cors", "no-cors"):
        refused = client.get("/api/experiments", headers=foreign | {"Sec-Fetch-Mode": mode})
        assert refused.status_code == 403
    linked = foreign | {"Sec-Fetch-Mode": "navigate"}
    assert client.get("/api/experiments", headers=linked).status_code == 200
    answer = client.options(
        "/api/experiments",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_an_open_service_does_not_serve_a_proxy(client: TestClient, header: str) -> None:
    answer = client.get("/api/tags", headers={header: "203.0.113.9"})
    assert answer.status_code == 403
    assert "ATLAS_HOST_NAMES" in answer.json()["detail"]


def test_a_named_service_asks_everyone_for_a_token(behind_proxy: TestClient) -> None:
    known = {"Host": "atlas.lab.org", "X-Forwarded-For": "203.0.113.9"}
    assert behind_proxy.get("/api/health", headers=known).status_code == 200
    assert behind_proxy.get("/api/tags", headers=known).status_code == 401
    assert behind_proxy.get("/api/tags").status_code == 401
    assert behind_proxy.get("/api/health", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://atlas.lab.org", 401),
        ("https://atlas.lab.org:8443", 401),
        ("https://atlas.lab.org:9999", 403),
        ("https://lab.org", 403),
    ],
)
def test_a_proxy_may_pass_another_name_on(
    behind_proxy: TestClient, origin: str, status: int
) -> None:
    answer = behind_proxy.post("/api/session", json={"token": "x"}, headers={"Origin": origin})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("given", "is_open"),
    [
        ({}, True),
        ({"host": "localhost"}, True),
        ({"host": "::1"}, True),
        ({"host": "127.3.2.1"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "::"}, False),
        ({"host": "192.168.1.5"}, False),
        ({"host": "gpu-box"}, False),
        ({"host": ""}, False),
        ({"host_names": "Atlas.lab.org, b"}, False),
        ({"require_token": True}, False),
    ],
)
def test_only_loopback_is_open(given: dict[str, object], is_open: bool) -> None:
    assert Settings.model_validate(given).is_open is is_open


@pytest.mark.parametrize(
    "path", ["/api/health", "/api/nothing", "/plotly.min.js", "/api/shared/x", "/api/tags?q=%00"]
)
def test_answers_are_nothing_to_run(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    is_link = path.startswith("/api/shared/")
    assert headers["referrer-policy"] == ("no-referrer" if is_link else "same-origin")
    assert headers.get("x-robots-tag") == ("noindex, nofollow" if is_link else None)


def test_an_unexpected_error_is_as_safe_and_tells_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("/a/secret/path")

    monkeypatch.setattr(ComparisonViewer, "view", broken)
    answer = client.get(f"/api/comparisons/{'a' * 64}")
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
