"""Searches: trials are trained, and the run gets the best settings."""

from __future__ import annotations

from feedback_atlas.jobs.training import run_training
from tests.integration.conftest import Atlas
from tests.integration.stored_runs import stored


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
