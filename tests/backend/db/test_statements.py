"""Pages cost the same number of SQL statements however many experiments and runs there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.db.models import Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.main import create_app
from feedback_atlas.server.queue import workers
from feedback_atlas.server.queue.workers import Described
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec
from tests.statements import counted


@pytest.fixture
def quiet(settings: Settings) -> Iterator[TestClient]:
    """A service whose background work is not started, so that only requests execute statements."""
    app = create_app(settings)
    database: Database = part_of(app, Database)
    database.migrate()
    yield TestClient(app)
    database.close()


def launch(database: Database, seeds: int, state: str) -> str:
    """Launch two rules with ``seeds`` seeds, measure each run; return the experiment's id."""
    spec = ExperimentSpec(
        name="Counted",
        rules=[RuleSpec(rule="bp"), RuleSpec(rule="usf_sn")],
        seeds=list(range(seeds)),
    )
    with database.write() as session:
        created = experiments.create(session, spec)
        experiment_id, ids = created.id, [run.id for run in created.runs]
        for run_id in ids:
            fence = runs.claim(session, run_id, "w")
            assert fence is not None
            row = ("step", 10, 1, {"loss": 1.0, "local_angle": {"conv1": 3.0}})
            runs.report(session, fence, {"step": 10}, [row])
            session.execute(update(Run).where(Run.id == run_id).values(state=state))
    return experiment_id


PAGES: dict[str, tuple[Callable[[str], str], int]] = {
    "list": (lambda _: "/api/experiments?limit=200", 4),
    "searched list": (
        lambda _: "/api/experiments?q=counted+bp&state=active&sort=progress&tag=x&limit=200",
        4,
    ),
    "experiment": (lambda experiment: f"/api/experiments/{experiment}", 5),
    "series": (lambda experiment: f"/api/experiments/{experiment}/figures/loss", 3),
    "system": (lambda _: "/api/system", 6),
}


@pytest.mark.parametrize("page", PAGES)
def test_statements_do_not_grow_with_experiments_and_runs(quiet: TestClient, page: str) -> None:
    database = part_of(quiet.app, Database)  # type: ignore[arg-type]
    described = Described("train", "CPU", 0, 1, "3", "2")
    with database.write() as session:
        workers.beat(session, "w", described)
    path, most = PAGES[page]
    seen = []
    for experiments_more, seeds in ((1, 1), (3, 8)):
        newest = [launch(database, seeds, "running") for _ in range(experiments_more)][-1]
        # What is found once in the life of a process is not part of a page.
        assert quiet.get("/api/system").status_code == 200
        with counted(database) as statements:
            answer = quiet.get(path(newest))
        assert answer.status_code == 200
        seen.append(len(statements))
    assert len(set(seen)) == 1, seen
    assert seen[0] <= most


def test_an_estimate_costs_the_same_however_many_runs_it_rests_on(quiet: TestClient) -> None:
    database = part_of(quiet.app, Database)  # type: ignore[arg-type]
    with database.write() as session:
        workers.beat(session, "w", Described("train", "CPU", 0, 1, "3", "2"))
    spec = {"name": "Counted", "rules": [{"rule": "bp"}]}
    seen = []
    for seeds in (1, 8):
        launch(database, seeds, "completed")
        with counted(database) as statements:
            assert quiet.post("/api/experiments/estimate", json=spec).status_code == 200
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 3


def test_a_series_of_ended_runs_is_one_statement(quiet: TestClient) -> None:
    database = part_of(quiet.app, Database)  # type: ignore[arg-type]
    ended = launch(database, 10, "completed")
    path = f"/api/experiments/{ended}/figures/loss"
    first = quiet.get(path)
    with counted(database) as statements:
        again = quiet.get(path)
    assert again.content == first.content
    assert len(statements) == 1
