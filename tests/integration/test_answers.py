"""Answers over seeds, from launch to report: both arms, against the science by hand."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest

from feedback_atlas.analysis import cka, gram, measure
from feedback_atlas.analysis.statistics import arms_effect, spearman
from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.server.db.models import Analysis
from feedback_atlas.server.results.answers import MEASURES, Answers
from feedback_atlas.server.results.codec import restore
from tests.integration.conftest import Atlas
from tests.integration.test_arms import arrays_of

RULES = ("bp", "usf_sn", "fa_toeplitz")
SMALL: dict[str, Any] = {
    "name": "Shared",
    "architecture": "lenet5",
    "rules": [{"rule": rule} for rule in RULES],
    "seeds": [0, 1, 2],
    "epochs": 5,
    "batch_size": 512,
    "track_global_every": 1,
}


def answered(atlas: Atlas, experiment: dict[str, Any], other: str | None = None) -> dict[str, Any]:
    asked = atlas.post(f"/experiments/{experiment['id']}/answers", {"other": other}, 200)
    for analysis_id in atlas.queued_analyses("answers"):
        run_analysis(atlas.worker, analysis_id, "test")
    found: dict[str, Any] = atlas.get(f"/answers/{asked['id']}")
    return found


def numbers(atlas: Atlas, analysis_id: str) -> Any:
    with atlas.worker.database.read() as session:
        row = session.get_one(Analysis, analysis_id)
    assert row.result_key is not None
    return restore(Answers, atlas.worker.store.get(row.result_key, row.result_sha256 or ""))


def similarity(
    atlas: Atlas, experiment: dict[str, Any], name: str, rule: str, seeds: tuple[int, int]
) -> float:
    """Return the similarity of fc1 of a rule's run and BP's, at each one's best epoch."""
    runs = {(run["rule"], run["seed"]): run for run in experiment["runs"]}
    sides = [
        arrays_of(atlas, run["id"], "activations", run["best_epoch"])["fc1"]
        for run in (runs[rule, seeds[0]], runs["bp", seeds[1]])
    ]
    if name == "unbiased":
        value = cka(*map(gram, sides)).value
        assert value is not None
        return value
    chosen = measure(name)
    found = chosen.compare([chosen.prepare(sides[0])], [chosen.prepare(sides[1])]).values[0, 0]
    return float(found)


def test_both_arms_are_answered_and_reported(atlas: Atlas) -> None:
    shared = atlas.train(atlas.launch(**SMALL))
    alone = answered(atlas, shared)
    assert [arm["initialisation"] for arm in alone["arms"]] == ["shared"]
    limits = {one["name"]: " ".join(one["limits"]) for one in alone["answers"]}
    assert "no arm of independent initialisation" in limits["initialisation"]
    # Three seeds have 8 assignments of labels: no layer of ten tests can be significant.
    assert "With 3 seeds nothing can reach significance" in limits["closeness"]

    own = atlas.train(atlas.launch(**{**SMALL, "name": "Own"}, initialisation="independent"))
    both = answered(atlas, shared)
    assert both["id"] == answered(atlas, own, shared["id"])["id"] != alone["id"]
    assert [(arm["initialisation"], arm["name"]) for arm in both["arms"]] == [
        ("shared", "Shared"), ("independent", "Own"),
    ]  # fmt: skip
    found = numbers(atlas, both["id"])
    assert found.seeds == {"shared": (0, 1, 2), "independent": (0, 1, 2)}

    by_arm = [
        {seed: similarity(atlas, arm, "unbiased", "usf_sn", (seed, seed)) for seed in range(3)}
        for arm in (shared, own)
    ]
    expected = arms_effect(*by_arm)
    (effect,) = (row for row in found.arms_effects if (row.rule, row.layer) == ("usf_sn", "fc1"))
    assert effect.shared == pytest.approx(np.mean(list(by_arm[0].values())), abs=1e-9)
    assert effect.test.estimate == pytest.approx(expected.difference, abs=1e-9)
    assert effect.test.p == pytest.approx(expected.p, rel=1e-6)

    apart = [
        similarity(atlas, own, "unbiased", "fa_toeplitz", (i, j))
        for i in range(3) for j in range(3) if i != j
    ]  # fmt: skip
    (close,) = (
        row
        for row in found.closeness
        if (row.arm, row.rule, row.layer) == ("independent", "fa_toeplitz", "fc1")
    )
    assert close.across == pytest.approx(np.mean(apart), abs=1e-9)

    means = {
        (name, rule): np.mean(
            [similarity(atlas, shared, name, rule, (seed, seed)) for seed in range(3)]
        )
        for name in MEASURES
        for rule in RULES[1:]
    }
    (order,) = (row for row in found.orders if (row.arm, row.layer) == ("shared", "fc1"))
    for name in MEASURES:
        assert order.orders[name] == tuple(
            sorted(RULES[1:], key=lambda rule, name=name: -means[name, rule])
        )
    _tracking_is_of_its_series(atlas, shared, found)
    _report_is_whole(atlas, both)


