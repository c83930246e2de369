"""From trained runs to a comparison and its figures."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import plotly.io
import pytest
from fastapi.testclient import TestClient
from rsatoolbox.data import Dataset
from rsatoolbox.rdm import calc_rdm
from safetensors.numpy import load as load_arrays
from sqlalchemy import select

from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.server.analyses.kinds import KINDS
from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.artifacts import Stored
from feedback_atlas.server.db.models import Analysis, Artifact
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app
from tests.integration.conftest import FIGURES, Atlas
from tests.statements import counted

# The experiment, its tags, runs and analyses, the runs' files at two times, the comparison.
STATEMENTS = 8
PANELS = ("geometry-map", "exemplars", "image-space", "result")


def activations(atlas: Atlas, run: dict[str, Any], epoch: int) -> dict[str, np.ndarray]:
    with atlas.worker.database.read() as session:
        row = session.get_one(Artifact, (run["id"], "activations", epoch))
    return load_arrays(atlas.worker.store.get(row.key, row.sha256))


def direct_cka(x: np.ndarray, y: np.ndarray) -> float:
    """Compute unbiased linear CKA by definition: HSIC_1 of Song et al. (2012), term by term."""

    def hsic(gram_x: np.ndarray, gram_y: np.ndarray) -> float:
        n = len(gram_x)
        k, q = gram_x.copy(), gram_y.copy()
        np.fill_diagonal(k, 0)
        np.fill_diagonal(q, 0)
        one = np.ones(n)
        total = np.trace(k @ q)
        total += (one @ k @ one) * (one @ q @ one) / ((n - 1) * (n - 2))
        total -= 2 / (n - 2) * (one @ k @ q @ one)
        return float(total) / (n * (n - 3))

    gram_x, gram_y = (a.astype(np.float64) @ a.astype(np.float64).T for a in (x, y))
    return hsic(gram_x, gram_y) / np.sqrt(hsic(gram_x, gram_x) * hsic(gram_y, gram_y))


def test_numbers_of_a_comparison_are_those_of_the_stored_activations(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained)
    assert comparison["state"] == "completed", comparison["error"]
    by_label = {(run["rule"], run["seed"]): run for run in trained["runs"]}
    path = f"/comparisons/{comparison['id']}/figures"
    cells = trained_atlas.rows(f"{path}/layer-similarity.csv", "a-test-")
    assert len(cells) == 2 * 2 * 25
    for cell in cells[::7]:
        rule, seed = cell["rule"], int(cell["seed"])
        ours = activations(trained_atlas, by_label[rule, seed], by_label[rule, seed]["best_epoch"])
        theirs = activations(
            trained_atlas, by_label["bp", seed], by_label["bp", seed]["best_epoch"]
        )
        expected = direct_cka(ours[cell["layer"]], theirs[cell["bp_layer"]])
        assert float(cell["similarity"]) == pytest.approx(expected, abs=1e-5)
    pairs = trained_atlas.rows(f"{path}/rdms.csv", "a-test-")
    assert len(pairs) == 20 * 19 // 2
    patterns = activations(
        trained_atlas, by_label["usf_sn", 0], by_label["usf_sn", 0]["best_epoch"]
    )
    rdm = calc_rdm(Dataset(patterns["conv2"].astype(np.float64)), method="correlation")
    column = "usf_sn seed 0 conv2"
    np.testing.assert_allclose(
        [float(pair[column]) for pair in pairs], rdm.dissimilarities[0], rtol=1e-6
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_every_figure_is_a_plotly_figure_with_a_table(
    trained_atlas: Atlas, trained: dict[str, Any], theme: str, width: str
) -> None:
    comparison = trained_atlas.compare(trained)
    assert sorted(comparison["figures"]) == sorted((*FIGURES, *PANELS))
    assert sorted(comparison["pending"]) == sorted(("similarity-profile", *PANELS))
    for name in FIGURES:
        path = f"/comparisons/{comparison['id']}/figures/{name}"
        figure = trained_atlas.get(f"{path}?theme={theme}&width={width}")
        assert figure["name"] == name
        assert figure["title"]
        assert figure["caption"]
        parsed = plotly.io.from_json(json.dumps(figure["plotly"]))
        assert parsed.layout.height > 100
        table = figure["table"]
        assert table["rows"]
        assert all(
            len(row) == len(table["columns"]) == len(table["formats"]) for row in table["rows"]
        )
        assert trained_atlas.rows(f"{path}.csv", "a-test-")


def test_the_same_question_is_computed_once(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    first = trained_atlas.compare(trained, epoch="last")
    with trained_atlas.worker.database.read() as session:
        attempts = session.scalars(select(Analysis.attempt)).all()
    again = trained_atlas.post(f"/experiments/{trained['id']}/comparisons", {"epoch": "last"}, 200)
    assert again == first
    with trained_atlas.worker.database.read() as session:
        assert session.scalars(select(Analysis.attempt)).all() == attempts
    other = trained_atlas.compare(trained, epoch="last", estimator="biased")
    assert other["id"] != first["id"]
    with trained_atlas.worker.database.read() as session:
        kinds = session.scalars(select(Analysis.kind)).all()
    assert Counter(kinds) == {
        "rdm": 1, "similarity": 2, "statistics": 2, "geometry": 1, "exemplars": 1, "costs": 1,
        "accuracy_tests": 1, "image_space": 1,
    }  # fmt: skip


def test_what_is_computed_is_found_with_few_statements(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    trained_atlas.compare(trained, tuple(KINDS))
    # Not started: no work of the background is counted.
    app = create_app(trained_atlas.worker.settings)
    address = f"/api/experiments/{trained['id']}/comparisons"
    client = TestClient(app)
    assert client.post(address, json={}).status_code == 200
    with counted(part_of(app, Database)) as statements:
        assert client.post(address, json={}).status_code == 200
    part_of(app, Database).close()
    assert len(statements) <= STATEMENTS, "\n".join(statements)


@pytest.mark.parametrize("epoch", ["first", "best", "last"])
@pytest.mark.parametrize("estimator", ["unbiased", "minibatch", "biased"])
def test_runs_of_one_seed_are_the_same_before_they_learn(
    trained_atlas: Atlas, trained: dict[str, Any], epoch: str, estimator: str
) -> None:
    comparison = trained_atlas.compare(trained, epoch=epoch, estimator=estimator)
    cells = trained_atlas.rows(
        f"/comparisons/{comparison['id']}/figures/similarity-profile.csv", "a-test-"
    )
    values = [float(cell["similarity"]) for cell in cells]
    if epoch == "first":
        assert values == pytest.approx([1.0] * len(values), abs=1e-9)
    else:
        assert min(values) < 0.999


def test_a_comparison_can_be_of_chosen_runs(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    chosen = [run["id"] for run in trained["runs"] if run["seed"] == 5 and run["rule"] != "bp"]
    comparison = trained_atlas.compare(trained, run_ids=chosen)
    assert {(run["rule"], run["seed"]) for run in comparison["runs"]} == {
        ("fa_toeplitz", 5), ("usf_sn", 5),
    }  # fmt: skip
    assert comparison["reference"] == "bp"
    path = f"/experiments/{trained['id']}/comparisons"
    for body, words in (
        ({"run_ids": []}, "at least one"),
        ({"run_ids": ["0" * 16]}, "may have been deleted"),
        ({"rdm_seed": 3}, "0, 5"),
    ):
        assert words in trained_atlas.post(path, body, 422)["detail"]
    trained_atlas.post(path, {"epoch": "tenth"}, 422)
    trained_atlas.post("/experiments/0123456789abcdef/comparisons", {}, 404)


def test_without_a_completed_run_there_is_nothing_to_compare(atlas: Atlas) -> None:
    launched = atlas.launch()
    path = f"/experiments/{launched['id']}/comparisons"
    assert "No run has completed" in atlas.post(path, {}, 409)["detail"]


def test_a_rule_alone_has_rdms_but_nothing_to_be_like(atlas: Atlas) -> None:
    trained = atlas.train(atlas.launch())
    comparison = atlas.compare(trained)
    assert comparison["state"] == "completed"
    assert "no other rule" in comparison["unavailable"]["layer-similarity"]
    assert atlas.get(f"/comparisons/{comparison['id']}/figures/rdms")["plotly"]["data"]
    atlas.get(f"/comparisons/{comparison['id']}/figures/layer-similarity", 404)


def test_a_damaged_result_is_computed_again(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    comparison = trained_atlas.compare(trained)
    with trained_atlas.worker.database.read() as session:
        keys = [key for key in session.scalars(select(Analysis.result_key)) if key is not None]
    assert len(keys) == 2
    for key in keys:
        assert key is not None
        trained_atlas.worker.store.put(key, b"damaged")
    assert (
        "computed again"
        in trained_atlas.get(f"/comparisons/{comparison['id']}/figures/rdms", 503)["detail"]
    )
    assert trained_atlas.compare(trained)["state"] == "completed"
    assert trained_atlas.get(f"/comparisons/{comparison['id']}/figures/rdms")["plotly"]["data"]


def test_damaged_activations_fail_the_analysis_with_a_reason(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    with trained_atlas.worker.database.read() as session:
        row = session.get_one(Artifact, (trained["runs"][0]["id"], "activations", 1))
    trained_atlas.worker.store.put(row.key, b"damaged")
    comparison = trained_atlas.compare(trained)
    assert comparison["state"] == "failed"
    assert row.key in comparison["error"]


def test_an_analysis_deleted_while_it_is_computed_leaves_no_file(
    trained_atlas: Atlas, trained: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained_atlas.post(f"/experiments/{trained['id']}/comparisons", {}, 200)
    analysis_id = trained_atlas.queued_analyses("similarity")[0]
    put = trained_atlas.worker.store.put

    def delete_then_put(key: str, data: bytes) -> Stored:
        assert trained_atlas.client.delete(f"/api/experiments/{trained['id']}").status_code == 204
        return put(key, data)

    monkeypatch.setattr(trained_atlas.worker.store, "put", delete_then_put)
    run_analysis(trained_atlas.worker, analysis_id, "test")
    assert trained_atlas.worker.store.keys("analyses") == []
