"""The Paper view from its first asking to the last panel, without a process of its own."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save
from sqlalchemy import func, select

from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.server.db.models import Analysis
from feedback_atlas.server.papers.panels import PANELS
from feedback_atlas.server.settings import Settings
from tests.integration.conftest import Atlas, running

SHOWN = ("similarity", "exemplars", "costs")
SIMILARITIES = ("figure-5", "figure-8", "figure-9")


def path_of(experiment: dict[str, Any]) -> str:
    return f"/experiments/{experiment['id']}/paper"


def only_path(atlas: Atlas) -> str:
    (experiment,) = atlas.get("/experiments")["items"]
    return path_of(experiment)


def compute(atlas: Atlas, *kinds: str) -> int:
    waiting = atlas.queued_analyses(*kinds)
    for analysis_id in waiting:
        run_analysis(atlas.worker, analysis_id, "test")
    return len(waiting)


def count(atlas: Atlas) -> int:
    with atlas.worker.database.read() as session:
        return session.scalar(select(func.count()).select_from(Analysis)) or 0


def by_name(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {panel["name"]: panel for panel in view["panels"]}


@dataclass(frozen=True)
class Asked:
    """A trained folder whose paper was asked for and computed, and what was answered meanwhile."""

    folder: Path
    before: dict[str, Any]
    view: dict[str, Any]
    figure_status: int
    analyses: int
    computed: int


@pytest.fixture(scope="module")
def asked(trained_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("asked") / "data"
    shutil.copytree(trained_folder, folder)
    with running(Settings(data_dir=folder, device="cpu")) as atlas:
        path = only_path(atlas)
        before, view = atlas.get(path), atlas.post(path, None, 200)
        status = atlas.client.get(f"/api{path}/figures/figure-5").status_code
        return Asked(folder, before, view, status, count(atlas), compute(atlas, *SHOWN))


@pytest.fixture
def asked_atlas(asked: Asked, settings: Settings) -> Iterator[Atlas]:
    """The product on a copy of that folder."""
    shutil.copytree(asked.folder, settings.data_path)
    with running(settings) as product:
        yield product


def test_every_panel_from_the_first_asking_on(asked: Asked, asked_atlas: Atlas) -> None:
    path = only_path(asked_atlas)
    assert (asked.before["state"], asked.before["panels"]) == ("unasked", [])
    view = asked.view
    assert view["state"] == "computing"
    panels = by_name(view)
    assert list(panels) == list(PANELS)
    assert panels["table-1"]["state"] == "ready"
    for name in (*SIMILARITIES, "figure-6", "costs"):
        assert (panels[name]["state"], panels[name]["verdict"]) == ("computing", None)
    assert len(view["work"]) == 5
    assert asked.figure_status == 503
    assert asked.computed == 5

    view = asked_atlas.get(path)
    assert (view["state"], view["work"]) == ("completed", [])
    assert (view["variant"], view["exemplar_class"]) == ("code", 0)
    for panel in view["panels"]:
        expected = "agrees" if panel["name"] == "figure-1" else "not_comparable"
        assert (panel["state"], panel["verdict"]) == ("ready", expected), panel
        if panel["name"] not in ("figure-1", "figure-6", "costs"):
            assert "another data set (Digits, the paper’s is CIFAR-10)" in panel["sentence"]
            assert "the largest difference is" in panel["sentence"]
        for figure in panel["figures"]:
            for width in ("wide", "narrow"):
                drawn = asked_atlas.get(f"{path}/figures/{figure}?theme=dark&width={width}")
                assert drawn["plotly"]["data"], figure
    # Each number is traced to an analysis that there is.
    ids = {one for panel in view["panels"] for one in panel["analyses"]}
    assert ids == set(view["analyses"])
    for name in SIMILARITIES:
        (comparison,) = by_name(view)[name]["comparisons"]
        shown = asked_atlas.get(f"/comparisons/{comparison}")
        assert set(by_name(view)[name]["analyses"]) < set(shown["analyses"])


def test_tables_hold_what_the_runs_have(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    path = path_of(trained)
    panels = by_name(trained_atlas.post(path, None, 200))
    table = panels["table-1"]["table"]
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    (row,) = (row for row in rows if (row["Rule"], row["Accuracy"]) == ("BP", "test"))
    own = [100 * run["test_accuracy"] for run in trained["runs"] if run["rule"] == "bp"]
    assert row["Ours, mean (%)"] == pytest.approx(sum(own) / 2)
    assert (row["Lowest seed"], row["Highest seed"]) == pytest.approx((min(own), max(own)))
    assert row["Difference"] == pytest.approx(sum(own) / 2 - 75.8)
    text = trained_atlas.client.get(f"/api{path}/tables/table-1.csv").text
    read = list(csv.DictReader(io.StringIO(text)))
    assert len(read) == len(rows) == 6
    # uSF SN's angle at PyTorch's initialisation is 30° in closed form.
    angles = panels["figure-3"]["table"]
    first = [dict(zip(angles["columns"], row, strict=True)) for row in angles["rows"]]
    for row in first:
        if (row["Rule"], row["When"]) == ("uSF SN", "step 0"):
            assert row["Ours, mean (°)"] == pytest.approx(30.0, abs=1.5)


def test_nothing_is_computed_twice(asked: Asked, asked_atlas: Atlas) -> None:
    path = only_path(asked_atlas)
    assert asked_atlas.post(path, None, 200)["state"] == "completed"
    assert count(asked_atlas) == asked.analyses
    # Another class is one more analysis, not a comparison's worth of them.
    other = asked_atlas.post(f"{path}?exemplar_class=3", None, 200)
    assert other["state"] == "computing"
    assert count(asked_atlas) == asked.analyses + 1
    assert [work["figure"] for work in other["work"]] == ["exemplars"]
    compute(asked_atlas, *SHOWN)
    title = by_name(asked_atlas.get(f"{path}?exemplar_class=3"))["figure-6"]["title"]
    assert title == "Channels that matter for “3”"
    assert by_name(asked_atlas.get(path))["figure-6"]["title"].endswith("“0”")


def test_what_was_cancelled_is_said_and_computed_when_asked_again(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    path = path_of(trained)
    view = trained_atlas.post(path, None, 200)
    for work in view["work"]:
        trained_atlas.post(f"/analyses/{work['id']}/cancel", None, 200)
    view = trained_atlas.get(path)
    assert view["state"] == "incomplete"
    panel = by_name(view)["figure-8"]
    assert (panel["state"], panel["sentence"]) == (
        "missing", "It was cancelled before it was computed.",
    )  # fmt: skip
    trained_atlas.get(f"{path}/figures/figure-8", 404)
    assert trained_atlas.post(path, None, 200)["state"] == "computing"


def test_a_damaged_result_is_computed_again(asked: Asked, asked_atlas: Atlas) -> None:
    path = only_path(asked_atlas)
    (analysis,) = (work["id"] for work in asked.view["work"] if work["figure"] == "exemplars")
    with asked_atlas.worker.database.read() as session:
        key = session.get_one(Analysis, analysis).result_key
    assert key is not None
    stored = Path(asked_atlas.worker.settings.resolved_artifacts_url) / key
    stored.write_bytes(b"nothing")
    asked_atlas.get(path, 503)
    assert asked_atlas.get(path)["state"] == "computing"
    assert compute(asked_atlas, "exemplars") == 1
    assert asked_atlas.get(path)["state"] == "completed"


def test_results_of_another_release_are_all_computed_again_at_once(
    asked: Asked, asked_atlas: Atlas
) -> None:
    path = only_path(asked_atlas)
    # Intact, but not as this release writes them.
    other = save({"values": np.zeros(3)}, metadata={"manifest": "{}"})
    with asked_atlas.worker.database.write() as session:
        for row in session.scalars(select(Analysis).where(Analysis.state == "completed")):
            stored = asked_atlas.worker.store.put(row.result_key or "", other)
            row.result_sha256 = stored.sha256
    assert "being computed again" in asked_atlas.get(path, 503)["detail"]
    assert asked_atlas.get(path)["state"] == "computing"
    assert 0 < compute(asked_atlas, *SHOWN) <= asked.computed
    assert asked_atlas.get(path)["state"] == "completed"


def test_it_waits_for_runs_and_says_when_there_are_none(atlas: Atlas) -> None:
    experiment = atlas.launch(rules=[{"rule": "bp"}, {"rule": "usf_sn"}])
    path = path_of(experiment)
    view = atlas.post(path, None, 200)
    assert (view["state"], view["completed"], view["runs"]) == ("training", 0, 2)
    assert count(atlas) == 0
    atlas.get(f"{path}/figures/figure-2", 404)
    atlas.post(f"/experiments/{experiment['id']}/cancel", None, 200)
    assert atlas.post(path, None, 200)["state"] == "empty"
    atlas.get(f"{path}/figures/figure-2", 404)


def test_without_bp_the_similarities_are_missing_with_the_reason(atlas: Atlas) -> None:
    experiment = atlas.train(atlas.launch(rules=[{"rule": "usf_sn"}]))
    atlas.post(path_of(experiment), None, 200)
    compute(atlas, *SHOWN)
    view = atlas.get(path_of(experiment))
    assert view["state"] == "incomplete"
    panels = by_name(view)
    assert "Nothing to compare with uSF SN" in panels["figure-5"]["sentence"]
    assert "no run of BP" in panels["table-1"]["sentence"]
    assert panels["costs"]["state"] == "ready"


@pytest.mark.parametrize("query", ["?exemplar_class=10", "?exemplar_class=-1"])
def test_a_class_that_there_is_not_is_refused(
    trained_atlas: Atlas, trained: dict[str, Any], query: str
) -> None:
    trained_atlas.post(f"{path_of(trained)}{query}", None, 422)
    trained_atlas.get(f"{path_of(trained)}{query}", 422)


def test_an_experiment_that_there_is_not_is_not_found(atlas: Atlas) -> None:
    atlas.get("/experiments/0123456789abcdef/paper", 404)
    atlas.post("/experiments/0123456789abcdef/paper", None, 404)