def _tracking_is_of_its_series(atlas: Atlas, shared: dict[str, Any], found: Any) -> None:
    """Correlate the angles of the experiment's own figure with similarities of comparisons."""
    assert found.epochs == (1, 2, 3, 4, 5)
    text = atlas.client.get(f"/api/experiments/{shared['id']}/figures/global-angle.csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    value = next(name for name in rows[0] if name not in ("rule", "seed", "layer", "step", "epoch"))
    steps = shared["runs"][0]["total_steps"] // 5
    # By the comparisons of every epoch.
    alike: dict[int, list[float]] = {0: [], 1: [], 2: []}
    for epoch in range(1, 6):
        comparison = atlas.compare(shared, epoch=epoch)
        path = f"/api/comparisons/{comparison['id']}/figures/layer-similarity.csv"
        for row in csv.DictReader(io.StringIO(atlas.client.get(path).text)):
            if row["rule"] == "usf_sn" and row["layer"] == row["bp_layer"] == "conv1":
                alike[int(row["seed"])].append(float(row["similarity"]))
    correlations = []
    for seed in range(3):
        angle = [
            np.mean(
                [
                    float(row[value])
                    for row in rows
                    if (row["rule"], row["seed"], row["layer"]) == ("usf_sn", str(seed), "conv1")
                    and int(float(row["step"])) // steps == epoch - 1
                ]
            )
            for epoch in range(1, 6)
        ]
        correlations.append(spearman(np.array(alike[seed]), np.array(angle)))
    (row,) = (
        row
        for row in found.tracking
        if (row.arm, row.rule, row.layer) == ("shared", "usf_sn", "conv1")
    )
    assert row.levels.estimate == pytest.approx(np.mean(correlations), abs=1e-9)


def _report_is_whole(atlas: Atlas, both: dict[str, Any]) -> None:
    path = f"/api/answers/{both['id']}/report"
    kinds = ("similarity", "rdm", "statistics", "geometry", "exemplars", "costs",
             "accuracy_tests", "image_space")  # fmt: skip
    before = atlas.queued_analyses(*kinds)
    refused = atlas.get(f"/answers/{both['id']}/report.html", 404)
    first = both["arms"][0]["experiment_id"]
    assert f"/api/experiments/{first}/paper" in refused["detail"]
    assert atlas.queued_analyses(*kinds) == before, "a reader of the report asks for nothing"
    atlas.post(f"/experiments/{first}/paper", None, 200)
    waiting = atlas.client.get(f"{path}.html")
    assert waiting.status_code == 503
    assert "being computed" in waiting.json()["detail"]
    for analysis_id in atlas.queued_analyses(*kinds):
        run_analysis(atlas.worker, analysis_id, "test")
    page = atlas.client.get(f"{path}.html")
    assert page.status_code == 200, page.text
    assert page.headers["content-disposition"] == 'attachment; filename="shared-report.html"'
    text = atlas.client.get(f"{path}.md").text
    for form in (page.text, text):
        assert both["id"] in form
        assert "Table 1" in form
        assert "Is a rule as close to BP as BP is to itself?" in form
    for name in ("closeness", "initialisation", "tracking", "order"):
        figure = atlas.get(f"/answers/{both['id']}/figures/{name}")
        assert figure["plotly"]["data"], name
        csv = atlas.client.get(f"/api/answers/{both['id']}/figures/{name}.csv")
        assert csv.text.count("\n") > 2


def test_what_cannot_be_answered_is_refused_in_words(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    atlas, path = trained_atlas, f"/experiments/{trained['id']}/answers"
    other = atlas.train(atlas.launch(name="Other", rules=[{"rule": "usf_sn"}]))
    refused = atlas.post(path, {"other": other["id"]}, 422)
    assert refused["errors"] == [
        {
            "field": "other",
            "message": "“Other” is not its other arm: both have shared initialisation.",
        }
    ]
    own = atlas.launch(name="Own", rules=[{"rule": "bp"}], initialisation="independent")
    assert "they differ in rules" in atlas.post(path, {"other": own["id"]}, 422)["detail"]
    atlas.post(path, {"other": "0" * 16}, 404)
    atlas.post(path, {"other": "../x"}, 422)
    atlas.post(path, {"another": None}, 422)
    alone = atlas.post(f"/experiments/{other['id']}/answers", {"other": None}, 409)
    assert alone["detail"].startswith("Nothing can be compared with BP yet")
    atlas.get(f"/answers/{'0' * 64}", 404)
    atlas.get("/answers/zero", 422)
    # The analysis of something else is not answers.
    comparison = atlas.compare(trained)
    atlas.get(f"/answers/{comparison['analyses'][0]}", 404)


def test_two_seeds_are_answered_as_far_as_they_go(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    found = answered(trained_atlas, trained)
    assert found["state"] == "completed"
    for one in found["answers"]:
        assert any("Two seeds" in limit for limit in one["limits"]), one
    tracking = next(one for one in found["answers"] if one["name"] == "tracking")
    assert tracking["verdicts"] == []
    assert "needs at least 5 epochs; there are 1" in tracking["limits"][0]
