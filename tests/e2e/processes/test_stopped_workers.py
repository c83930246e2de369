"""Workers that are paused past their lease, or told to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import time

import psutil
import pytest
from safetensors.torch import load

from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.db.models import Artifact, Run
from tests.conftest import ATLAS_COMMAND
from tests.e2e.conftest import RunningAtlas, wait_for_runs
from tests.e2e.processes.disturbed_runs import (
    ONE_AT_A_TIME,
    SPEC,
    Start,
    database_of,
    outcome,
    run_of,
    trainer,
    wait_for,
)

pytestmark = pytest.mark.slow


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


def test_a_worker_paused_past_its_lease_writes_nothing_more(start_atlas: Start) -> None:
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
        [*ATLAS_COMMAND, "worker", "--queues", "train", "--concurrency", "1", "--name", "second"],
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
