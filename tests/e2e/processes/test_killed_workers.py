"""Kill anything at any time: processes, brokers, databases. What is lost, what done twice?"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from safetensors.torch import load
from sqlalchemy import func, select

from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.db.models import Artifact, Measurement, Run
from feedback_atlas.server.db.session import Database
from tests.conftest import free_port, missing, wait_until
from tests.e2e.conftest import RunningAtlas, wait_for_runs
from tests.postgresql import programs

pytestmark = pytest.mark.slow

Start = Callable[..., RunningAtlas]

# Epochs of 23 steps, each with measures and a checkpoint.
SPEC = {
    "name": "Chaos",
    "rules": [{"rule": "usf_init"}],
    "epochs": 6,
    "batch_size": 56,
    "probe_size": 20,
    "track_every": 3,
    "track_global_every": 9,
}
ONE_AT_A_TIME = {"ATLAS_TRAIN_CONCURRENCY": "1", "ATLAS_THREADS_PER_RUN": "1"}


def database_of(atlas: RunningAtlas, url: str | None = None) -> Database:
    return Database(url or f"sqlite:///{atlas.data / 'atlas.db'}")


def trainer(atlas: RunningAtlas) -> psutil.Process:
    """Return the parent process of the worker that trains."""
    for process in atlas.family():
        try:
            line = process.cmdline()
            if "feedback_atlas.jobs" in line and line[line.index("-Q") + 1] == "train":
                return process
        except (psutil.NoSuchProcess, ValueError):
            continue
    pytest.fail(f"no worker trains\n{atlas.logs()}")


def training(atlas: RunningAtlas) -> list[psutil.Process]:
    """Return the processes that train now: they have loaded torch, idle ones have not.

    The system kills processes that take memory. One that is killed while it takes a message from
    its parent leaves the lock of the others' pipe locked, which is not what is tested here.
    """
    found = []
    for child in trainer(atlas).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.memory_info().rss > 250_000_000:
                found.append(child)
    return found


def pause(atlas: RunningAtlas, group: int) -> None:
    """Stop processes outside of a write: within one, SQLite would keep everybody else waiting."""
    while True:
        os.killpg(group, signal.SIGSTOP)
        with contextlib.closing(sqlite3.connect(atlas.data / "atlas.db", timeout=0.2)) as database:
            try:
                database.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                os.killpg(group, signal.SIGCONT)
                time.sleep(0.05)
            else:
                return


def run_of(atlas: RunningAtlas, experiment_id: str, index: int = 0) -> dict[str, Any]:
    run: dict[str, Any] = atlas.get(f"/experiments/{experiment_id}")["runs"][index]
    return run


def wait_for(
    atlas: RunningAtlas, experiment_id: str, seconds: float, **wanted: Callable[[Any], bool]
) -> dict[str, Any]:
    """Wait until the first run's columns satisfy what is wanted; the run then."""
    run: dict[str, Any] = {}

    def so() -> bool:
        run.update(run_of(atlas, experiment_id))
        return all(test(run[name]) for name, test in wanted.items())

    wait_until(so, seconds, f"{list(wanted)} of {run}\n{atlas.logs()}")
    return run


def outcome(atlas: RunningAtlas, run_id: str, url: str | None = None) -> dict[str, Any]:
    """Return all that a run left: measurements, the last weights and state, and its files."""
    database = database_of(atlas, url)
    store = LocalStore(atlas.data / "artifacts")
    with database.read() as session:
        rows = session.scalars(
            select(Measurement)
            .where(Measurement.run_id == run_id)
            .order_by(Measurement.kind, Measurement.step)
        ).all()
        files = session.scalars(select(Artifact).where(Artifact.run_id == run_id)).all()
        run = session.get_one(Run, run_id)
        epochs, accuracy = run.epochs, (run.best_epoch, run.best_val_accuracy, run.test_accuracy)
    database.close()
    by_name = {(row.kind, row.epoch): row for row in files}
    last = {kind: by_name[kind, epochs].sha256 for kind in ("weights", "state", "activations")}
    load(store.get(by_name["state", epochs].key, by_name["state", epochs].sha256))
    assert sorted(store.keys(f"runs/{run_id}")) == sorted(row.key for row in files)
    return {
        "accuracy": accuracy,
        "last": last,
        "measurements": [
            (row.kind, row.step, {k: v for k, v in row.data.items() if k != "seconds"})
            for row in rows
        ],
        "names": sorted(by_name),
    }


