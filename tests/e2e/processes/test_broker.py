"""Brokers that lose messages or deliver them twice."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from feedback_atlas.server.db.models import Measurement
from feedback_atlas.server.queue.dispatcher import TRAIN_TASK, celery_app
from feedback_atlas.server.settings import Settings
from tests.conftest import free_port, missing, wait_until
from tests.e2e.conftest import wait_for_runs
from tests.e2e.processes.disturbed_runs import (
    ONE_AT_A_TIME,
    SPEC,
    Start,
    database_of,
    run_of,
    wait_for,
)

pytestmark = pytest.mark.slow


class OwnRedis:
    """A Redis server that a test may stop, flush and replace."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder, self.port = program, folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--dir", str(self.folder), "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def flush(self) -> None:
        import redis

        redis.Redis.from_url(self.url).flushall()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    program = shutil.which("redis-server")
    if program is None:
        missing("redis-server", "install Debian's redis-server")
    server = OwnRedis(str(program), tmp_path)
    yield server
    server.stop()


@pytest.mark.redis
def test_redis_flushed_stopped_and_replaced_loses_nothing(
    start_atlas: Start, own_redis: OwnRedis
) -> None:
    atlas = start_atlas(
        **ONE_AT_A_TIME, ATLAS_BROKER_URL=own_redis.url, ATLAS_REPUBLISH_SECONDS="5"
    )
    first = atlas.post("/experiments", {**SPEC, "epochs": 3, "seeds": [0, 1, 2]})
    wait_for(atlas, first["id"], 120, epoch=lambda epoch: epoch >= 1)
    own_redis.flush()
    wait_until(
        lambda: run_of(atlas, first["id"])["state"] == "completed", 120, "the first run goes on"
    )
    own_redis.stop()
    asked = time.monotonic()
    second = atlas.post("/experiments", {**SPEC, "epochs": 1, "seeds": [7]})
    assert time.monotonic() - asked < 5, "a submission does not wait for the broker"
    waiting = run_of(atlas, second["id"])
    assert waiting["state"] == "queued"
    time.sleep(3)
    own_redis.start()
    ended = [wait_for_runs(atlas, experiment["id"], 240) for experiment in (first, second)]
    runs = [run for experiment in ended for run in experiment["runs"]]
    assert [run["state"] for run in runs] == ["completed"] * 4, atlas.logs()
    assert [run["attempt"] for run in runs] == [1] * 4, "nothing ran twice"


def test_a_message_delivered_twice_trains_once(start_atlas: Start) -> None:
    atlas = start_atlas(ATLAS_TRAIN_CONCURRENCY="2")
    launched = atlas.post("/experiments", {**SPEC, "epochs": 2})
    run = run_of(atlas, launched["id"])
    app = celery_app(Settings(data_dir=atlas.data))
    for _ in range(10):
        app.send_task(TRAIN_TASK, args=[run["id"]])
    app.close()
    ended = wait_for_runs(atlas, launched["id"], 120)["runs"][0]
    assert (ended["state"], ended["attempt"]) == ("completed", 1)
    database = database_of(atlas)
    with database.read() as session:
        epochs = session.scalar(
            select(func.count()).where(Measurement.run_id == run["id"], Measurement.kind == "epoch")
        )
    database.close()
    assert epochs == 3
