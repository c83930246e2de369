"""Fixtures that several parts of the tests share."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.engine import make_url

from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from tests.postgresql import programs, running_server
from tests.s3 import new_bucket, s3_endpoint, s3_environment  # noqa: F401  # fixtures

LOOPBACK = "http://127.0.0.1:8000"
# As the script `atlas`, which is not in the current folder: nothing is imported from there.
ATLAS_COMMAND = (
    sys.executable,
    "-P",
    "-c",
    "from feedback_atlas.server.cli.main import main; main()",
)
REQUIRE_SERVICES = os.environ.get("ATLAS_REQUIRE_SERVICES") == "1"


def missing(what: str, how: str) -> None:
    """Skip a test whose service is not installed; fail where services are required, as in CI."""
    message = f"{what} is not installed; {how}"
    if REQUIRE_SERVICES:
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """Return a TCP port on loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until ``condition`` holds; fail saying ``what`` did not come about."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"after {seconds:.0f} s: {what}")
        time.sleep(0.1)


# What takes longest comes first: so all processes end at about the same time. The main job needs no
# folder that another test fills, so that the two processes do not wait for each other.
_LONGEST = (
    "test_main_job.py", "browser", "processes", "integration", "statistics", "analysis", "training",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Place the longest first; `make test` hands them to its processes a file at a time."""

    def place(item: pytest.Item) -> int:
        folders = item.path.parts
        return next((at for at, name in enumerate(_LONGEST) if name in folders), len(_LONGEST))

    items.sort(key=place)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("ATLAS_") and name != "ATLAS_REQUIRE_SERVICES":
            monkeypatch.delenv(name)
    monkeypatch.setenv("ATLAS_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(autouse=True, scope="session")
def _on_loopback() -> Iterator[None]:
    """The tests' client calls its service `testserver`, a name that no service answers to."""
    plain = TestClient.__init__

    def on_loopback(self: TestClient, app: Any, base_url: str = LOOPBACK, **given: Any) -> None:
        plain(self, app, base_url, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "__init__", on_loopback)
        yield


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Compute on one core: on shared cores, threads that wait for each other on every small layer
    of a deep network take ten times as long as one."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a service of its own in a temporary folder."""
    return Settings(data_dir=tmp_path / "data", folder_roots=(tmp_path / "images",), device="cpu")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the head revision; a copy costs a fifth of migrating."""
    file = tmp_path_factory.mktemp("migrated") / "atlas.db"
    template = Database(f"sqlite:///{file}")
    template.migrate()
    template.close()
    return file


@pytest.fixture
def client(settings: Settings, migrated_file: Path) -> Iterator[TestClient]:
    """A running service without workers."""
    database_file = Path(str(make_url(settings.resolved_database_url).database))
    database_file.parent.mkdir(parents=True)
    shutil.copy(migrated_file, database_file)
    with TestClient(create_app(settings), raise_server_exceptions=False) as running:
        yield running


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of the tests' own."""
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server", "install Debian's redis-server")
    folder = tmp_path_factory.mktemp("redis")
    port = free_port()
    server = subprocess.Popen(
        [str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
         "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, 15, "redis-server does not answer")
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(15)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[Callable[..., str]]:
    """A PostgreSQL server of the tests' own; call it with a name for a new, empty database."""
    if programs() is None:
        missing("PostgreSQL's server", "install Debian's postgresql")
    with running_server() as new_database:
        yield new_database


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: Callable[..., str]) -> Callable[[str], str]:
    """Call it with a name for a new PostgreSQL database at the head revision."""
    template = Database(postgres_url("migrated"))
    template.migrate()
    template.close()
    return lambda name: postgres_url(name, "migrated")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path
) -> Iterator[Database]:
    """A migrated database, once of each kind that is supported."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'atlas.db')}"
    else:
        url = request.getfixturevalue("migrated_postgres")(f"t{os.urandom(6).hex()}")
    opened = Database(url)
    yield opened
    opened.close()
