"""Workers and their training processes killed at any time: no run is lost or changed by a bit."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time

import psutil
import pytest

from tests.conftest import wait_until
from tests.e2e.conftest import wait_for_runs
from tests.e2e.processes.disturbed_runs import (
    ONE_AT_A_TIME,
    SPEC,
    Start,
    outcome,
    run_of,
    trainer,
    training,
    wait_for,
)

pytestmark = pytest.mark.slow


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
