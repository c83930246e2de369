"""Runs and comparisons whose files lie in an S3 bucket, which the service and workers share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.jobs.training import run_training
from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.db.models import Artifact
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.settings import Settings
from tests.conftest import free_port
from tests.integration.conftest import Atlas
from tests.s3 import aws_variables, make_bucket


@pytest.fixture
def bucket(new_bucket: Callable[[], str]) -> str:
    return new_bucket()


@pytest.fixture
def settings(tmp_path: Path, bucket: str) -> Settings:
    """Settings of a service whose files lie in a bucket."""
    return Settings(
        data_dir=tmp_path / "data",
        artifacts_url=f"s3://{bucket}/lab",
        cache_bytes=3_000_000,
        device="cpu",
    )


def rows_of(atlas: Atlas, run_id: str) -> dict[tuple[str, int], Artifact]:
    with atlas.worker.database.read() as session:
        rows = session.scalars(select(Artifact).where(Artifact.run_id == run_id)).all()
    return {(row.kind, row.epoch): row for row in rows}


def objects_of(bucket: str, endpoint: str) -> dict[str, int]:
    """Return sizes of all objects of a bucket, by another client of S3 than the store's."""
    client = boto3.client("s3", endpoint_url=endpoint)
    listed = client.list_objects_v2(Bucket=bucket).get("Contents", [])
    client.close()
    return {entry["Key"]: entry["Size"] for entry in listed}


def test_an_experiment_from_launch_to_deletion_in_a_bucket(
    atlas: Atlas, bucket: str, s3_endpoint: str, settings: Settings, tmp_path: Path
) -> None:
    trained = atlas.train(atlas.launch(rules=[{"rule": "bp"}, {"rule": "fa_toeplitz"}]))
    assert [run["state"] for run in trained["runs"]] == ["completed"] * 2
    rows = [row for run in trained["runs"] for row in rows_of(atlas, run["id"]).values()]
    assert objects_of(bucket, s3_endpoint) == {f"lab/{row.key}": row.size for row in rows}
    # The same bytes as in a folder.
    folder = WorkerContext(settings, atlas.worker.database, LocalStore(tmp_path / "folder"))
    again = atlas.launch(rules=[{"rule": "fa_toeplitz"}])["runs"][0]["id"]
    run_training(folder, again, "test")
    in_folder = {place: row.sha256 for place, row in rows_of(atlas, again).items()}
    assert in_folder == {
        place: row.sha256 for place, row in rows_of(atlas, trained["runs"][1]["id"]).items()
    }
    comparison = atlas.compare(trained)
    assert comparison["state"] == "completed", comparison["error"]
    figure = atlas.get(f"/comparisons/{comparison['id']}/figures/rdms")
    share = atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)
    assert atlas.get(f"/shared/{share['token']}/figures/rdms") == figure
    cached = [path for path in (settings.data_path / "artifact-cache").iterdir() if path.stat()]
    assert 0 < sum(path.stat().st_size for path in cached) <= settings.cache_bytes
    assert not (settings.data_path / "artifacts").exists()
    deleted = atlas.client.delete(f"/api/experiments/{trained['id']}?force=true")
    assert deleted.status_code == 204
    assert list(objects_of(bucket, s3_endpoint)) == [f"lab/links/{share['id']}.safetensors"]
    assert atlas.get(f"/shared/{share['token']}/figures/rdms") == figure


def test_a_checkpoint_damaged_in_the_bucket_is_passed_over(atlas: Atlas) -> None:
    run_id = atlas.launch(epochs=3)["runs"][0]["id"]
    run_training(atlas.worker, run_id, "test")
    before = rows_of(atlas, run_id)
    atlas.worker.store.put(before["state", 3].key, b"damaged")
    with atlas.worker.database.write() as session:
        runs.get(session, run_id).state = "failed"
    atlas.post(f"/runs/{run_id}/retry", None, 200)
    run_training(atlas.worker, run_id, "test")
    assert atlas.get(f"/runs/{run_id}")["state"] == "completed"
    after = rows_of(atlas, run_id)
    assert {place: row.sha256 for place, row in after.items()} == {
        place: row.sha256 for place, row in before.items()
    }


class TestWithS3Stopped:
    """S3 goes away in the middle of a run, and comes back."""

    @pytest.fixture
    def server(self, monkeypatch: pytest.MonkeyPatch) -> ThreadedMotoServer:
        server = ThreadedMotoServer(port=free_port(), verbose=False)
        server.start()
        environment = aws_variables(f"http://127.0.0.1:{server.get_host_and_port()[1]}")
        for name, value in {**environment, "AWS_MAX_ATTEMPTS": "1"}.items():
            monkeypatch.setenv(name, value)
        return server

    @pytest.fixture
    def bucket(self, server: ThreadedMotoServer) -> str:
        return make_bucket(f"http://127.0.0.1:{server.get_host_and_port()[1]}")

    def test_the_run_says_so_and_a_retry_ends_as_if_nothing_had_been(
        self, atlas: Atlas, server: ThreadedMotoServer
    ) -> None:
        alone, cut = (atlas.launch(epochs=4)["runs"][0]["id"] for _ in range(2))
        run_training(atlas.worker, alone, "test")

        def stop_after_an_epoch() -> None:
            while ("state", 1) not in rows_of(atlas, cut):
                time.sleep(0.02)
            server.stop()

        stopping = threading.Thread(target=stop_after_an_epoch)
        stopping.start()
        run_training(atlas.worker, cut, "test")
        stopping.join()
        run: dict[str, Any] = atlas.get(f"/runs/{cut}")
        assert run["state"] == "failed"
        assert "S3 is not responding" in run["error"]
        again = ThreadedMotoServer(port=server._port, verbose=False)
        again.start()
        atlas.post(f"/runs/{cut}/retry", None, 200)
        run_training(atlas.worker, cut, "test")
        again.stop()
        assert atlas.get(f"/runs/{cut}")["state"] == "completed"
        files = [
            {place: row.sha256 for place, row in rows_of(atlas, run_id).items()}
            for run_id in (alone, cut)
        ]
        assert files[0] == files[1]
