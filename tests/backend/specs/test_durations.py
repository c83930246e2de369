"""Estimated duration of an experiment: that of past runs, on the workers that are up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.db.models import Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.queue import workers
from feedback_atlas.server.queue.workers import Described
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs.durations import Duration, estimate_duration, makespan
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec

STEPS_PER_EPOCH = 10


def spec(*rules: str, **changes: Any) -> ExperimentSpec:
    return ExperimentSpec(name="A test", rules=[RuleSpec(rule=rule) for rule in rules], **changes)


def up(database: Database, name: str, queue: str = "train", concurrency: int = 1) -> None:
    with database.write() as session:
        workers.beat(session, name, Described(queue, "CPU", 0, concurrency, "3.12", "2.9"))


def took(
    database: Database, made: ExperimentSpec, seconds: float, worker: str = "w", attempt: int = 1
) -> None:
    """Store ``made`` as if each of its runs had taken so long."""
    ended = datetime.now(UTC)
    with database.write() as session:
        for run in experiments.create(session, made).runs:
            session.execute(
                update(Run)
                .where(Run.id == run.id)
                .values(
                    state="completed",
                    attempt=attempt,
                    worker=worker,
                    total_steps=made.epochs * STEPS_PER_EPOCH,
                    started_at=ended - timedelta(seconds=seconds),
                    finished_at=ended,
                )
            )


def said(database: Database, wanted: ExperimentSpec) -> Duration:
    with database.read() as session:
        return estimate_duration(session, wanted, STEPS_PER_EPOCH)


def test_nothing_is_said_without_a_worker_or_a_run_alike(database: Database) -> None:
    wanted = spec("bp")
    up(database, "a", queue="analysis")
    took(database, wanted, 20)
    assert said(database, wanted) == Duration(None, "No training worker is running.")
    up(database, "w")
    for other in ({"dataset": "mnist"}, {"architecture": "mlp"}, {"image_size": 20}):
        found = said(database, spec("bp", **other))
        assert found.seconds is None
        assert "unknown until the first epoch" in found.basis


def test_time_grows_with_epochs_and_seeds_and_shrinks_with_workers(database: Database) -> None:
    took(database, spec("bp", "usf_sn", epochs=10), 20)
    up(database, "w")
    assert said(database, spec("bp", epochs=10)).seconds == pytest.approx(20)
    assert said(database, spec("bp", epochs=30)).seconds == pytest.approx(60)
    three = spec("bp", "usf_sn", epochs=10, seeds=[0, 1, 2])
    assert said(database, three) == Duration(
        pytest.approx(120), "Estimated from completed runs. One run at a time."
    )
    up(database, "v", concurrency=3)
    found = said(database, three)
    # Six runs in four places: two rounds.
    assert found.seconds == pytest.approx(40)
    assert "4 runs at a time" in found.basis


def test_each_rule_has_its_own_speed_and_a_new_one_the_slowest(database: Database) -> None:
    took(database, spec("bp", epochs=10), 10)
    took(database, spec("fa_dense", epochs=10), 70)
    up(database, "w")
    assert said(database, spec("bp", "fa_dense", epochs=10)).seconds == pytest.approx(80)
    found = said(database, spec("bp", "dfa", epochs=10))
    assert found.seconds == pytest.approx(80)
    assert "DFA: assumed as slow as the slowest of them" in found.basis


def test_runs_of_the_workers_that_are_up_count_before_others(database: Database) -> None:
    took(database, spec("bp", epochs=10), 500, worker="gone")
    up(database, "w")
    found = said(database, spec("bp", epochs=10))
    assert found.seconds == pytest.approx(500)
    assert "on other workers" in found.basis
    took(database, spec("bp", epochs=10), 20, worker="w")
    assert said(database, spec("bp", epochs=10)).seconds == pytest.approx(20)
    # A run that was taken up again waited in between.
    took(database, spec("bp", epochs=10), 9000, worker="w", attempt=2)
    assert said(database, spec("bp", epochs=10)).seconds == pytest.approx(20)


def test_what_waits_and_what_is_searched_are_counted(database: Database) -> None:
    took(database, spec("bp", epochs=10), 20)
    up(database, "w")
    with database.write() as session:
        experiments.create(session, spec("bp", seeds=[0, 1]))
    searched = ExperimentSpec.model_validate(
        spec("bp", epochs=10).model_dump()
        | {"search": {"epochs": 5, "grids": {"bp": {"lr": [0.1, 0.01]}}}}
    )
    found = said(database, searched)
    assert found.seconds == pytest.approx(10 + 10 + 20)
    assert found.basis.endswith("2 unfinished runs are ahead in the queue.")


@given(jobs=st.lists(st.floats(0.1, 1000), min_size=1, max_size=30), slots=st.integers(1, 8))
def test_no_schedule_is_shorter_than_its_work_nor_twice_as_long_as_the_best(
    jobs: list[float], slots: int
) -> None:
    least = max(max(jobs), sum(jobs) / slots)
    # Graham (1966): list scheduling takes at most 2 - 1/m times the best.
    assert least * (1 - 1e-9) <= makespan(jobs, slots) <= least * (2 - 1 / slots) * (1 + 1e-9)


def test_the_estimate_tells_time_and_where_images_come_from(client: TestClient) -> None:
    database: Database = part_of(client.app, Database)  # type: ignore[attr-defined]
    settings = part_of(client.app, Settings)  # type: ignore[attr-defined]
    took(database, spec("bp", epochs=10), 20)
    up(database, "w")

    def estimate(**changes: Any) -> Any:
        body = spec("bp").model_dump(mode="json") | changes
        answer = client.post("/api/experiments/estimate", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    digits = estimate()
    assert digits["seconds"] == pytest.approx(20)
    assert digits["dataset_note"] is None
    cifar = estimate(dataset="cifar10")
    assert cifar["seconds"] is None
    folder = settings.data_path / "datasets"
    for words in ("CIFAR-10 is not on this machine", "cifar-10-python.tar.gz", str(folder)):
        assert words in cifar["dataset_note"]
    folder.mkdir(parents=True)
    (folder / "cifar-10-python.tar.gz").touch()
    assert estimate(dataset="cifar10")["dataset_note"] is None
    (folder / "train_32x32.mat").touch()
    assert "SVHN" in estimate(dataset="svhn")["dataset_note"]
    (folder / "cifar-100-python").mkdir()
    assert estimate(dataset="cifar100")["dataset_note"] is None