def test_twenty_kills_of_the_training_process_change_not_a_bit(start_atlas: Start) -> None:
    atlas = start_atlas(**ONE_AT_A_TIME, ATLAS_MAX_ATTEMPTS="30", ATLAS_CHECKPOINT_SECONDS="0.5")
    spec = {**SPEC, "epochs": 48}
    alone = atlas.post("/experiments", spec)
    wait_for_runs(atlas, alone["id"], 600)
    disturbed = atlas.post("/experiments", spec)
    moments = random.Random(5)
    kills = 0
    while kills < 20:
        run = wait_for(
            atlas, disturbed["id"], 120, state=lambda state: state in ("running", "completed")
        )
        if run["state"] == "completed":
            break
        time.sleep(moments.uniform(0.0, 1.5 if kills % 2 else 4.0))
        children = training(atlas)
        if run_of(atlas, disturbed["id"])["state"] == "running" and children:
            children[0].kill()
            kills += 1
            wait_for(
                atlas, disturbed["id"], 60,
                attempt=lambda attempt, before=run["attempt"]: attempt > before,
            )  # fmt: skip
    assert kills == 20, f"the run was over after {kills} kills: give it more epochs"
    wait_for_runs(atlas, disturbed["id"], 600)
    runs = [run_of(atlas, experiment["id"]) for experiment in (alone, disturbed)]
    assert [run["state"] for run in runs] == ["completed"] * 2, atlas.logs()
    assert runs[1]["attempt"] == 21
    assert outcome(atlas, runs[0]["id"]) == outcome(atlas, runs[1]["id"])


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.redis)])
def broker(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "filesystem":
        return {}
    return {"ATLAS_BROKER_URL": request.getfixturevalue("redis_url")}


def test_a_whole_worker_killed_is_recovered_within_45_seconds(
    start_atlas: Start, broker: dict[str, str]
) -> None:
    """Kill parent and children at once, with the default lease of 30 s."""
    atlas = start_atlas(**ONE_AT_A_TIME, **broker)
    launched = atlas.post("/experiments", {**SPEC, "epochs": 40})
    wait_for(atlas, launched["id"], 120, epoch=lambda epoch: epoch >= 2)
    os.killpg(os.getpgid(trainer(atlas).pid), signal.SIGKILL)
    killed = time.monotonic()
    run = wait_for(
        atlas, launched["id"], 60, attempt=lambda n: n == 2, state=lambda state: state == "running"
    )
    took = time.monotonic() - killed
    print(f"\nA killed worker's run ran again after {took:.1f} s")
    assert took < 45
    atlas.post(f"/runs/{run['id']}/cancel")
    wait_for(atlas, launched["id"], 30, state=lambda state: state == "cancelled")


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


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    folder = programs()
    if folder is None:
        missing("PostgreSQL's server", "install Debian's postgresql")
    server = OwnPostgres(folder)
    yield server
    server.remove()


class OwnPostgres:
    """A PostgreSQL server that a test may restart."""

    def __init__(self, programs: Path) -> None:
        self.programs, self.port = programs, free_port()
        self.root = Path(tempfile.mkdtemp(prefix="atlas-pg-", dir="/tmp"))
        self.as_user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.root, "postgres")
            self.as_user = ["runuser", "-u", "postgres", "--"]
        self.call("initdb", "-U", "atlas", "-A", "trust", "--no-sync")
        self.start()
        self.url = f"postgresql+psycopg://atlas@127.0.0.1:{self.port}/postgres"

    def call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self.as_user, str(self.programs / program), "-D", str(self.root / "data"),
             *arguments],
            check=True, stdout=subprocess.DEVNULL, cwd="/tmp",
        )  # fmt: skip

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.root}"
        )
        self.call("pg_ctl", "start", "-w", "-l", str(self.root / "log"), "-o", options)

    def stop(self) -> None:
        self.call("pg_ctl", "stop", "-m", "immediate")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.root)


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
        assert "database does not answer" in problem["detail"]
        assert "Traceback" not in json.dumps(problem)
    time.sleep(4)
    own_postgres.start()
    run = wait_for_runs(atlas, disturbed["id"], 240)["runs"][0]
    assert (run["state"], run["attempt"]) == ("completed", 1), atlas.logs()
    first = run_of(atlas, alone["id"])
    assert outcome(atlas, first["id"], own_postgres.url) == outcome(
        atlas, run["id"], own_postgres.url
    )


