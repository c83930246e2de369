"""The OpenAPI document is complete, and the browser's client was made from it."""

from __future__ import annotations

import json
from pathlib import Path

from fastapi.testclient import TestClient

from feedback_atlas.server.main import create_app

DOCUMENT = Path(__file__).resolve().parents[3] / "frontend" / "openapi.json"


def test_the_clients_document_is_the_services() -> None:
    assert json.loads(DOCUMENT.read_text()) == json.loads(json.dumps(create_app().openapi())), (
        "the API has changed: run `make openapi`"
    )


def test_every_route_says_what_it_does_and_how_it_fails() -> None:
    paths = create_app().openapi()["paths"]
    assert len(paths) > 20
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)
            problems = {
                status: answer
                for status, answer in operation["responses"].items()
                if int(status) >= 400
            }
            assert {"422", "503"} <= set(problems), (method, path)
            for answer in problems.values():
                assert "Problem" in json.dumps(answer), (method, path)


def test_the_page_answers_for_no_unknown_path_of_the_api(client: TestClient) -> None:
    for path in ("/api/nothing", "/api/experiments/../..%2Fx", "/api"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
