"""A database that stops in mid-run and comes back."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import free_port, missing
from tests.e2e.conftest import wait_for_runs
from tests.e2e.processes.disturbed_runs import ONE_AT_A_TIME, SPEC, Start, outcome, run_of, wait_for
from tests.postgresql import new_cluster, programs

pytestmark = pytest.mark.slow


class OwnPostgres:
    """A PostgreSQL server that a test may restart."""

    def __init__(self, programs: Path) -> None:
        self.programs, self.port = programs, free_port()
        self.root = Path(tempfile.mkdtemp(prefix="atlas-pg-", dir="/tmp"))
        self.as_user = new_cluster(programs, self.root)
        self.start()
        self.url = f"postgresql+psycopg://atlas@127.0.0.1:{self.port}/postgres"

    def control(self, *arguments: str) -> None:
        subprocess.run(
            [*self.as_user, str(self.programs / "pg_ctl"), "-D", str(self.root / "data"),
             *arguments],
            check=True, stdout=subprocess.DEVNULL, cwd="/tmp",
        )  # fmt: skip

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.root}"
        )
        self.control("start", "-w", "-l", str(self.root / "log"), "-o", options)

    def stop(self) -> None:
        self.control("stop", "-m", "immediate")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.root)


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    folder = programs()
    if folder is None:
        missing("PostgreSQL's server", "install Debian's postgresql")
    server = OwnPostgres(folder)
    yield server
    server.remove()


@pytest.mark.postgres
def test_postgresql_restarted_within_a_run_is_waited_for(
    start_atlas: Start, own_postgres: OwnPostgres
) -> None:
    atlas = start_atlas(**ONE_AT_A_TIME, ATLAS_DATABASE_URL=own_postgres.url)
    alone, disturbed = (atlas.post("/experiments", {**SPEC, "epochs": 8}) for _ in range(2))
    wait_for_runs(atlas, alone["id"], 240)
    wait_for(atlas, disturbed["id"], 120, epoch=lambda epoch: epoch >= 2)
    own_postgres.stop()
    answers = []
    for path in ("/experiments", f"/experiments/{disturbed['id']}", "/system"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            atlas.get(path)
        answers.append((refused.value.code, json.load(refused.value)))
    for status, problem in answers:
        assert status == 503
        assert "database is not responding" in problem["detail"]
        assert "Traceback" not in json.dumps(problem)
    time.sleep(4)
    own_postgres.start()
    run = wait_for_runs(atlas, disturbed["id"], 240)["runs"][0]
    assert (run["state"], run["attempt"]) == ("completed", 1), atlas.logs()
    first = run_of(atlas, alone["id"])
    assert outcome(atlas, first["id"], own_postgres.url) == outcome(
        atlas, run["id"], own_postgres.url
    )
