"""Runs as a worker trains them: what is stored, how they stop, fail and resume."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load
from sqlalchemy import select

from feedback_atlas.jobs import training
from feedback_atlas.jobs.machine import describe
from feedback_atlas.jobs.training import run_training
from feedback_atlas.server.db.models import Artifact, Measurement
from feedback_atlas.server.queue import workers
from feedback_atlas.server.runs import recovery
from feedback_atlas.server.runs import service as runs
from feedback_atlas.training import train
from tests.backend.artifacts.test_artifacts import small_disk  # noqa: F401  # a fixture
from tests.backend.specs.test_bad_input import image_tree
from tests.integration.conftest import Atlas


def stored(atlas: Atlas, run_id: str) -> dict[tuple[str, int], Artifact]:
    with atlas.worker.database.read() as session:
        rows = session.scalars(select(Artifact).where(Artifact.run_id == run_id))
        return {(row.kind, row.epoch): row for row in rows}


def tensors(atlas: Atlas, row: Artifact) -> dict[str, torch.Tensor]:
    return load(atlas.worker.store.get(row.key, row.sha256))


def measurements(atlas: Atlas, run_id: str) -> list[tuple[str, int, dict[str, Any]]]:
    """Return all that was measured, without the seconds that it took."""
    with atlas.worker.database.read() as session:
        rows = session.scalars(
            select(Measurement)
            .where(Measurement.run_id == run_id)
            .order_by(Measurement.kind, Measurement.step)
        )
        return [
            (row.kind, row.step, {k: v for k, v in row.data.items() if k != "seconds"})
            for row in rows
        ]


def test_a_run_stores_checkpoints_activations_and_measures(atlas: Atlas) -> None:
    launched = atlas.launch(rules=[{"rule": "usf_init"}], epochs=3)
    run = atlas.train(launched)["runs"][0]
    assert (run["state"], run["epoch"], run["step"]) == ("completed", 3, 15)
    assert run["best_epoch"] in (1, 2, 3)
    assert run["best_val_accuracy"] > 0.2
    assert 0 < run["test_accuracy"] <= 1
    files = stored(atlas, run["id"])
    assert {epoch for kind, epoch in files if kind == "weights"} == {0, 1, 2, 3}
    assert {epoch for kind, epoch in files if kind == "state"} == {2, 3}
    assert {epoch for kind, epoch in files if kind == "activations"} == {0, run["best_epoch"], 3}
    layers = tensors(atlas, files["activations", 3])
    assert {name: tuple(layer.shape) for name, layer in layers.items()} == {
        "conv1": (20, 25600), "conv2": (20, 2304), "fc1": (20, 384), "fc2": (20, 192),
        "fc3": (20, 10),
    }  # fmt: skip
    assert tensors(atlas, files["probe", 0])["labels"].tolist() == sorted(list(range(10)) * 2)
    assert "conv2" in tensors(atlas, files["feedback", 0])
    measured = measurements(atlas, run["id"])
    assert [step for kind, step, _ in measured if kind == "epoch"] == [0, 5, 10, 15]
    assert [step for kind, step, _ in measured if kind == "step"] == [0, 2, 4, 6, 8, 10, 12, 14]
    first = next(values for kind, step, values in measured if (kind, step) == ("step", 0))
    assert set(first["local_angle"]) == {"conv2", "fc1", "fc2", "fc3"}
    on_disk = {path.name for path in (atlas.worker.store.root / "runs" / run["id"]).iterdir()}
    assert on_disk == {Path(row.key).name for row in files.values()}


def test_files_of_a_run_can_be_downloaded_intact_or_not_at_all(atlas: Atlas) -> None:
    run_id = atlas.train(atlas.launch(probe_size=100))["runs"][0]["id"]
    rows = stored(atlas, run_id)
    listed = atlas.get(f"/runs/{run_id}/files")
    assert {(entry["kind"], entry["epoch"]) for entry in listed} == set(rows)
    for entry in listed:
        path = f"/api/runs/{run_id}/files/{entry['kind']}/{entry['epoch']}"
        answer = atlas.client.get(path)
        row = rows[entry["kind"], entry["epoch"]]
        assert answer.content == atlas.worker.store.get(row.key, row.sha256)
        assert int(answer.headers["content-length"]) == entry["size"] == len(answer.content)
    activations = rows["activations", 1]
    assert activations.size > 8 * 2**20, "it must take several pieces"
    path = f"/api/runs/{run_id}/files/activations/1"
    atlas.worker.store.put(activations.key, bytes(activations.size))
    damaged = atlas.client.get(path)
    assert len(damaged.content) < activations.size == int(damaged.headers["content-length"])
    atlas.worker.store.delete(activations.key)
    gone = atlas.client.get(path)
    assert gone.status_code == 503
    assert "is missing" in gone.json()["detail"]
    atlas.get(f"/runs/{run_id}/files/weights/99", 404)
    atlas.get(f"/runs/{'0' * 16}/files", 404)


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


def test_changing_feedback_is_kept_with_each_state_and_its_parameters_reach_it(
    atlas: Atlas,
) -> None:
    chosen = [{"rule": "kolen_pollack", "feedback_decay": 0.5}, {"rule": "dfa"}]
    runs_of = atlas.train(atlas.launch(rules=chosen))["runs"]
    assert [run["state"] for run in runs_of] == ["completed"] * 2
    assert runs_of[0]["parameters"]["feedback_decay"] == 0.5
    learned, direct = (stored(atlas, run["id"]) for run in runs_of)
    assert ("feedback", 0) not in learned
    state = tensors(atlas, learned["state", 1])
    # Five steps that halve both leave little of what the feedback started from.
    apart = (state["feedback.fc3.weights"] - state["network.fc3.weight"]).abs().max()
    assert 0 < float(apart) < 0.05
    assert tensors(atlas, direct["feedback", 0])["conv2"].shape == (10, 64 * 10 * 10)
    first = next(v for kind, step, v in measurements(atlas, runs_of[1]["id"]) if kind == "step")
    assert 0 < first["update_angle"]["all"] < 180


def test_what_training_refuses_is_the_runs_reason(atlas: Atlas) -> None:
    run_id = atlas.launch(rules=[{"rule": "usf_init"}])["runs"][0]["id"]
    with atlas.worker.database.write() as session:
        run = runs.get(session, run_id)
        run.parameters = {**run.parameters, "feedback_scale": -1.0}
    run_training(atlas.worker, run_id, "test")
    failed = atlas.get(f"/runs/{run_id}")
    assert failed["state"] == "failed"
    assert failed["error"] == "feedback_scale is -1.0; it must be a finite number above 0"


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


def test_cancel_is_honoured_within_two_seconds_and_retry_resumes(atlas: Atlas) -> None:
    run_id = atlas.launch(epochs=200)["runs"][0]["id"]
    waits, epoch = [], 0
    # On a machine that is busy with other things any one of them may be held up.
    for _ in range(3):
        thread = threading.Thread(target=run_training, args=(atlas.worker, run_id, "test"))
        thread.start()
        deadline = time.monotonic() + 60
        while atlas.get(f"/runs/{run_id}")["epoch"] <= epoch and time.monotonic() < deadline:
            time.sleep(0.05)
        asked = atlas.post(f"/runs/{run_id}/cancel", None, 200)
        assert asked["cancel_requested"]
        started = time.monotonic()
        thread.join(30)
        waits.append(time.monotonic() - started)
        cancelled = atlas.get(f"/runs/{run_id}")
        assert cancelled["state"] == "cancelled"
        assert epoch < cancelled["epoch"] < 200
        epoch = cancelled["epoch"]
        atlas.post(f"/runs/{run_id}/retry", None, 200)
    print(f"\nCancelled {min(waits):.2f} to {max(waits):.2f} s after it was asked for")
    assert min(waits) < 2.0
    with atlas.worker.database.write() as session:
        runs.get(session, run_id).epochs = cancelled["epoch"] + 1
    run_training(atlas.worker, run_id, "test")
    ended = atlas.get(f"/runs/{run_id}")
    assert (ended["state"], ended["epoch"]) == ("completed", cancelled["epoch"] + 1)


def test_a_data_set_that_fails_to_load_fails_its_run_with_the_reason(atlas: Atlas) -> None:
    root = image_tree(atlas.worker.settings.folder_roots[0] / "odd", images=30)
    launched = atlas.launch(dataset="folder", folder="odd", probe_size=4)
    (root / "train" / "class1" / "29.png").write_bytes(b"no image")
    fine = atlas.launch()
    failed = atlas.train(launched)["runs"][0]
    assert failed["state"] == "failed"
    assert "29.png" in failed["error"]
    assert atlas.train(fine)["runs"][0]["state"] == "completed"


def test_a_folder_of_images_is_trained_on(atlas: Atlas) -> None:
    image_tree(atlas.worker.settings.folder_roots[0] / "good", classes=3, images=12)
    launched = atlas.launch(dataset="folder", folder="good", probe_size=6, batch_size=8)
    run = atlas.train(launched)["runs"][0]
    assert run["state"] == "completed", run["error"]
    assert atlas.compare(launched)["state"] == "completed"


def test_a_loss_that_explodes_fails_the_run_with_a_hint(atlas: Atlas) -> None:
    launched = atlas.launch(epochs=3)
    # The form refuses such a rate; a row of an older release may hold one.
    with atlas.worker.database.write() as session:
        runs.get(session, launched["runs"][0]["id"]).parameters = {"lr": 1e30}
    run = atlas.train(launched)["runs"][0]
    assert run["state"] == "failed"
    assert "learning rate" in run["error"]


def test_a_full_disk_fails_the_run_and_keeps_the_last_checkpoint(
    atlas: Atlas,
    small_disk: Path,  # noqa: F811
) -> None:
    run_id = atlas.launch(epochs=3)["runs"][0]["id"]
    root = atlas.worker.store.root
    root.mkdir(parents=True)
    # What the first epochs need fits; later ones do not.
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    root.rmdir()
    root.symlink_to(small_disk)
    run_training(atlas.worker, run_id, "test")
    run = atlas.get(f"/runs/{run_id}")
    assert run["state"] == "failed"
    assert "disk is full" in run["error"]
    files = stored(atlas, run_id)
    assert ("state", run["epoch"]) in files
    for row in files.values():
        tensors(atlas, row)
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    atlas.post(f"/runs/{run_id}/retry", None, 200)
    run_training(atlas.worker, run_id, "test")
    assert atlas.get(f"/runs/{run_id}")["state"] == "completed"


def test_a_search_is_trained_through_to_the_run_with_the_best_settings(atlas: Atlas) -> None:
    grid = {"bp": {"lr": [1e-6, 1e-3]}}
    launched = atlas.launch(epochs=2, search={"epochs": 1, "grids": grid})
    for trial in launched["trials"]:
        run_training(atlas.worker, trial["id"], "test")
    run_training(atlas.worker, launched["runs"][0]["id"], "test")
    ended = atlas.get(f"/experiments/{launched['id']}")
    assert [(trial["state"], trial["chosen"]) for trial in ended["trials"]] == [
        ("completed", False),
        ("completed", True),
    ]
    assert ended["runs"][0]["state"] == "completed"
    assert ended["runs"][0]["parameters"]["lr"] == 1e-3
    assert ended["progress"] == 1.0
    assert [run["id"] for run in atlas.compare(launched)["runs"]] == [launched["runs"][0]["id"]]


def test_a_searchs_trials_store_no_activations(atlas: Atlas) -> None:
    launched = atlas.launch(epochs=1, search={"epochs": 1, "grids": {"bp": {"lr": [1e-3]}}})
    (trial,), (run,) = launched["trials"], launched["runs"]
    for network in (trial, run):
        run_training(atlas.worker, network["id"], "test")
    kinds = [{kind for kind, _ in stored(atlas, network["id"])} for network in (trial, run)]
    assert kinds == [{"weights", "state"}, {"weights", "state", "activations", "probe"}]


def test_a_worker_that_stops_hands_its_run_back_at_the_step_where_it_stood(atlas: Atlas) -> None:
    alone, handed = (
        atlas.launch(rules=[{"rule": "usf_init"}], epochs=2, batch_size=64)["runs"][0]["id"]
        for _ in range(2)
    )
    run_training(atlas.worker, alone, "test")
    with atlas.worker.database.write() as session:
        described = describe(atlas.worker.settings, queues="train", concurrency=1)
        workers.beat(session, "leaving", described)
    stopping = Stopping(atlas, handed, at_step=3)
    stopping.start()
    run_training(atlas.worker, handed, "leaving")
    stopping.join()
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


class Stopping(threading.Thread):
    """Lets a worker stop once a run has come to a step."""

    def __init__(self, atlas: Atlas, run_id: str, at_step: int) -> None:
        super().__init__()
        self.atlas, self.run_id, self.at_step = atlas, run_id, at_step

    def run(self) -> None:
        deadline = time.monotonic() + 60
        while self.atlas.get(f"/runs/{self.run_id}")["step"] < self.at_step:
            if time.monotonic() > deadline:
                return
            time.sleep(0.02)
        with self.atlas.worker.database.write() as session:
            workers.stop(session, "leaving")


def test_a_run_whose_process_is_killed_again_and_again_fails_as_out_of_memory(
    atlas: Atlas,
) -> None:
    launched = atlas.launch(rules=[{"rule": "bp"}, {"rule": "usf_sn"}])
    run_id, other = (run["id"] for run in launched["runs"])
    for attempt in (1, 2, 3):
        with atlas.worker.database.write() as session:
            assert runs.claim(session, run_id, "test", f"message {attempt}") is not None
        with atlas.worker.database.write() as session:
            recovery.killed(session, run_id, "another", f"message {attempt}", max_attempts=3)
            # A worker may learn late of a process that it lost, when the next has the run.
            recovery.killed(session, run_id, "test", f"message {attempt - 1}", max_attempts=3)
            assert runs.get(session, run_id).failures == attempt - 1
            recovery.killed(session, run_id, "test", f"message {attempt}", max_attempts=3)
    failed = atlas.get(f"/runs/{run_id}")
    assert failed["state"] == "failed"
    assert failed["error"].startswith("Out of memory: the system killed the training process 3")
    run_training(atlas.worker, other, "test")
    assert atlas.get(f"/runs/{other}")["state"] == "completed"
    atlas.post(f"/runs/{run_id}/retry", None, 200)
    run_training(atlas.worker, run_id, "test")
    assert atlas.get(f"/runs/{run_id}")["state"] == "completed"


def test_a_file_that_no_row_names_is_gone_when_the_run_completes(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = atlas.launch(rules=[{"rule": "bp"}])["runs"][0]["id"]
    own, others = (f"runs/{run_id}/state-0099-a{attempt}.safetensors" for attempt in (1, 2))

    def train_and_litter(*given: Any, **named: Any) -> Any:
        outcome = train(*given, **named)
        for key in (own, others):
            atlas.worker.store.put(key, b"left over")
        return outcome

    monkeypatch.setattr(training, "train", train_and_litter)
    run_training(atlas.worker, run_id, "test")
    assert atlas.get(f"/runs/{run_id}")["state"] == "completed"
    left = set(atlas.worker.store.keys(f"runs/{run_id}"))
    # What a later attempt writes is its own affair: this one may have been superseded.
    assert others in left
    assert own not in left
