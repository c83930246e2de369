"""`atlas token`, and starting where others can reach the service."""

from __future__ import annotations

from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from feedback_atlas.server.cli.main import app
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings


def atlas(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """The addresses that `atlas serve` would have listened on."""
    calls: list[dict[str, object]] = []
    monkeypatch.setattr(uvicorn, "run", lambda *_, **given: calls.append(given))
    return calls


def test_a_token_is_made_listed_and_revoked() -> None:
    assert "There are no tokens" in atlas("token", "list").stdout
    made = atlas("token", "create", "Ada's laptop", "--role", "owner", "--expires", "12h")
    assert made.exit_code == 0, made.output
    token = made.stdout.strip()
    assert token.startswith("atlas_")
    assert "not shown again" in made.stderr
    assert atlas("token", "create", "Bob", "--expires", "never").exit_code == 0
    listed = atlas("token", "list").stdout.splitlines()
    assert [line.split("  ")[0].strip() for line in listed] == ["NAME", "Ada's laptop", "Bob"]
    assert "never" in listed[2]
    assert token not in atlas("token", "list").stdout
    again = atlas("token", "create", "Bob")
    assert again.exit_code == 1
    assert "'Bob'" in again.stderr

    headers = {"Authorization": f"Bearer {token}"}
    with TestClient(create_app(Settings(require_token=True))) as client:
        assert client.get("/api/session", headers=headers).json()["name"] == "Ada's laptop"
        assert atlas("token", "revoke", "Ada's laptop").exit_code == 0
        assert client.get("/api/session", headers=headers).json()["name"] is None
    gone = atlas("token", "revoke", "Ada's laptop")
    assert gone.exit_code == 1
    assert "no token named" in gone.stderr


@pytest.mark.parametrize("expires", ["", "90", "0d", "-1d", "3651d", "9999999d", "1y", "forever"])
def test_a_length_of_time_that_is_none_is_refused(expires: str) -> None:
    refused = atlas("token", "create", "Ada", f"--expires={expires}")
    assert refused.exit_code == 1
    assert "is not a duration; write 12h, 90d" in refused.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "gpu-box"])
def test_the_service_does_not_start_on_a_network_without_a_token(
    host: str, monkeypatch: pytest.MonkeyPatch, started: list[dict[str, object]]
) -> None:
    monkeypatch.setenv("ATLAS_HOST", host)
    refused = atlas("serve")
    assert refused.exit_code == 1
    assert f"listen on {host}" in refused.stderr
    assert "atlas token create NAME --role owner --expires 90d" in refused.stderr
    assert not started
    atlas("token", "create", "Bob", "--role", "viewer")
    assert atlas("serve").exit_code == 1
    atlas("token", "create", "Ada", "--role", "owner")
    assert atlas("serve").exit_code == 0
    assert [call["host"] for call in started] == [host]


def test_on_loopback_it_starts_unless_others_come_by_a_proxy(
    monkeypatch: pytest.MonkeyPatch, started: list[dict[str, object]]
) -> None:
    assert atlas("serve").exit_code == 0
    monkeypatch.setenv("ATLAS_HOST_NAMES", "atlas.lab.org")
    refused = atlas("serve")
    assert refused.exit_code == 1
    assert "ATLAS_HOST_NAMES" in refused.stderr
    assert len(started) == 1


def test_up_refuses_in_the_same_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from feedback_atlas.server.cli.supervisor import Supervisor
    from tests.conftest import free_port

    monkeypatch.setattr("signal.signal", lambda *_: None)
    settings = Settings(host="0.0.0.0", port=free_port(), data_dir=tmp_path / "data")
    assert Supervisor(settings).run() == 1
    assert "atlas token create NAME --role owner" in capsys.readouterr().err
