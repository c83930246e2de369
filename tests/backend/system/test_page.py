"""The page is served with a policy of its own, and no other file is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.staticfiles import StaticFiles

from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.system import page_routes as page

INDEX = (
    '<html><head><meta property="csp-nonce" nonce="ATLAS_NONCE">'
    '<script nonce="ATLAS_NONCE" src="/assets/a.js"></script></head></html>'
)


@pytest.fixture
def built(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A service with a page of three files, and a secret beside them."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "assets" / "a.js").write_text("1;")
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(page, "_INDEX", folder / "index.html")
    monkeypatch.setattr(page, "_files", StaticFiles(directory=folder))
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/index.html", "/experiments/ab/compare?x=1", "/s/abc.d"])
def test_the_page_answers_for_its_own_addresses(built: TestClient, path: str) -> None:
    answers = [built.get(path), built.get(path)]
    nonces = {re.findall(r'nonce="([\w-]+)"', answer.text)[0] for answer in answers}
    assert len(nonces) == 2, "a nonce that is used twice protects nothing"
    policy = answers[0].headers["content-security-policy"]
    assert "ATLAS_NONCE" not in answers[0].text
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert re.search(r"'nonce-([\w-]+)'", directives["style-src-elem"])[1] in answers[0].text  # type: ignore[index]
    assert answers[0].headers["cache-control"] == "no-cache"
    assert answers[0].headers["referrer-policy"] == (
        "no-referrer" if path.startswith("/s/") else "same-origin"
    )


def test_files_are_served_and_kept_by_browsers(built: TestClient) -> None:
    script = built.get("/assets/a.js")
    assert (script.text, script.status_code) == ("1;", 200)
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" not in built.get("/icon.svg").headers.get("cache-control", "")
    again = built.get(
        "/icon.svg", headers={"If-None-Match": built.get("/icon.svg").headers["etag"]}
    )
    assert again.status_code == 304
    assert built.head("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/assets/old.js", "/assets/link.txt", "/../secret.txt", "/..%2fsecret.txt",
     "/assets/..%2f..%2fsecret.txt", "/%2e%2e/secret.txt", "//etc/passwd", "/assets/%00"],
)  # fmt: skip
def test_no_other_file_is(built: TestClient, path: str) -> None:
    answer = built.get(path)
    assert "secret" not in answer.text.replace("secret.txt", "")
    assert "root:" not in answer.text
    if path.startswith("/assets/"):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
