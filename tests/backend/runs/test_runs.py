"""The state machine of a run, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from feedback_atlas.server.artifacts import Stored
from feedback_atlas.server.core.errors import ConflictError, NotFoundError, SupersededError
from feedback_atlas.server.db.models import Artifact, Event, Measurement, Run, Worker
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import listing
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.experiments.filters import Wanted
from feedback_atlas.server.queue import workers
from feedback_atlas.server.runs import recovery
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.service import Fence
from feedback_atlas.server.specs import presets


@pytest.fixture
def run_id(database: Database) -> str:
    with database.write() as session:
        return experiments.create(session, presets.default_spec()).runs[0].id


def state_of(database: Database, run_id: str) -> Run:
    with database.read() as session:
        return runs.get(session, run_id)


def claimed(database: Database, run_id: str, worker: str = "w") -> Fence:
    with database.write() as session:
        fence = runs.claim(session, run_id, worker)
    assert fence is not None
    return fence


def silence(database: Database, run_id: str, seconds: float) -> None:
    """Write that the run's worker was last heard of ``seconds`` ago."""
    with database.write() as session:
        session.execute(
            update(Run)
            .where(Run.id == run_id)
            .values(heartbeat_at=datetime.now(UTC) - timedelta(seconds=seconds))
        )


def reap(database: Database) -> int:
    with database.write() as session:
        return recovery.reap(session, lease_seconds=30, max_attempts=3)


def test_of_many_who_claim_one_gets_the_run(database: Database, run_id: str) -> None:
    won: list[Fence] = []
    barrier = threading.Barrier(6)

    def claim() -> None:
        barrier.wait()
        with database.write() as session:
            fence = runs.claim(session, run_id, threading.current_thread().name)
        if fence is not None:
            won.append(fence)

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [Fence(run_id, 1)]
    assert state_of(database, run_id).state == "running"


def writes(run_id: str) -> dict[str, Callable[[Database, Fence], None]]:
    """Return everything that a worker can write about a run."""

    def beat(database: Database, fence: Fence) -> None:
        with database.write() as session:
            runs.beat(session, fence)

    def report(database: Database, fence: Fence) -> None:
        with database.write() as session:
            runs.report(
                session,
                fence,
                {"step": 99},
                [("step", 99, 1, {"loss": 1.0})],
                [("weights", 1, Stored("runs/x", "0" * 64, 1))],
            )

    def rewind(database: Database, fence: Fence) -> None:
        with database.write() as session:
            runs.rewind(session, fence, 0)

    def drop(database: Database, fence: Fence) -> None:
        with database.write() as session:
            runs.drop_artifacts(session, fence, "weights", 100)

    def finish(database: Database, fence: Fence) -> None:
        with database.write() as session:
            runs.finish(session, fence, "completed", test_accuracy=0.5)

    return {"beat": beat, "report": report, "rewind": rewind, "drop": drop, "finish": finish}


@pytest.mark.parametrize("write", ["beat", "report", "rewind", "drop", "finish"])
def test_a_superseded_attempt_writes_nothing(database: Database, run_id: str, write: str) -> None:
    old = claimed(database, run_id, "old")
    silence(database, run_id, 31)
    assert reap(database) == 1
    new = claimed(database, run_id, "new")
    with database.write() as session:
        runs.report(session, new, {"step": 5}, [("step", 5, 1, {"loss": 2.0})])
    with database.read() as session:
        events_before = session.scalar(select(func.count()).select_from(Event))
    with pytest.raises(SupersededError):
        writes(run_id)[write](database, old)
    with database.read() as session:
        run = runs.get(session, run_id)
        assert (run.state, run.attempt, run.step, run.worker) == ("running", 2, 5, "new")
        assert [row.step for row in session.scalars(select(Measurement))] == [5]
        assert list(session.scalars(select(Artifact))) == []
        assert session.scalar(select(func.count()).select_from(Event)) == events_before
    writes(run_id)[write](database, new)


def test_a_silent_run_is_queued_again_and_fails_at_the_third_time(
    database: Database, run_id: str
) -> None:
    for attempt in (1, 2):
        claimed(database, run_id)
        silence(database, run_id, 29)
        assert reap(database) == 0
        silence(database, run_id, 31)
        assert reap(database) == 1
        run = state_of(database, run_id)
        assert (run.state, run.attempt, run.published_at) == ("queued", attempt, None)
    claimed(database, run_id)
    silence(database, run_id, 31)
    assert reap(database) == 1
    run = state_of(database, run_id)
    assert run.state == "failed"
    assert run.error is not None
    assert "3 times" in run.error
    with database.write() as session:
        runs.retry(session, runs.get(session, run_id))
    assert state_of(database, run_id).state == "queued"
    assert claimed(database, run_id).attempt == 4


