"""Labels of experiments: names, tags, notes, the archive."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st


@pytest.fixture
def made(client: TestClient) -> str:
    spec = {"name": "A test", "rules": [{"rule": "bp"}], "epochs": 1}
    created: str = client.post("/api/experiments", json=spec).json()["id"]
    return created


def edit(client: TestClient, experiment: str, **changes: Any) -> Any:
    return client.patch(f"/api/experiments/{experiment}", json=changes)


def listed(client: TestClient, **params: Any) -> list[Any]:
    items: list[Any] = client.get("/api/experiments", params=params).json()["items"]
    return items


def test_what_is_written_is_read_and_found_and_the_rest_stays(
    client: TestClient, made: str
) -> None:
    answer = edit(client, made, tags=["b", " a ", "b"], notes=" First\r\nsecond ")
    assert answer.status_code == 200
    read = client.get(f"/api/experiments/{made}").json()
    assert (read["name"], read["tags"], read["notes"]) == ("A test", ["a", "b"], "First\nsecond")
    (row,) = listed(client, q="SECOND", tag="b")
    assert (row["tags"], row["notes"]) == (["a", "b"], "First\nsecond")
    renamed = edit(client, made, name=" Renamed ").json()
    assert (renamed["name"], renamed["spec"]["name"]) == ("Renamed", "Renamed")
    assert (renamed["tags"], renamed["notes"]) == (["a", "b"], "First\nsecond")
    assert listed(client, q="test") == []
    assert len(listed(client, q="renamed second a")) == 1
    assert edit(client, made, tags=["b"]).json()["tags"] == ["b"]
    assert client.get("/api/tags").json() == [{"tag": "b", "experiments": 1}]
    events = client.get("/api/events/list").json()["items"]
    assert [event["data"]["id"] for event in events if event["type"] == "experiment"] == [made] * 4


def test_an_archived_experiment_keeps_the_day_and_comes_back(client: TestClient, made: str) -> None:
    first = edit(client, made, archived=True).json()["archived_at"]
    assert first is not None
    assert edit(client, made, archived=True).json()["archived_at"] == first
    assert listed(client) == []
    assert [one["id"] for one in listed(client, archived="only")] == [made]
    assert edit(client, made, archived=False).json()["archived_at"] is None
    assert [one["id"] for one in listed(client)] == [made]


def test_tags_go_with_their_experiment(client: TestClient, made: str) -> None:
    edit(client, made, tags=["a"])
    client.post(f"/api/experiments/{made}/cancel")
    assert client.delete(f"/api/experiments/{made}").status_code == 204
    assert client.get("/api/tags").json() == []


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"name": " "}, "name", "empty"),
        ({"name": "x" * 121}, "name", "120"),
        ({"tags": ["a,b"]}, "tags", "comma"),
        ({"tags": [""]}, "tags", "empty"),
        ({"tags": ["x" * 41]}, "tags", "40"),
        ({"tags": [str(tag) for tag in range(21)]}, "tags", "20"),
        ({"tags": "a"}, "tags", "list"),
        ({"notes": "x" * 10_001}, "notes", "10,000"),
        ({"notes": "a\0b"}, "notes", "control"),
        ({"archived": "perhaps"}, "archived", "boolean"),
        ({"colour": "red"}, "colour", "not permitted"),
    ],
)
def test_what_cannot_be_written_changes_nothing(
    client: TestClient, made: str, changes: Any, field: str, word: str
) -> None:
    before = client.get(f"/api/experiments/{made}").json()
    answer = edit(client, made, **({"notes": "Also this"} | changes))
    assert answer.status_code == 422
    said = {entry["field"]: entry["message"] for entry in answer.json()["errors"]}
    assert word in said[field], said
    assert client.get(f"/api/experiments/{made}").json() == before


def test_no_such_experiment(client: TestClient) -> None:
    assert edit(client, "0" * 16, notes="x").status_code == 404


@hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.fixed_dictionaries(
        {}, optional={"name": st.text(), "tags": st.lists(st.text()), "notes": st.text()}
    )
)
def test_any_text_is_kept_as_it_is_or_refused(
    client: TestClient, made: str, changes: dict[str, Any]
) -> None:
    answer = edit(client, made, **changes)
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        kept = answer.json()
        for name in ("name", "notes"):
            if name in changes:
                assert kept[name] == changes[name].replace("\r\n", "\n").strip()
        if "tags" in changes:
            assert set(kept["tags"]) == {tag.strip() for tag in changes["tags"]}
