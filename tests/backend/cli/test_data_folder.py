"""Where data lie: one rule for every command that uses them, and each says which folder and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import uvicorn
from typer.testing import CliRunner

from feedback_atlas.server import settings as settings_module
from feedback_atlas.server.cli import supervisor
from feedback_atlas.server.cli.main import app
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.settings import Settings
from tests.conftest import free_port

COMMANDS = [
    ["up"], ["serve"], ["worker"], ["migrate"],
    ["token", "create", "Ada"], ["token", "list"], ["token", "revoke", "nobody"],
]  # fmt: skip
# They ask a running service, which has data of its own, or describe what does not depend on data.
WITHOUT_DATA = [
    ["launch", "spec.yaml"], ["paper", "--no-wait"], ["report", "0123456789abcdef"],
    ["share", "0123456789abcdef"], ["openapi"],
]  # fmt: skip


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[list[str]], list[str]]:
    """Run a command; the data folder that it uses, and the line that names it."""
    folders: list[Path] = []

    class NotStarted:
        def __init__(self, settings: Settings) -> None:
            folders.append(settings.data_path)

        def run(self) -> int:
            return 0

    def made(self: Database, url: str) -> None:
        folders.append(Path(url.removeprefix("sqlite:///")).parent)
        connect(self, url)

    def executed(_: str, __: list[str], environment: dict[str, str]) -> None:
        folders.append(Path(environment["ATLAS_DATA_DIR"]))

    connect = Database.__init__
    monkeypatch.setattr(Database, "__init__", made)
    monkeypatch.setattr(supervisor, "Supervisor", NotStarted)
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: None)
    monkeypatch.setattr(os, "execve", executed)

    def run(command: list[str]) -> list[str]:
        result = CliRunner().invoke(app, command)
        assert result.exit_code == (1 if "nobody" in command else 0), result.output
        assert len(set(folders)) == 1
        named = [line for line in result.stderr.splitlines() if line.startswith("Data folder: ")]
        assert len(named) == 1, result.stderr
        assert named[0].startswith(f"Data folder: {folders[0]} (")
        return [str(folders[0]), named[0].partition(" (")[2].rstrip(")")]

    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(settings_module, "user_data_path", lambda *_, **__: tmp_path / "mine")
    monkeypatch.delenv("ATLAS_DATA_DIR")
    return run


@pytest.fixture(params=COMMANDS, ids=" ".join)
def command(request: pytest.FixtureRequest) -> list[str]:
    return list(request.param)


def hold_database(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "atlas.db").touch()


def test_the_option_goes_before_everything(
    used: Callable[[list[str]], list[str]],
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("ATLAS_DATA_DIR", str(tmp_path / "variable"))
    hold_database(Path("data"))
    assert used([*command, "--data-dir", "../option"]) == [str(tmp_path / "option"), "--data-dir"]


def test_the_variable_goes_before_the_current_folder(
    used: Callable[[list[str]], list[str]],
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("ATLAS_DATA_DIR", str(tmp_path / "variable"))
    hold_database(Path("data"))
    assert used(command) == [str(tmp_path / "variable"), "ATLAS_DATA_DIR"]


def test_the_variable_may_stand_in_the_env_file(
    used: Callable[[list[str]], list[str]], command: list[str], tmp_path: Path
) -> None:
    Path(".env").write_text("ATLAS_DATA_DIR=../file\n")
    hold_database(Path("data"))
    assert used(command) == [str(tmp_path / "file"), "ATLAS_DATA_DIR in .env"]


def test_a_database_in_the_current_folder_is_found(
    used: Callable[[list[str]], list[str]],
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("ATLAS_DATA_DIR", "")  # counts as not set
    hold_database(Path("data"))
    assert used(command) == [str(tmp_path / "here/data"), "./data holds a database"]


def test_a_checkout_has_its_data_inside(
    used: Callable[[list[str]], list[str]], command: list[str], tmp_path: Path
) -> None:
    Path("pyproject.toml").touch()
    Path("backend/feedback_atlas/server").mkdir(parents=True)
    assert used(command) == [str(tmp_path / "here/data"), "./data of this checkout"]


def test_elsewhere_data_lie_in_the_users_folder(
    used: Callable[[list[str]], list[str]], command: list[str], tmp_path: Path
) -> None:
    Path("data").mkdir()  # somebody else's
    assert used(command) == [str(tmp_path / "mine"), "your data folder on this platform"]
    assert not list(Path("data").iterdir())


@pytest.mark.parametrize("command", WITHOUT_DATA, ids=lambda command: command[0])
def test_the_other_commands_leave_every_data_folder_alone(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings_module, "user_data_path", lambda *_, **__: tmp_path / "mine")
    monkeypatch.delenv("ATLAS_DATA_DIR")
    monkeypatch.setenv("ATLAS_PORT", str(free_port()))
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text("rules: [{rule: bp}]\n")
    result = CliRunner().invoke(app, command)
    assert result.exit_code == (0 if command == ["openapi"] else 1), result.output
    assert "Data folder" not in result.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "spec.yaml"]


def test_a_worker_is_told_where_data_lie_and_imports_nothing_from_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execve", lambda *given: started.append(given))
    CliRunner().invoke(app, ["worker", "--queues", "train", "--data-dir", str(tmp_path / "d")])
    [(program, arguments, environment)] = started
    assert program == sys.executable
    assert arguments[:6] == [sys.executable, "-P", "-m", "feedback_atlas.jobs", "-Q", "train"]
    assert environment["ATLAS_DATA_DIR"] == str(tmp_path / "d")
