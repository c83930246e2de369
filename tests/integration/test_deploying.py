"""The commands of docs/deploy.md do what it says: what is backed up is restored."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, select

from feedback_atlas.server.artifacts import open_store
from feedback_atlas.server.db.models import Artifact, Base
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from tests.conftest import missing, wait_until
from tests.integration.conftest import Atlas, _atlas

DOCUMENT = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text()


def blocks_below(heading: str) -> list[str]:
    """Return the commands below a heading of the document, block by block."""
    section = re.split(r"^##+ ", DOCUMENT.split(f"# {heading}\n", 1)[1], flags=re.M)[0]
    return re.findall(r"```(?:sh|bash)\n(.*?)```", section, re.S)


def in_shell(commands: str, folder: Path, **environment: str) -> None:
    """Run commands as a user does, in a folder with the product's `.venv`."""
    if not (folder / ".venv").exists():
        (folder / ".venv").symlink_to(sys.prefix)
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder, env={**os.environ, **environment}, check=True,
    )  # fmt: skip


def shown(product: Atlas) -> dict[str, Any]:
    """Return all that a user sees of an experiment, its files and its comparison."""
    listed = product.get("/experiments")["items"]
    comparison = product.compare(product.get(f"/experiments/{listed[0]['id']}"))
    experiment = product.get(f"/experiments/{listed[0]['id']}")
    assert comparison["state"] == "completed", comparison["error"]
    with product.worker.database.read() as session:
        for row in session.scalars(select(Artifact)):
            product.worker.store.get(row.key, row.sha256)
    figures = [product.get(f"/comparisons/{comparison['id']}/figures/{name}")
               for name in ("rdms", "accuracy")]  # fmt: skip
    return {"experiment": experiment, "comparison": comparison, "figures": figures}


def test_a_backup_of_a_folder_restores_all_of_it(trained_folder: Path, tmp_path: Path) -> None:
    back_up, restore = blocks_below("SQLite and a folder")
    data = tmp_path / "data"
    shutil.copytree(trained_folder, data)
    settings = Settings(data_dir=data, device="cpu")
    with TestClient(create_app(settings)) as client:
        product = _atlas(client, settings)
        before = shown(product)
        # The service has the database open, and its newest pages in the write-ahead log.
        in_shell(back_up, tmp_path)
        product.worker.database.close()
    shutil.rmtree(data)
    in_shell(restore, tmp_path)
    with TestClient(create_app(settings)) as client:
        product = _atlas(client, settings)
        assert product.queued_analyses() == []
        assert shown(product) == before
        product.worker.database.close()


def rows(url: str) -> dict[str, list[Any]]:
    """Return all rows of a database, table by table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(str, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


@pytest.mark.postgres
def test_a_backup_of_postgresql_and_s3_restores_all_of_it(
    postgres_url: Callable[[str], str],
    new_bucket: Callable[[], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if shutil.which("pg_dump") is None:
        missing("pg_dump", "install Debian's postgresql")
    back_up, restore = blocks_below("PostgreSQL and S3")
    places = [
        (postgres_url(f"t{os.urandom(6).hex()}"), f"s3://{new_bucket()}/lab") for _ in range(2)
    ]
    (database, artifacts), (new_database, new_artifacts) = places
    settings = Settings(
        data_dir=tmp_path / "data", database_url=database, artifacts_url=artifacts, device="cpu"
    )
    with TestClient(create_app(settings)) as client:
        product = _atlas(client, settings)
        product.train(product.launch())
        before = shown(product)
        kept = sorted(product.worker.store.keys("runs"))
        product.worker.database.close()
    plain = {"DATABASE": database.replace("+psycopg", ""), "ATLAS_ARTIFACTS_URL": artifacts}
    in_shell(back_up, tmp_path, **plain)
    monkeypatch.chdir(tmp_path)
    plain = {"DATABASE": new_database.replace("+psycopg", ""), "ATLAS_ARTIFACTS_URL": new_artifacts}
    in_shell(restore, tmp_path, **plain)
    tables = rows(database)
    assert tables["measurements"]
    assert rows(new_database) == tables
    restored = Settings(
        data_dir=tmp_path / "new", database_url=new_database, artifacts_url=new_artifacts,
        device="cpu",
    )  # fmt: skip
    assert sorted(open_store(restored).keys("runs")) == kept
    with TestClient(create_app(restored)) as client:
        product = _atlas(client, restored)
        assert shown(product) == before
        product.worker.database.close()
    # A copy of a bucket serves as a folder.
    in_folder = Settings(
        data_dir=tmp_path / "third", artifacts_url=str(tmp_path / "backup" / "artifacts")
    )
    assert sorted(open_store(in_folder).keys("runs")) == kept


@pytest.mark.slow
@pytest.mark.redis
def test_the_slurm_script_stops_its_worker_when_its_time_is_up(
    redis_url: str, tmp_path: Path
) -> None:
    (script,) = blocks_below("Workers under SLURM")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    database = Settings(data_dir=tmp_path / "service")
    with TestClient(create_app(database)) as client:
        job = subprocess.Popen(
            ["bash", "-c", script],
            env={
                **os.environ,
                "ATLAS_HOME": str(tmp_path),
                "SLURM_TMPDIR": str(tmp_path / "scratch"),
                "ATLAS_BROKER_URL": redis_url,
                "ATLAS_DATABASE_URL": database.resolved_database_url,
                "ATLAS_DEVICE": "cpu",
            },
            start_new_session=True,
        )

        def workers() -> int:
            count: int = client.get("/api/health").json()["workers"]
            return count

        try:
            wait_until(lambda: workers() == 1, 60, "no worker")
            job.send_signal(signal.SIGTERM)  # to the shell alone, as `--signal=B:TERM@60` does
            assert job.wait(40) == 0
            assert workers() == 0
        finally:
            if job.poll() is None:
                os.killpg(job.pid, signal.SIGKILL)
                job.wait()
