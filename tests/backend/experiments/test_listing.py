"""The list of experiments: search, filters, order and pages, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import update

from feedback_atlas.server.db.models import Experiment, Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import labels, listing
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.experiments.cursor import Cursor, Sort, decode
from feedback_atlas.server.experiments.filters import OUTCOMES, Wanted
from feedback_atlas.server.experiments.schemas import ExperimentChanges
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
# By name: data set, rules, tags, notes, states of the runs, epochs done of ten, test accuracies.
MADE: dict[str, tuple[str, tuple[str, ...], list[str], str, list[str], int, list[float | None]]] = {
    "Alpha on digits": ("digits", ("bp",), ["paper"], "", ["completed"], 10, [0.9]),
    "beta": ("cifar10", ("usf_sn", "bp"), [], "", ["failed", "completed"], 5, [None, 0.7]),
    "Gamma 100%": ("digits", ("dfa",), ["paper", "Äpfel"], "", ["running"], 2, [None]),
    "delta_1": ("mnist", ("bp",), [], "Größer\nthan alpha", ["cancelled"], 0, [None]),
    "Epsilon": ("digits", ("bp", "dfa"), [], "", ["completed", "cancelled"], 10, [0.9, None]),
    "zeta": ("digits", ("readout_only",), [], "", ["queued"], 0, [None]),
}


@pytest.fixture
def made(database: Database) -> Database:
    for place, (name, row) in enumerate(MADE.items()):
        dataset, rules, tags, notes, states, done, accuracies = row
        spec = ExperimentSpec(name=name, dataset=dataset, rules=[RuleSpec(rule=r) for r in rules])
        with database.write() as session:
            created = experiments.create(session, spec)
            labels.edit(session, created.id, ExperimentChanges(tags=tags, notes=notes))
            for run, state, accuracy in zip(created.runs, states, accuracies, strict=True):
                session.execute(
                    update(Run)
                    .where(Run.id == run.id)
                    .values(state=state, epoch=done, test_accuracy=accuracy)
                )
            session.execute(
                update(Experiment)
                .where(Experiment.id == created.id)
                .values(created_at=BEGAN + timedelta(days=place))
            )
    return database


def names(database: Database, limit: int = 50, **wanted: Any) -> list[str]:
    """Return names on every page, forwards; each page must say where it lies, and lead back."""
    seen: list[str] = []
    cursor = None
    before: list[str] = []
    with database.read() as session:
        while True:
            page = listing.page(session, Wanted(**wanted), cursor=cursor, limit=limit)
            assert page.offset == len(seen)
            here = [one.name for one in page.items]
            if page.previous_cursor is None:
                assert not before
            else:
                back = listing.page(
                    session, Wanted(**wanted), cursor=page.previous_cursor, limit=limit
                )
                assert [one.name for one in back.items] == before
            seen += here
            before = here
            if page.next_cursor is None:
                assert page.total == len(seen)
                return seen
            cursor = page.next_cursor


SEARCHES = {
    "alpha": ["delta_1", "Alpha on digits"],
    "ALPHA digits": ["Alpha on digits"],
    "digits": ["zeta", "Epsilon", "Gamma 100%", "Alpha on digits"],
    "CIFAR-10": ["beta"],
    "usf sn": ["beta"],
    "DFA": ["Epsilon", "Gamma 100%"],
    # Folding the case of ß makes ss of it on both sides.
    "grösser": ["delta_1"],
    "GRÖßER": ["delta_1"],
    "äPFEL": ["Gamma 100%"],
    "%": ["Gamma 100%"],
    "_1": ["delta_1"],
    "nothing of the kind": [],
}


def test_every_word_is_searched_for(made: Database) -> None:
    assert {query: names(made, query=query) for query in SEARCHES} == SEARCHES


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"state": "active"}, ["zeta", "Gamma 100%"]),
        ({"state": "failed"}, ["beta"]),
        ({"state": "completed"}, ["Epsilon", "Alpha on digits"]),
        ({"state": "cancelled"}, ["delta_1"]),
        ({"dataset": "mnist"}, ["delta_1"]),
        ({"tag": "paper"}, ["Gamma 100%", "Alpha on digits"]),
        ({"tag": "pape"}, []),
        ({"tag": "paper", "state": "active", "dataset": "digits", "query": "dfa"}, ["Gamma 100%"]),
    ],
)
def test_filters_narrow_the_list(made: Database, wanted: Any, found: list[str]) -> None:
    assert names(made, **wanted) == found


ORDERS: dict[Sort, list[str]] = {
    "newest": list(MADE)[::-1],
    "name": sorted(MADE, key=str.lower),
    "progress": ["delta_1", "zeta", "Gamma 100%", "beta", "Alpha on digits", "Epsilon"],
    "accuracy": ["Alpha on digits", "Epsilon", "beta", "Gamma 100%", "delta_1", "zeta"],
}


def test_pages_in_every_order_hold_each_experiment_once(made: Database) -> None:
    # Where several are equal, their ids decide, which are random.
    worth = {
        name: {
            "newest": place,
            "name": name.lower(),
            "progress": row[5],
            "accuracy": max((one for one in row[6] if one is not None), default=-1.0),
        }
        for place, (name, row) in enumerate(MADE.items())
    }
    for sort, order in ORDERS.items():
        for reverse in (False, True):
            expected = order[::-1] if reverse else order
            for limit in (1, 2, 4, 50):
                seen = names(made, limit, sort=sort, reverse=reverse)
                assert sorted(seen) == sorted(MADE)
                assert [worth[name][sort] for name in seen] == [
                    worth[name][sort] for name in expected
                ]


def test_states_are_counted_whichever_is_asked_for(made: Database) -> None:
    with made.read() as session:
        page = listing.page(session, Wanted(state="failed"), cursor=None, limit=50)
        assert page.states == {"active": 2, "failed": 1, "completed": 2, "cancelled": 1}
        assert (page.total, page.offset) == (1, 0)
        page = listing.page(session, Wanted(query="dfa"), cursor=None, limit=50)
        assert page.states == {"active": 1, "failed": 0, "completed": 1, "cancelled": 0}


def test_archived_experiments_are_left_out_until_asked_for(made: Database) -> None:
    with made.write() as session:
        (found,) = listing.page(session, Wanted(query="beta"), cursor=None, limit=5).items
        labels.edit(session, found.id, ExperimentChanges(archived=True))
    assert "beta" not in names(made)
    assert names(made, archived="only") == ["beta"]
    assert names(made, archived="include") == list(MADE)[::-1]
    with made.write() as session:
        labels.edit(session, found.id, ExperimentChanges(archived=False))
    assert names(made) == list(MADE)[::-1]


def test_tags_in_use_are_counted(made: Database) -> None:
    with made.read() as session:
        assert labels.tags_in_use(session) == [("paper", 2), ("Äpfel", 1)]


@given(
    key=st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    number=st.floats(allow_nan=False, allow_infinity=False),
    moment=st.datetimes(timezones=st.just(UTC)),
    backwards=st.booleans(),
)
def test_a_cursor_comes_back_as_it_was_given(
    key: str, number: float, moment: datetime, backwards: bool
) -> None:
    keys: dict[Sort, Any] = {
        "newest": moment, "name": key, "progress": number, "accuracy": number,
    }  # fmt: skip
    assert set(keys) == set(get_args(Sort))
    for sort, value in keys.items():
        cursor = Cursor(sort, value, "0123456789abcdef", backwards)
        assert decode(cursor.encode(), sort) == cursor


_PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "q": st.text(max_size=30),
        "tag": st.text(max_size=20),
        "dataset": st.text(max_size=20),
        "state": st.sampled_from([*OUTCOMES, "x"]),
        "sort": st.sampled_from([*ORDERS, "x"]),
        "archived": st.sampled_from(["hide", "only", "include", "x"]),
        "reverse": st.sampled_from(["true", "0", "x"]),
        "limit": st.sampled_from(["1", "200", "201", "x"]),
        "cursor": st.text(max_size=30)
        | st.builds(
            lambda *parts: Cursor(*parts).encode(),
            st.sampled_from(list(ORDERS)),
            st.text(max_size=5) | st.floats(),
            st.text("0a", max_size=16),
            st.booleans(),
        ),
    },
)


@hypothesis_settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(params=_PARAMS)
def test_nothing_in_the_address_breaks_the_list(client: TestClient, params: dict[str, str]) -> None:
    params = {name: value.encode("utf-8", "replace").decode() for name, value in params.items()}
    answer = client.get("/api/experiments", params=params)
    assert answer.status_code in (200, 422), answer.text
    assert answer.json().get("items") == [] or answer.json()["errors"]


@pytest.mark.postgres
def test_postgresql_takes_whatever_the_address_holds(postgres_url: Any, settings: Any) -> None:
    from feedback_atlas.server.main import create_app

    url = postgres_url("searched")
    app = create_app(settings.model_copy(update={"database_url": url}))
    with TestClient(app, raise_server_exceptions=False) as client:
        for params in (
            {"q": "\0 a\0b", "tag": "\0", "dataset": "x\0"},
            {"sort": "name", "cursor": Cursor("name", "a\0", "a").encode()},
            {"sort": "name", "cursor": Cursor("name", "\ud800", "a").encode()},
            {"sort": "accuracy", "cursor": Cursor("accuracy", float("inf"), "a").encode()},
            {"sort": "progress", "cursor": Cursor("progress", 1e308, "a").encode()},
        ):
            answer = client.get("/api/experiments", params=params)
            assert answer.status_code in (200, 422), answer.text
