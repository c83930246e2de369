"""The event log: what is written when, in which words, and how it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.artifacts import Stored
from feedback_atlas.server.core.errors import ConflictError, NotFoundError
from feedback_atlas.server.db.models import Event, Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.events.schemas import LogEntry
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.main import create_app
from feedback_atlas.server.runs import log, recovery
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.service import Fence
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec, SearchSpec


def launch(database: Database, *, search: bool = False) -> tuple[str, list[str]]:
    """Launch one rule with two seeds; return the ids of the experiment and of its runs."""
    grid = SearchSpec(epochs=1, grids={"bp": {"lr": [0.001, 0.01]}}) if search else None
    spec = ExperimentSpec(name="Logged", rules=[RuleSpec(rule="bp")], seeds=[0, 7], search=grid)
    with database.write() as session:
        created = experiments.create(session, spec)
        return created.id, [run.id for run in (*created.trials, *created.runs)]


def claim(database: Database, run_id: str, worker: str = "train-1@lab") -> Fence:
    with database.write() as session:
        fence = runs.claim(session, run_id, worker)
    assert fence is not None
    return fence


def read(database: Database, experiment_id: str, *, routine: bool = True) -> list[LogEntry]:
    """Return the whole log, oldest first."""
    with database.read() as session:
        found = log.page(session, experiment_id, before=None, limit=200, routine=routine)
    return found[::-1]


def said(entries: list[LogEntry]) -> list[tuple[str, str | None, str]]:
    return [(entry.kind, entry.who, entry.text) for entry in entries]


def test_a_run_is_told_from_its_launch_to_its_end(database: Database) -> None:
    experiment_id, (first, _) = launch(database)
    fence = claim(database, first)
    state = Stored("runs/s", "1" * 64, 1)
    with database.write() as session:
        runs.rewind(session, fence, -1)
        runs.report(session, fence, {"step": 1200}, [], [("state", 0, state)])
        runs.report(session, fence, {"step": 1300})
        runs.report(session, fence, {"epoch": 1, "val_accuracy": 0.8417}, [], [("state", 1, state)])
        runs.hand_back(session, fence)
    fence = claim(database, first, "train-2@lab")
    with database.write() as session:
        runs.rewind(session, fence, 1300)
        runs.finish(session, fence, "completed", test_accuracy=0.9, best_epoch=1)
    assert said(read(database, experiment_id)) == [
        ("launched", None, "Launched 2 runs."),
        ("started", "BP, seed 0", "Started by train-1@lab."),
        ("checkpoint", "BP, seed 0", "Checkpoint stored at step 1,200."),
        (
            "epoch",
            "BP, seed 0",
            "Finished epoch 1 of 10: validation accuracy 84.2 %. Checkpoint stored.",
        ),
        ("handed_back", "BP, seed 0", "Returned to the queue: train-1@lab is shutting down."),
        ("started", "BP, seed 0", "Started by train-2@lab, attempt 2."),
        ("resumed", "BP, seed 0", "Resumed from its checkpoint at step 1,300."),
        (
            "completed",
            "BP, seed 0",
            "Completed: test accuracy 90.0 %, with the weights of epoch 1.",
        ),
    ]
    kinds = [entry.kind for entry in read(database, experiment_id, routine=False)]
    assert kinds == ["launched", "started", "handed_back", "started", "resumed", "completed"]
    assert {entry.rule for entry in read(database, experiment_id)} == {None, "bp"}


def test_losses_failures_cancels_and_retries_are_told(database: Database) -> None:
    experiment_id, (first, second) = launch(database)
    for _ in range(2):
        claim(database, first)
        with database.write() as session:
            past = datetime.now(UTC) - timedelta(minutes=2)
            session.execute(update(Run).where(Run.id == first).values(heartbeat_at=past))
        with database.write() as session:
            assert recovery.reap(session, lease_seconds=30, max_attempts=2) == 1
    with database.write() as session:
        runs.cancel(session, runs.get(session, second))
        runs.retry(session, runs.get(session, second))
    fence = claim(database, second)
    with database.write() as session:
        runs.cancel(session, runs.get(session, second))
        runs.finish(session, fence, "cancelled")
    told = [(entry.kind, entry.who) for entry in read(database, experiment_id)]
    assert told == [
        ("launched", None),
        ("started", "BP, seed 0"),
        ("lost", "BP, seed 0"),
        ("started", "BP, seed 0"),
        ("failed", "BP, seed 0"),
        ("cancelled", "BP, seed 7"),
        ("retried", "BP, seed 7"),
        ("started", "BP, seed 7"),
        ("stopping", "BP, seed 7"),
        ("cancelled", "BP, seed 7"),
    ]
    by_kind = {entry.kind: entry.text for entry in read(database, experiment_id)}
    assert "stopped responding" in by_kind["lost"]
    assert "2 times" in by_kind["failed"]


def test_a_search_says_what_it_chose(database: Database) -> None:
    experiment_id, (worse, better, *_) = launch(database, search=True)
    for trial, accuracy in ((worse, 0.5), (better, 0.9)):
        fence = claim(database, trial)
        with database.write() as session:
            runs.finish(session, fence, "completed", best_val_accuracy=accuracy)
    entries = read(database, experiment_id)
    assert entries[0].text == "Launched 2 runs, after a search of 2 trials."
    assert entries[1].who == "BP, a trial with lr 0.001, weight decay 0.0001"
    queued = [entry for entry in entries if entry.kind == "queued"]
    assert [entry.who for entry in queued] == ["BP, seed 0", "BP, seed 7"]
    assert queued[0].text == "Settings chosen: lr 0.01, weight decay 0.0001. Queued."


def test_a_superseded_attempt_writes_nothing_down(database: Database) -> None:
    experiment_id, (first, _) = launch(database)
    old = claim(database, first)
    with database.write() as session:
        runs.hand_back(session, old)
    before = said(read(database, experiment_id))
    for write in (
        lambda session: runs.rewind(session, old, 5),
        lambda session: runs.report(session, old, {"epoch": 3}),
        lambda session: runs.finish(session, old, "failed", error="late"),
    ):
        with pytest.raises(Exception, match="no longer owns"), database.write() as session:
            write(session)
    assert said(read(database, experiment_id)) == before


def test_the_last_failure_of_a_run_has_its_traceback(database: Database) -> None:
    _, (first, second) = launch(database)
    for error, traceback in (("one", "Traceback one"), ("two", "Traceback two")):
        fence = claim(database, first)
        with database.write() as session:
            runs.finish(session, fence, "failed", error=error, traceback=traceback)
            runs.retry(session, runs.get(session, first))
    with database.read() as session:
        entry = log.last_failure(session, runs.get(session, first))
        assert (entry.text, entry.traceback) == ("Failed. two", "Traceback two")
        with pytest.raises(NotFoundError):
            log.last_failure(session, runs.get(session, second))


def test_retrying_all_takes_what_failed_or_was_cancelled_and_what_it_needs(
    database: Database,
) -> None:
    experiment_id, networks = launch(database, search=True)
    with database.write() as session:
        experiments.cancel(session, experiment_id)
    with database.write() as session:
        again = experiments.retry(session, experiment_id)
        assert {run.state for run in again.trials} == {"queued"}
        assert {run.state for run in again.runs} == {"searching"}
    with database.write() as session, pytest.raises(ConflictError, match="No run"):
        experiments.retry(session, experiment_id)
    for trial, state in zip(networks[:2], ("failed", "completed"), strict=True):
        fence = claim(database, trial)
        with database.write() as session:
            runs.finish(session, fence, state, best_val_accuracy=0.5)
    fence = claim(database, networks[2])
    with database.write() as session:
        runs.finish(session, fence, "failed", error="no")
        again = experiments.retry(session, experiment_id)
        # Another attempt at a trial would change nothing once one was chosen.
        assert [run.state for run in again.trials] == ["failed", "completed"]
        assert [run.state for run in again.runs] == ["queued", "queued"]


def test_a_log_entry_is_streamed_with_what_it_says(database: Database) -> None:
    _, (first, _) = launch(database)
    claim(database, first)
    with database.read() as session:
        events = session.scalars(select(Event).where(Event.type == "log")).all()
    assert [event.data["kind"] for event in events] == ["launched", "started"]
    assert events[1].run_id == first
    assert events[1].data["text"] == "Started by train-1@lab."


@pytest.fixture
def quiet(settings: Settings) -> Iterator[TestClient]:
    """A service whose background work is not started, so that nothing else happens."""
    app = create_app(settings)
    part_of(app, Database).migrate()
    yield TestClient(app)
    part_of(app, Database).close()


def test_the_log_is_paged_each_entry_once(quiet: TestClient) -> None:
    database: Database = part_of(quiet.app, Database)  # type: ignore[attr-defined]
    experiment_id, (first, _) = launch(database)
    for _ in range(4):
        fence = claim(database, first)
        with database.write() as session:
            runs.report(session, fence, {"epoch": 1})
            runs.hand_back(session, fence)
    expected = [entry.id for entry in read(database, experiment_id)][::-1]
    seen: list[int] = []
    path, more = f"/api/experiments/{experiment_id}/log?limit=5", ""
    while True:
        page = quiet.get(path + more).json()
        seen += [entry["id"] for entry in page["items"]]
        if page["next_before"] is None:
            break
        more = f"&before={page['next_before']}"
    assert seen == expected
    assert len(seen) == 13
    turns = quiet.get(f"/api/experiments/{experiment_id}/log?routine=false").json()["items"]
    assert len(turns) == 9
    assert quiet.get("/api/experiments/0123456789abcdef/log").status_code == 404
    assert quiet.get(f"{path}&before=-1").status_code == 422
    assert quiet.get(f"/api/runs/{first}/failure").status_code == 404


def test_retrying_all_says_why_it_cannot(quiet: TestClient) -> None:
    database: Database = part_of(quiet.app, Database)  # type: ignore[attr-defined]
    experiment_id, _ = launch(database)
    answer = quiet.post(f"/api/experiments/{experiment_id}/retry")
    assert answer.status_code == 409
    assert "failed or been cancelled" in answer.json()["detail"]
    quiet.post(f"/api/experiments/{experiment_id}/cancel")
    again = quiet.post(f"/api/experiments/{experiment_id}/retry")
    assert [run["state"] for run in again.json()["runs"]] == ["queued", "queued"]


@pytest.mark.parametrize(
    "query", ["smoothing=1", "smoothing=-0.1", "smoothing=nan", "smoothing=inf", "x=day",
              "scale=cubic", "lines=all"],
)  # fmt: skip
def test_how_curves_are_drawn_is_checked(quiet: TestClient, query: str) -> None:
    database: Database = part_of(quiet.app, Database)  # type: ignore[attr-defined]
    experiment_id, _ = launch(database)
    answer = quiet.get(f"/api/experiments/{experiment_id}/figures/loss?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == query.split("=")[0]


def test_a_figure_is_drawn_once_for_each_way_of_drawing_it(quiet: TestClient) -> None:
    database: Database = part_of(quiet.app, Database)  # type: ignore[attr-defined]
    experiment_id, (first, second) = launch(database)
    for run_id, low in ((first, 1.0), (second, 2.0)):
        fence = claim(database, run_id)
        with database.write() as session:
            rows = [("step", step, 1, {"loss": low / (1 + step)}) for step in range(0, 50, 10)]
            runs.report(session, fence, {"step": 50, "total_steps": 200}, rows)
    path = f"/api/experiments/{experiment_id}/figures/loss"
    ways = ["", "?smoothing=0.9", "?x=epoch", "?scale=log", "?lines=runs"]
    answers = [quiet.get(path + way).content for way in ways]
    assert len(set(answers)) == len(ways)
    assert [quiet.get(path + way).content for way in ways] == answers
    # 200 steps are ten epochs.
    page = quiet.get(f"{path}?x=epoch").json()["plotly"]["layout"]
    assert page["xaxis"]["title"]["text"] == "Epoch"
    assert page["xaxis"]["range"][1] == pytest.approx(2.04)