def test_a_silent_run_that_was_being_cancelled_is_cancelled(
    database: Database, run_id: str
) -> None:
    claimed(database, run_id)
    with database.write() as session:
        runs.cancel(session, runs.get(session, run_id))
    silence(database, run_id, 31)
    reap(database)
    assert state_of(database, run_id).state == "cancelled"


def test_cancelling_waits_for_the_worker_only_where_there_is_one(
    database: Database, run_id: str
) -> None:
    fence = claimed(database, run_id)
    with database.write() as session:
        runs.cancel(session, runs.get(session, run_id))
    assert state_of(database, run_id).state == "running"
    with database.read() as session:
        assert runs.stop_wanted(session, fence)
    with database.write() as session:
        runs.finish(session, fence, "cancelled")
        other = runs.get(session, run_id).experiment.runs[1]
        runs.cancel(session, other)
    assert state_of(database, other.id).state == "cancelled"
    for ended in (run_id, other.id):
        with database.write() as session, pytest.raises(ConflictError, match="cancelled"):
            runs.cancel(session, runs.get(session, ended))


def test_only_an_ended_run_is_retried(database: Database, run_id: str) -> None:
    with database.write() as session, pytest.raises(ConflictError, match="queued"):
        runs.retry(session, runs.get(session, run_id))
    fence = claimed(database, run_id)
    with database.write() as session:
        runs.finish(session, fence, "completed")
    with database.write() as session, pytest.raises(ConflictError, match="completed"):
        runs.retry(session, runs.get(session, run_id))


def test_a_stopping_worker_gives_its_runs_back(database: Database, run_id: str) -> None:
    with database.write() as session:
        session.add(Worker(name="w", queue="train", device="CPU", seen_at=datetime.now(UTC)))
    fence = claimed(database, run_id, "w")
    with database.write() as session:
        workers.stop(session, "w")
        assert recovery.release(session, "w") == 1
        assert workers.is_stopping(session, "w")
        assert workers.alive(session) == []
    run = state_of(database, run_id)
    assert (run.state, run.failures) == ("queued", 0)
    with database.read() as session:
        assert runs.stop_wanted(session, fence)


def test_a_report_replaces_what_an_earlier_attempt_measured(
    database: Database, run_id: str
) -> None:
    fence = claimed(database, run_id)
    old, new = Stored("runs/a1", "1" * 64, 1), Stored("runs/a2", "2" * 64, 2)
    with database.write() as session:
        runs.report(session, fence, {}, [("step", s, 1, {"loss": 1.0}) for s in (0, 10, 20)],
                    [("weights", 1, old)])  # fmt: skip
        runs.rewind(session, fence, 10)
    with database.write() as session:
        replaced = runs.report(
            session, fence, {}, [("step", 10, 1, {"loss": 2.0})], [("weights", 1, new)]
        )
    assert replaced == ["runs/a1"]
    with database.read() as session:
        found = session.scalars(select(Measurement).order_by(Measurement.step)).all()
        assert [(row.step, row.data["loss"]) for row in found] == [(0, 1.0), (10, 2.0)]
        assert [row.sha256 for row in runs.artifacts_of(session, run_id, "weights")] == ["2" * 64]


def test_an_experiment_is_deleted_with_all_that_hangs_on_it(
    database: Database, run_id: str
) -> None:
    fence = claimed(database, run_id)
    with database.write() as session:
        runs.report(session, fence, {}, [("step", 0, 1, {"loss": 1.0})],
                    [("weights", 1, Stored("k", "1" * 64, 1))])  # fmt: skip
        experiment_id = runs.get(session, run_id).experiment_id
    with database.write() as session, pytest.raises(ConflictError, match="5 of its runs"):
        experiments.remove(session, experiment_id)
    with database.write() as session:
        experiments.cancel(session, experiment_id)
        runs.finish(session, fence, "cancelled")
    with database.write() as session:
        removed = experiments.remove(session, experiment_id)
    assert f"runs/{run_id}" in removed.folders
    with database.read() as session:
        for table in (Run, Measurement, Artifact):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        with pytest.raises(NotFoundError):
            experiments.get(session, experiment_id)
    with database.read() as session:
        assert runs.stop_wanted(session, fence)


def test_experiments_are_paged_newest_first_each_once(database: Database) -> None:
    spec = presets.default_spec()
    with database.write() as session:
        made = [experiments.create(session, spec).id for _ in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        with database.read() as session:
            page = listing.page(session, Wanted(), cursor=cursor, limit=3)
        seen += [experiment.id for experiment in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == made[::-1]
