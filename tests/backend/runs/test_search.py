"""Grid search: which trials there are, when runs start, and what settings they get."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from feedback_atlas.server.core.errors import ConflictError
from feedback_atlas.server.db.models import Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.events import service as events
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.specs import grid
from feedback_atlas.server.specs.schemas import ExperimentSpec
from tests.backend.specs.test_bad_input import assert_refused, spec

PAPER_GRID = {
    "bp": {"lr": [0.0005, 0.001, 0.003], "weight_decay": [0.0, 0.0001]},
    "fa_dense": {"lr": [0.001, 0.003, 0.01], "feedback_scale": [0.01, 0.05, 0.1]},
}
SEARCHED = spec(
    epochs=10,
    seeds=[3, 4],
    rules=[{"rule": "bp"}, {"rule": "fa_dense"}, {"rule": "usf_sn"}],
    search={"epochs": 2, "grids": PAPER_GRID},
)


@pytest.fixture
def experiment_id(database: Database) -> str:
    with database.write() as session:
        return experiments.create(session, ExperimentSpec.model_validate(SEARCHED)).id


def networks(database: Database, experiment_id: str, role: str, rule: str) -> list[Run]:
    with database.read() as session:
        found = experiments.get(session, experiment_id).networks
    return [network for network in found if (network.role, network.rule) == (role, rule)]


def end(database: Database, trial: Run, state: str, accuracy: float | None = None) -> None:
    with database.write() as session:
        fence = runs.claim(session, trial.id, "w")
        assert fence is not None
        runs.finish(session, fence, state, best_val_accuracy=accuracy)


def test_every_combination_is_tried_with_the_first_seed(
    database: Database, experiment_id: str
) -> None:
    trials = networks(database, experiment_id, "trial", "bp")
    assert [(trial.parameters["lr"], trial.parameters["weight_decay"]) for trial in trials] == [
        (0.0005, 0.0), (0.0005, 0.0001), (0.001, 0.0), (0.001, 0.0001), (0.003, 0.0),
        (0.003, 0.0001),
    ]  # fmt: skip
    assert {(trial.seed, trial.epochs, trial.state) for trial in trials} == {(3, 2, "queued")}
    assert len(networks(database, experiment_id, "trial", "fa_dense")) == 9
    assert networks(database, experiment_id, "trial", "usf_sn") == []
    states = {
        rule: {run.state for run in networks(database, experiment_id, "run", rule)}
        for rule in ("bp", "fa_dense", "usf_sn")
    }
    assert states == {"bp": {"searching"}, "fa_dense": {"searching"}, "usf_sn": {"queued"}}


def test_the_best_trial_sets_the_runs_off_for_every_seed(
    database: Database, experiment_id: str
) -> None:
    trials = networks(database, experiment_id, "trial", "bp")
    accuracies = [0.3, None, 0.6, 0.6, 0.5, 0.1]
    for trial, accuracy in zip(trials, accuracies, strict=True):
        assert {run.state for run in networks(database, experiment_id, "run", "bp")} == {
            "searching"
        }
        end(database, trial, "completed" if accuracy is not None else "failed", accuracy)
    started = networks(database, experiment_id, "run", "bp")
    assert [(run.seed, run.state) for run in started] == [(3, "queued"), (4, "queued")]
    for run in started:
        assert run.parameters == {"lr": 0.001, "weight_decay": 0.0}
        assert run.epochs == 10
    assert [trial.chosen for trial in networks(database, experiment_id, "trial", "bp")] == [
        False, False, True, False, False, False,
    ]  # fmt: skip
    assert {run.state for run in networks(database, experiment_id, "run", "fa_dense")} == {
        "searching"
    }


def test_without_a_completed_trial_the_runs_fail_until_a_trial_is_retried(
    database: Database, experiment_id: str
) -> None:
    trials = networks(database, experiment_id, "trial", "bp")
    for trial in trials:
        end(database, trial, "failed")
    failed = networks(database, experiment_id, "run", "bp")
    assert {run.state for run in failed} == {"failed"}
    assert "No trial of BP completed (6 ended" in str(failed[0].error)
    with database.write() as session:
        runs.retry(session, runs.get(session, trials[4].id))
        runs.retry(session, runs.get(session, failed[0].id))
    assert networks(database, experiment_id, "run", "bp")[0].state == "searching"
    end(database, trials[4], "completed", 0.4)
    retried = networks(database, experiment_id, "run", "bp")[0]
    assert (retried.state, retried.parameters["lr"]) == ("queued", 0.003)


def test_retrying_a_run_whose_trials_all_failed_says_so_again(
    database: Database, experiment_id: str
) -> None:
    for trial in networks(database, experiment_id, "trial", "bp"):
        end(database, trial, "failed")
    failed = networks(database, experiment_id, "run", "bp")[0]
    with database.write() as session:
        runs.retry(session, runs.get(session, failed.id))
    assert networks(database, experiment_id, "run", "bp")[0].state == "failed"


def test_cancelling_the_experiment_starts_nothing(database: Database, experiment_id: str) -> None:
    with database.write() as session:
        experiments.cancel(session, experiment_id)
    with database.read() as session:
        states = {network.state for network in experiments.get(session, experiment_id).networks}
    assert states == {"cancelled"}


def test_a_searching_run_can_be_cancelled_by_itself(database: Database, experiment_id: str) -> None:
    first, second = networks(database, experiment_id, "run", "bp")
    with database.write() as session:
        runs.cancel(session, runs.get(session, first.id))
        with pytest.raises(ConflictError):
            runs.cancel(session, runs.get(session, first.id))
    for trial in networks(database, experiment_id, "trial", "bp"):
        end(database, trial, "completed", 0.5)
    states = [run.state for run in networks(database, experiment_id, "run", "bp")]
    assert states == ["cancelled", "queued"]
    assert second.state == "searching"
    with database.write() as session:
        runs.retry(session, runs.get(session, first.id))
    retried, sibling = networks(database, experiment_id, "run", "bp")
    assert retried.state == "queued"
    assert retried.parameters == sibling.parameters == {"lr": 0.0005, "weight_decay": 0.0}


def test_the_winning_trial_is_told_as_an_event(database: Database, experiment_id: str) -> None:
    trials = networks(database, experiment_id, "trial", "bp")
    for trial, accuracy in zip(trials, [0.2, 0.9, 0.1, 0.3, 0.2, 0.4], strict=True):
        end(database, trial, "completed", accuracy)
    with database.read() as session:
        told = [event.data["id"] for event in events.after(session, 0) if event.data.get("chosen")]
    assert told == [trials[1].id]


def test_a_cost_estimate_counts_trials_and_warns_of_unfair_budgets(client: TestClient) -> None:
    estimate = client.post("/api/experiments/estimate", json=SEARCHED).json()
    assert (estimate["runs"], estimate["trials"]) == (6, 15)
    assert estimate["steps"] == (6 * 10 + 15 * 2) * estimate["steps_per_epoch"]
    assert any("BP 6, FA Dense 9, uSF SN 1" in warning for warning in estimate["warnings"])
    fair = spec(search={"epochs": 1, "grids": {"bp": {"lr": [0.001, 0.002]}}})
    answer = client.post("/api/experiments/estimate", json=fair).json()
    assert answer["trials"] == 2
    assert answer["warnings"] == []


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"epochs": 0}, "search.epochs", ["0", "1 to 1"]),
        ({"epochs": 5}, "search.epochs", ["5", "1 to 1"]),
        ({"grids": {}}, "search.grids", ["at least one rule"]),
        ({"grids": {"hebb": {"lr": [1]}}}, "search.grids", ["'hebb'", "search bp"]),
        ({"grids": {"usf_sn": {"lr": [0.1]}}}, "search.grids", ["'usf_sn'", "search bp"]),
        ({"grids": {"bp": {}}}, "search.grids.bp", ["empty"]),
        ({"grids": {"bp": {"feedback_scale": [1]}}}, "search.grids.bp", ["no parameter of BP"]),
        ({"grids": {"bp": {"lr": []}}}, "search.grids.bp.lr", ["0 values"]),
        ({"grids": {"bp": {"lr": [0.1, 0.1]}}}, "search.grids.bp.lr", ["twice"]),
        ({"grids": {"bp": {"lr": [-1]}}}, "search.grids.bp.lr", ["-1", "1e-06 to 1"]),
        ({"grids": {"bp": {"lr": [i / 100 for i in range(1, 22)]}}}, "search.grids.bp.lr",
         ["21 values"]),
        ({"grids": {"bp": {"lr": [i / 100 for i in range(1, 21)],
                           "weight_decay": [i / 100 for i in range(20)]}}},
         "search.grids", ["400 trials", "200"]),
    ],
    ids=lambda value: None if isinstance(value, list) else str(value)[:40],
)  # fmt: skip
def test_a_search_that_cannot_be_is_refused(
    client: TestClient, changes: dict[str, Any], field: str, words: list[str]
) -> None:
    body = spec(search={"epochs": 1, "grids": {"bp": {"lr": [0.001]}}, **changes})
    assert_refused(client, body, field, *words)


def test_the_paper_grid_has_the_papers_configurations() -> None:
    assert len(grid.configurations(PAPER_GRID["bp"])) == 6
    assert len(grid.configurations(PAPER_GRID["fa_dense"])) == 9
