"""Runs that are killed, cancelled, handed back or retried, and end as runs left alone."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import torch

from feedback_atlas.jobs.lease import Lease
from feedback_atlas.jobs.machine import describe
from feedback_atlas.jobs.training import run_training
from feedback_atlas.server.queue import workers
from feedback_atlas.server.runs import recovery
from feedback_atlas.server.runs import service as runs
from tests.integration.conftest import Atlas
from tests.integration.stored_runs import measurements, stored, tensors


def test_a_run_interrupted_and_resumed_ends_as_one_left_alone(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [atlas.launch(rules=[{"rule": "fa_toeplitz"}], epochs=3)["runs"][0]["id"]
            for _ in range(2)]  # fmt: skip
    alone, interrupted = both
    run_training(atlas.worker, alone, "test")

    class Killed(BaseException):
        """Ends the attempt where it stands, as a kill would: nothing more is written."""

    real, calls = runs.report, 0

    def dying(*args: Any, **kwargs: Any) -> list[str]:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise Killed
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(runs, "report", dying)
        patched.setattr("feedback_atlas.jobs.run_reporter._REPORT_SECONDS", 0.0)
        with pytest.raises(Killed):
            run_training(atlas.worker, interrupted, "test")
    reaped = 0
    with atlas.worker.database.write() as session:
        reaped = recovery.reap(session, lease_seconds=-1, max_attempts=3)
    assert reaped == 1
    run_training(atlas.worker, interrupted, "test")
    ended = [atlas.get(f"/runs/{run_id}") for run_id in both]
    assert [run["state"] for run in ended] == ["completed"] * 2
    assert [run["attempt"] for run in ended] == [1, 2]
    assert ended[0]["test_accuracy"] == ended[1]["test_accuracy"]
    assert measurements(atlas, alone) == measurements(atlas, interrupted)
    files = [stored(atlas, run_id) for run_id in both]
    assert set(files[0]) == set(files[1])
    assert {key: row.sha256 for key, row in files[0].items()} == {
        key: row.sha256 for key, row in files[1].items()
    }


def test_a_damaged_checkpoint_falls_back_to_the_one_before(atlas: Atlas) -> None:
    run_id = atlas.train(atlas.launch(epochs=3))["runs"][0]["id"]
    files = stored(atlas, run_id)
    expected = tensors(atlas, files["weights", 3])
    atlas.worker.store.put(files["state", 3].key, b"damaged")
    with atlas.worker.database.write() as session:
        run = runs.get(session, run_id)
        run.state = "queued"
    run_training(atlas.worker, run_id, "test")
    again = tensors(atlas, stored(atlas, run_id)["weights", 3])
    assert all(torch.equal(expected[name], again[name]) for name in expected)


def test_cancel_is_honoured_and_retry_resumes(atlas: Atlas) -> None:
    run_id = atlas.launch(epochs=200)["runs"][0]["id"]
    epoch = 0
    for _ in range(2):
        thread = threading.Thread(target=run_training, args=(atlas.worker, run_id, "test"))
        thread.start()
        deadline = time.monotonic() + 60
        while atlas.get(f"/runs/{run_id}")["epoch"] <= epoch and time.monotonic() < deadline:
            time.sleep(0.05)
        asked = atlas.post(f"/runs/{run_id}/cancel", None, 200)
        assert asked["cancel_requested"]
        thread.join(30)
        assert not thread.is_alive(), "a cancelled run ends within two seconds on a quiet machine"
        cancelled = atlas.get(f"/runs/{run_id}")
        assert cancelled["state"] == "cancelled"
        assert epoch < cancelled["epoch"] < 200
        epoch = cancelled["epoch"]
        atlas.post(f"/runs/{run_id}/retry", None, 200)
    with atlas.worker.database.write() as session:
        runs.get(session, run_id).epochs = cancelled["epoch"] + 1
    run_training(atlas.worker, run_id, "test")
    ended = atlas.get(f"/runs/{run_id}")
    assert (ended["state"], ended["epoch"]) == ("completed", cancelled["epoch"] + 1)


def test_a_worker_that_stops_hands_its_run_back_at_the_step_where_it_stood(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, handed = (
        atlas.launch(rules=[{"rule": "usf_init"}], epochs=2, batch_size=64)["runs"][0]["id"]
        for _ in range(2)
    )
    run_training(atlas.worker, alone, "test")
    with atlas.worker.database.write() as session:
        described = describe(atlas.worker.settings, queues="train", concurrency=1)
        workers.beat(session, "leaving", described)

    def look_at_each_step(lease: Lease) -> bool:
        """Stop the worker from step 3 on, and look as the lease does twice a second."""
        if atlas.get(f"/runs/{handed}")["step"] >= 3:
            with atlas.worker.database.write() as session:
                workers.stop(session, "leaving")
        with atlas.worker.database.read() as session:
            return lease._stop_wanted(session)

    with monkeypatch.context() as patched:
        patched.setattr(Lease, "stop_requested", look_at_each_step)
        run_training(atlas.worker, handed, "leaving")
    between = atlas.get(f"/runs/{handed}")
    assert (between["state"], between["attempt"]) == ("queued", 1)
    assert between["step"] >= 3
    files = stored(atlas, handed)
    newest = max(epoch for kind, epoch in files if kind == "state")
    state = tensors(atlas, files["state", newest])
    assert int(state["step"]) == between["step"]
    run_training(atlas.worker, handed, "leaving")
    assert atlas.get(f"/runs/{handed}")["attempt"] == 1, "a stopping worker takes no run"
    left_behind = f"runs/{handed}/.weights-0001-a1.safetensors.0123.tmp"
    atlas.worker.store.put(left_behind, b"half of a file")
    run_training(atlas.worker, handed, "test")
    ended = [atlas.get(f"/runs/{run_id}") for run_id in (alone, handed)]
    assert [run["state"] for run in ended] == ["completed"] * 2
    assert measurements(atlas, alone) == measurements(atlas, handed)
    kept = [stored(atlas, run_id) for run_id in (alone, handed)]
    # The state of the epoch before stays the one within the next epoch.
    same = [
        {key: row.sha256 for key, row in files.items() if key != ("state", 1)} for files in kept
    ]
    assert same[0] == same[1]
    assert set(atlas.worker.store.keys(f"runs/{handed}")) == {row.key for row in kept[1].values()}
