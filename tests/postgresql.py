"""A PostgreSQL server of one's own, for tests and benchmarks."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, where they are installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = installed[-1] if installed else shutil.which("initdb")
    return None if found is None else Path(str(found)).parent


def new_cluster(programs: Path, root: Path) -> list[str]:
    """Make an empty cluster, ``root / "data"``; return what a command is run as its owner with."""
    as_user: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        shutil.chown(root, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    subprocess.run(
        [*as_user, str(programs / "initdb"), "-D", str(root / "data"), "-U", "atlas",
         "-A", "trust", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd="/tmp",
    )  # fmt: skip
    return as_user


@contextmanager
def running_server() -> Iterator[Callable[..., str]]:
    """Run a server in a temporary folder; yield what makes a database and gives its URL.

    The database is empty, or a copy of another that nobody is connected to.
    """
    folder = programs()
    assert folder is not None
    # A path of its own below /tmp: a socket's path must be short, and the server may run as
    # another user, who must be able to reach it.
    root = Path(tempfile.mkdtemp(prefix="atlas-pg-", dir="/tmp"))
    as_user = new_cluster(folder, root)
    data = root / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [*as_user, str(folder / "postgres"), "-D", str(data), "-p", str(port),
         "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={root}",
         "-c", "fsync=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp",
    )  # fmt: skip

    def administer(statement: str) -> None:
        with psycopg.connect(
            f"host=127.0.0.1 port={port} user=atlas dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def new_database(name: str, like: str = "template0") -> str:
        administer(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return f"postgresql+psycopg://atlas@127.0.0.1:{port}/{name}"

    try:
        _wait_for(lambda: administer("SELECT 1"))
        yield new_database
    finally:
        subprocess.run(
            [*as_user, str(folder / "pg_ctl"), "-D", str(data), "stop", "-m", "fast"],
            check=False, stdout=subprocess.DEVNULL, cwd="/tmp",
        )  # fmt: skip
        server.wait(30)
        shutil.rmtree(root)


def _wait_for(answers: Callable[[], None]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            answers()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
