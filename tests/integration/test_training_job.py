"""Runs as a worker trains them: what is stored, and what can be downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from feedback_atlas.jobs import training
from feedback_atlas.jobs.training import run_training
from feedback_atlas.training import train
from tests.backend.specs.test_bad_input import image_tree
from tests.integration.conftest import Atlas
from tests.integration.stored_runs import measurements, stored, tensors


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


def test_a_folder_of_images_is_trained_on(atlas: Atlas) -> None:
    image_tree(atlas.worker.settings.folder_roots[0] / "good", classes=3, images=12)
    launched = atlas.launch(dataset="folder", folder="good", probe_size=6, batch_size=8)
    run = atlas.train(launched)["runs"][0]
    assert run["state"] == "completed", run["error"]
    assert atlas.compare(launched)["state"] == "completed"


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
