"""Runs that fail: each with its reason, beside runs that go on."""

from __future__ import annotations

import subprocess
from pathlib import Path

from feedback_atlas.jobs.training import run_training
from feedback_atlas.server.runs import recovery
from feedback_atlas.server.runs import service as runs
from tests.backend.specs.test_bad_input import image_tree
from tests.integration.conftest import Atlas
from tests.integration.stored_runs import stored, tensors


def test_what_training_refuses_is_the_runs_reason(atlas: Atlas) -> None:
    run_id = atlas.launch(rules=[{"rule": "usf_init"}])["runs"][0]["id"]
    with atlas.worker.database.write() as session:
        run = runs.get(session, run_id)
        run.parameters = {**run.parameters, "feedback_scale": -1.0}
    run_training(atlas.worker, run_id, "test")
    failed = atlas.get(f"/runs/{run_id}")
    assert failed["state"] == "failed"
    assert failed["error"] == "feedback_scale is -1.0; it must be a finite number above 0"


def test_a_data_set_that_fails_to_load_fails_its_run_with_the_reason(atlas: Atlas) -> None:
    root = image_tree(atlas.worker.settings.folder_roots[0] / "odd", images=30)
    launched = atlas.launch(dataset="folder", folder="odd", probe_size=4)
    (root / "train" / "class1" / "29.png").write_bytes(b"no image")
    fine = atlas.launch()
    failed = atlas.train(launched)["runs"][0]
    assert failed["state"] == "failed"
    assert "29.png" in failed["error"]
    assert atlas.train(fine)["runs"][0]["state"] == "completed"


def test_a_loss_that_explodes_fails_the_run_with_a_hint(atlas: Atlas) -> None:
    launched = atlas.launch(epochs=3)
    # The form refuses such a rate; a row of an older release may hold one.
    with atlas.worker.database.write() as session:
        runs.get(session, launched["runs"][0]["id"]).parameters = {"lr": 1e30}
    run = atlas.train(launched)["runs"][0]
    assert run["state"] == "failed"
    assert "learning rate" in run["error"]


def test_a_full_disk_fails_the_run_and_keeps_the_last_checkpoint(
    atlas: Atlas, small_disk: Path
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
