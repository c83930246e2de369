"""`atlas launch`: a file becomes an experiment of a running service, or a sentence says why not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import uvicorn
from typer.testing import CliRunner, Result

from feedback_atlas.server.cli.client import address_of
from feedback_atlas.server.cli.main import app
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from tests.conftest import free_port, wait_until

GOOD = "name: From a file\nrules: [{rule: bp}]\nseeds: 0-2\nepochs: 1\n"


def launch(path: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["launch", str(path), *options])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "spec.yaml"
    path.write_text(GOOD)
    return path


@contextmanager
def listening(settings: Settings) -> Iterator[str]:
    """Run a service that answers on a port of its own."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), host="127.0.0.1", port=port, log_level="warning")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, 20, "the service does not start")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with listening(settings) as running:
        yield running


def test_a_file_is_launched_and_its_page_named(
    file: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from urllib.request import urlopen

    result = launch(file, "--address", f"{address}/")
    assert result.exit_code == 0, result.output
    page, experiment = result.stdout.strip().rsplit("/", 1)
    assert page == f"{address}/experiments"
    with urlopen(f"{address}/api/experiments/{experiment}", timeout=10) as answer:
        assert len(json.load(answer)["runs"]) == 3
    # Without an address, the one of this machine's settings is taken.
    monkeypatch.setenv("ATLAS_PORT", address.rsplit(":", 1)[1])
    assert launch(file).exit_code == 0


def test_a_service_that_asks_for_a_token_gets_that_of_the_environment(
    file: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = settings.model_copy(update={"require_token": True})
    tokens = {
        role: CliRunner().invoke(app, ["token", "create", role, "--role", role]).stdout.strip()
        for role in ("owner", "viewer")
    }
    with listening(guarded) as address:
        refused = launch(file, "--address", address)
        assert refused.exit_code == 1
        assert "asks for a token. Set ATLAS_TOKEN" in refused.stderr
        monkeypatch.setenv("ATLAS_TOKEN", tokens["viewer"])
        assert "a viewer's" in launch(file, "--address", address).stderr
        monkeypatch.setenv("ATLAS_TOKEN", "two\nlines")
        assert "is not a valid token" in launch(file, "--address", address).stderr
        monkeypatch.setenv("ATLAS_TOKEN", tokens["owner"])
        assert launch(file, "--address", address).exit_code == 0


def test_the_services_own_objections_come_with_their_lines(file: Path, address: str) -> None:
    file.write_text(GOOD.replace("epochs: 1", "epochs: 100000").replace("rule: bp", "rule: hebb"))
    result = launch(file, "--address", address)
    assert result.exit_code == 1
    assert "Line 2: rules.0.rule: 'hebb' is not a known learning rule" in result.stderr
    assert "Line 4: epochs: 100000 is out of range" in result.stderr


def test_what_cannot_be_launched_is_said(file: Path, tmp_path: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    result = launch(file, "--address", nobody)
    assert result.exit_code == 1
    assert f"No service responds at {nobody} (connection refused)" in result.stderr
    assert "atlas up" in result.stderr
    assert "is not a valid address" in launch(file, "--address", "localhost:8000").stderr
    assert "no such file" in launch(tmp_path / "none.yaml").stderr
    assert "is a directory" in launch(tmp_path).stderr
    file.write_bytes(b"\xff\xfe")
    assert "cannot be read" in launch(file).stderr
    file.write_text("name: [")
    assert "Line 1: " in launch(file).stderr


class _Stranger(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = b"<html>" if "good" in self.path else b"[]"
        self.send_response(200 if "good" in self.path else 404)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_another_server_is_not_taken_for_the_service(file: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Stranger)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        port = server.server_address[1]
        well = launch(file, "--address", f"http://127.0.0.1:{port}/good")
        badly = launch(file, "--address", f"http://127.0.0.1:{port}")
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
    assert (well.exit_code, badly.exit_code) == (1, 1)
    assert "is not Feedback Atlas" in well.stderr
    assert "status 404" in badly.stderr


def test_a_service_on_every_interface_is_asked_on_this_machine() -> None:
    assert address_of(Settings(host="0.0.0.0", port=8001)) == "http://127.0.0.1:8001"
    assert address_of(Settings(host="::1", port=8001)) == "http://[::1]:8001"
