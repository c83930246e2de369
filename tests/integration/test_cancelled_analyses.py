"""Analyses that are cancelled: not begun, or stopped; computed when they are asked for again."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_atlas.jobs.analyses.similarity import compute
from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.jobs.lease import Lease
from feedback_atlas.server.db.models import Analysis
from tests.integration.conftest import Atlas


def state_of(atlas: Atlas, analysis_id: str) -> str:
    with atlas.worker.database.read() as session:
        return session.get_one(Analysis, analysis_id).state


def asked(atlas: Atlas, experiment: dict[str, Any]) -> dict[str, Any]:
    comparison: dict[str, Any] = atlas.post(f"/experiments/{experiment['id']}/comparisons", {}, 200)
    return comparison


def test_what_waits_says_for_what(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    comparison = asked(trained_atlas, trained)
    work = {one["figure"]: one for one in comparison["work"]}
    assert list(work)[:2] == ["layer-similarity", "rdms"]
    assert {one["state"] for one in work.values()} == {"queued"}
    assert [name for name, one in work.items() if one["needed"]] == ["layer-similarity", "rdms"]
    assert all("No worker for analyses" in one["waits_for"] for one in work.values())


def test_a_queued_analysis_that_is_cancelled_is_not_begun(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = asked(trained_atlas, trained)
    similarity = comparison["work"][0]["id"]
    path = f"/analyses/{similarity}/cancel"
    assert trained_atlas.post(path, None, 200)["state"] == "cancelled"
    assert trained_atlas.post(path, None, 200)["state"] == "cancelled"
    run_analysis(trained_atlas.worker, similarity, "test")
    assert state_of(trained_atlas, similarity) == "cancelled"
    shown = trained_atlas.get(f"/comparisons/{comparison['id']}")
    assert shown["state"] == "cancelled"
    assert [one["state"] for one in shown["work"] if one["id"] == similarity] == ["cancelled"]
    # Asked for again, it is computed.
    again = trained_atlas.compare(trained)
    assert again["id"] == comparison["id"]
    assert again["state"] == "completed"


def test_a_running_analysis_that_is_cancelled_stops_and_stores_nothing(
    trained_atlas: Atlas, trained: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = asked(trained_atlas, trained)
    similarity = comparison["work"][0]["id"]
    steps: list[str] = []
    monkeypatch.setattr("feedback_atlas.jobs.lease._CHECK_SECONDS", 0.01)
    leases: list[Lease] = []
    monkeypatch.setattr(
        "feedback_atlas.jobs.analysis.Lease",
        lambda *args, **named: leases.append(Lease(*args, **named)) or leases[-1],
    )

    def cancelled_meanwhile(inputs: Any, representations: Any, check: Any) -> bytes:
        trained_atlas.post(f"/analyses/{similarity}/cancel", None, 200)
        assert leases[-1]._stop.wait(30), "the lease never learned of it"

        def counted() -> None:
            steps.append("check")
            check()

        return compute(inputs, representations, counted)

    with monkeypatch.context() as patched:
        patched.setattr("feedback_atlas.jobs.analyses.similarity.compute", cancelled_meanwhile)
        run_analysis(trained_atlas.worker, similarity, "test")
    assert steps == ["check"], "it went on after its first step"
    assert state_of(trained_atlas, similarity) == "cancelled"
    assert trained_atlas.worker.store.keys(f"analyses/{similarity}") == []
    assert trained_atlas.compare(trained)["state"] == "completed"


def test_a_cancelled_panel_leaves_the_others(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    comparison = trained_atlas.compare(trained)
    assert comparison["state"] == "completed"
    by_figure = {one["figure"]: one["id"] for one in comparison["work"]}
    for figure in ("geometry-map", "similarity-profile"):
        trained_atlas.post(f"/analyses/{by_figure[figure]}/cancel", None, 200)
    shown = trained_atlas.get(f"/comparisons/{comparison['id']}")
    assert shown["state"] == "completed"
    assert "was cancelled" in shown["unavailable"]["geometry-map"]
    assert set(shown["pending"]) == {"exemplars", "result", "image-space"}
    profile = trained_atlas.get(f"/comparisons/{comparison['id']}/figures/similarity-profile")
    assert "cancelled before it was computed" in profile["caption"]
    again = trained_atlas.compare(trained, ("geometry", "statistics"))
    assert "geometry-map" not in again["unavailable"]
    profile = trained_atlas.get(f"/comparisons/{comparison['id']}/figures/similarity-profile")
    assert "cancelled" not in profile["caption"]


def test_what_is_computed_cannot_be_cancelled(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    comparison = trained_atlas.compare(trained)
    done = set(comparison["analyses"]) - {one["id"] for one in comparison["work"]}
    assert len(done) == 2
    for analysis_id in done:
        answer = trained_atlas.post(f"/analyses/{analysis_id}/cancel", None, 200)
        assert answer["state"] == "completed"
    trained_atlas.post(f"/analyses/{'0' * 64}/cancel", None, 404)