def test_a_worker_paused_past_its_lease_writes_nothing_more(
    start_atlas: Start, tmp_path: Path
) -> None:
    atlas = start_atlas(
        **ONE_AT_A_TIME, ATLAS_LEASE_SECONDS="6", ATLAS_HEARTBEAT_SECONDS="1",
        ATLAS_REPUBLISH_SECONDS="5",
    )  # fmt: skip
    alone = atlas.post("/experiments", SPEC)
    wait_for_runs(atlas, alone["id"], 300)
    disturbed = atlas.post("/experiments", SPEC)
    wait_for(atlas, disturbed["id"], 120, epoch=lambda epoch: epoch >= 1)
    group = os.getpgid(trainer(atlas).pid)
    pause(atlas, group)
    other = subprocess.Popen(
        [sys.executable, "-c", "from feedback_atlas.server.cli.main import main; main()", "worker",
         "--queues", "train", "--concurrency", "1", "--name", "second"],
        env={**os.environ, **ONE_AT_A_TIME, "ATLAS_DATA_DIR": str(atlas.data),
             "ATLAS_DEVICE": "cpu", "ATLAS_HEARTBEAT_SECONDS": "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(atlas, disturbed["id"], 90, attempt=lambda attempt: attempt == 2)
        os.killpg(group, signal.SIGCONT)
        run = wait_for_runs(atlas, disturbed["id"], 240)["runs"][0]
    finally:
        os.killpg(group, signal.SIGCONT)
        other.terminate()
        other.wait(30)
    assert (run["state"], run["attempt"]) == ("completed", 2), atlas.logs()
    time.sleep(2)
    assert outcome(atlas, run_of(atlas, alone["id"])["id"]) == outcome(atlas, run["id"])
    assert "superseded" in (atlas.data / "logs" / "train.log").read_text()


def test_a_message_delivered_twice_trains_once(start_atlas: Start) -> None:
    from feedback_atlas.server.queue.dispatcher import TRAIN_TASK, celery_app
    from feedback_atlas.server.settings import Settings

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


def test_a_run_that_the_system_keeps_killing_fails_as_out_of_memory(start_atlas: Start) -> None:
    atlas = start_atlas(**ONE_AT_A_TIME)
    launched = atlas.post(
        "/experiments",
        # An epoch of a minute, so that no checkpoint comes before a kill.
        {**SPEC, "epochs": 1, "batch_size": 1, "rules": [{"rule": "usf_init"}, {"rule": "bp"}]},
    )
    doomed = run_of(atlas, launched["id"])
    stop = threading.Event()

    def kill_it() -> None:
        while not stop.is_set():
            run = atlas.get(f"/runs/{doomed['id']}")
            if run["state"] == "failed":
                return
            if run["state"] == "running":
                for child in training(atlas):
                    with contextlib.suppress(psutil.NoSuchProcess):
                        child.kill()
            time.sleep(0.3)

    killer = threading.Thread(target=kill_it)
    killer.start()
    wait_until(
        lambda: atlas.get(f"/runs/{doomed['id']}")["state"] == "failed", 120, "the run fails"
    )
    stop.set()
    killer.join()
    failed = atlas.get(f"/runs/{doomed['id']}")
    assert failed["attempt"] == 3
    assert failed["error"].startswith("Out of memory")
    other = run_of(atlas, launched["id"], 1)
    wait_until(
        lambda: atlas.get(f"/runs/{other['id']}")["step"] >= 20, 120, "the other run goes on"
    )
    for run in atlas.get(f"/experiments/{launched['id']}")["runs"]:
        if run["state"] in ("queued", "running"):
            atlas.post(f"/runs/{run['id']}/cancel")


def test_a_worker_whose_idle_processes_were_killed_is_replaced(start_atlas: Start) -> None:
    atlas = start_atlas(ATLAS_TRAIN_CONCURRENCY="2")
    worker = trainer(atlas)
    # One of them reads from the pipe that all share, and holds its lock.
    for child in worker.children():
        child.kill()
    launched = atlas.post("/experiments", {**SPEC, "epochs": 1})
    started = time.monotonic()
    ended = wait_for_runs(atlas, launched["id"], 180)["runs"][0]
    print(f"\nEnded {time.monotonic() - started:.1f} s after its launch")
    assert (ended["state"], ended["attempt"]) == ("completed", 1), atlas.logs()
    assert not worker.is_running()


def test_sigterm_keeps_the_step_and_is_over_within_15_seconds(start_atlas: Start) -> None:
    atlas = start_atlas(**ONE_AT_A_TIME)
    launched = atlas.post("/experiments", {**SPEC, "epochs": 3, "batch_size": 4})
    run = wait_for(atlas, launched["id"], 120, step=lambda step: step >= 30)
    family = atlas.family()
    started = time.monotonic()
    assert atlas.stop(signal.SIGTERM) == 0
    took = time.monotonic() - started
    print(f"\nStopped in {took:.1f} s")
    assert took < 15
    _, alive = psutil.wait_procs(family, timeout=2)
    assert alive == []
    database = database_of(atlas)
    with database.read() as session:
        row = session.get_one(Run, run["id"])
        state = session.get_one(Artifact, (run["id"], "state", row.epoch or 0))
    database.close()
    assert row.state == "queued"
    assert row.step >= run["step"]
    kept = load(LocalStore(atlas.data / "artifacts").get(state.key, state.sha256))
    assert int(kept["step"]) == row.step > 0
    again = start_atlas(**ONE_AT_A_TIME)
    resumed = wait_for(
        again, launched["id"], 120, attempt=lambda n: n == 2, step=lambda s: s > row.step
    )
    again.post(f"/runs/{resumed['id']}/cancel")
    wait_for(again, launched["id"], 30, state=lambda state: state == "cancelled")
