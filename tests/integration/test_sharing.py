"""Links to a comparison: frozen, independent of its runs, read-only, and revoked."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import delete, select

from feedback_atlas.server.db.models import Analysis, Artifact
from feedback_atlas.server.main import create_app
from feedback_atlas.server.runs import service as runs
from tests.integration.conftest import FIGURES, Atlas


def test_a_share_is_frozen_read_only_and_can_be_revoked(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained)
    made = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {"label": "For Ada"}, 201)
    token = made["token"]
    assert len(token) >= 43
    assert made["path"] == f"/s/{token}"
    before = {
        name: trained_atlas.get(f"/comparisons/{comparison['id']}/figures/{name}")
        for name in FIGURES
    }
    listed = trained_atlas.get(f"/experiments/{trained['id']}/shares")
    assert [share["label"] for share in listed] == ["For Ada"]
    assert token not in str(listed)
    # The experiment is deleted with all its files; the link shows the same numbers.
    path = f"/api/experiments/{trained['id']}"
    refused = trained_atlas.client.delete(path)
    assert refused.status_code == 409
    assert "“For Ada”, made on" in refused.json()["detail"]
    assert [entry["field"] for entry in refused.json()["errors"]] == ["force"]
    assert trained_atlas.get(f"/comparisons/{comparison['id']}") == comparison
    assert trained_atlas.client.delete(f"{path}?force=true").status_code == 204
    assert trained_atlas.worker.store.keys("runs") == []
    assert trained_atlas.worker.store.keys("analyses") == []
    assert trained_atlas.worker.store.keys("links") == [f"links/{made['id']}.safetensors"]
    trained_atlas.get(f"/comparisons/{comparison['id']}", 404)
    shared = trained_atlas.get(f"/shared/{token}")
    assert "For Ada" not in str(shared)
    late = dict.fromkeys(
        ("geometry-map", "exemplars", "image-space"),
        "Not yet computed when this copy was made.",
    )
    assert shared["comparison"] == comparison | {
        "pending": [],
        "analyses": [],
        "work": [],
        "figures": [name for name in comparison["figures"] if name not in late],
        "unavailable": late,
    }
    result = trained_atlas.get(f"/shared/{token}/result")
    costs = [cell["note"] for cell in result["rows"][0]["cells"]]
    assert "not computed yet when this link was made" in costs
    assert shared["spec"]["rules"][0]["rule"] == "bp"
    for name in FIGURES:
        assert trained_atlas.get(f"/shared/{token}/figures/{name}") == before[name]
        assert trained_atlas.rows(f"/shared/{token}/figures/{name}.csv", "a-test-")
    assert trained_atlas.client.delete(f"/api/shares/{made['id']}").status_code == 204
    revoked = trained_atlas.get(f"/shared/{token}", 404)
    assert revoked == trained_atlas.get("/shared/never-was", 404)


def test_a_share_is_drawn_otherwise_as_the_comparison_would_be(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained, panels=("geometry",))
    token = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)["token"]
    matrices = [one["id"] for one in trained_atlas.get(f"/shared/{token}")["matrices"]]
    assert matrices == ["ours", "paper", "beside", "difference"]
    for name in matrices:
        other = trained_atlas.compare(trained, matrices=name, map_dimensions=3)
        for path in ("figures/layer-similarity", "figures/geometry-map"):
            drawn = trained_atlas.get(f"/shared/{token}/{path}?matrices={name}&map_dimensions=3")
            assert drawn == trained_atlas.get(f"/comparisons/{other['id']}/{path}")
        rows = trained_atlas.rows(
            f"/shared/{token}/figures/layer-similarity.csv?matrices={name}", "a-test-"
        )
        assert rows == trained_atlas.rows(
            f"/comparisons/{other['id']}/figures/layer-similarity.csv", "a-test-"
        )


def test_a_share_stays_as_it_is_when_its_runs_are_trained_again(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained, panels=("geometry", "exemplars", "image_space"))
    token = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)["token"]
    names = [name for name in comparison["figures"] if name != "result"]
    paths = [f"/shared/{token}", f"/shared/{token}/result", f"/shared/{token}/probe"]
    paths += [f"/shared/{token}/figures/{name}?theme=dark" for name in names]
    before = {path: trained_atlas.get(path) for path in paths}
    zipped = trained_atlas.client.get(f"/api/shared/{token}/numbers.zip").content
    # Every run is trained anew with another rate, over its own files; results are computed anew.
    with trained_atlas.worker.database.write() as session:
        for run in trained["runs"]:
            row = runs.get(session, run["id"])
            row.state, row.epoch, row.step = "queued", 0, 0
            row.parameters = {**row.parameters, "lr": 0.05}
        session.execute(delete(Artifact))
        for analysis in session.scalars(select(Analysis)):
            trained_atlas.worker.store.put(analysis.result_key or "none", b"damaged")
    again = trained_atlas.train(trained)
    assert {run["state"] for run in again["runs"]} == {"completed"}
    assert [run["val_accuracy"] for run in again["runs"]] != [
        run["val_accuracy"] for run in trained["runs"]
    ]
    # Nor does what the service remembers help: another one shows the same.
    with TestClient(create_app(trained_atlas.worker.settings)) as other:
        for path, was in before.items():
            assert trained_atlas.get(path) == was
            assert other.get(f"/api{path}").json() == was
        assert other.get(f"/api/shared/{token}/numbers.zip").content == zipped


def test_revoked_links_go_with_the_experiment_and_keep_nobody_from_deleting_it(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained)
    made = [
        trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {"label": label}, 201)
        for label in ("For Ada", "")
    ]
    path = f"/api/experiments/{trained['id']}"
    refused = trained_atlas.client.delete(path).json()
    assert refused["detail"].startswith("2 links show")
    assert len(refused["errors"]) == 2
    assert any("without a label" in entry["message"] for entry in refused["errors"])
    for share in made:
        assert trained_atlas.client.delete(f"/api/shares/{share['id']}").status_code == 204
    assert trained_atlas.client.delete(path).status_code == 204
    for folder in ("runs", "analyses", "links"):
        assert trained_atlas.worker.store.keys(folder) == []
    for share in made:
        assert trained_atlas.client.delete(f"/api/shares/{share['id']}").status_code == 404


def test_only_the_hash_of_a_token_is_stored(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    comparison = trained_atlas.compare(trained)
    token = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)["token"]
    folder = trained_atlas.worker.settings.data_path
    for path in folder.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path


def test_where_a_folder_lies_is_not_shared(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    with trained_atlas.worker.database.write() as session:
        experiment = runs.get(session, trained["runs"][0]["id"]).experiment
        experiment.spec = {**experiment.spec, "folder": "/secret/place"}
    comparison = trained_atlas.compare(trained)
    token = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)["token"]
    assert "/secret/place" not in str(trained_atlas.get(f"/shared/{token}"))


def test_a_shared_link_can_do_nothing_but_read(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained)
    token = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)["token"]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert trained_atlas.client.request(method, f"/api/shared/{token}").status_code == 405
