"""Comparisons and answers of 0.1.0 are computed again, with the numbers that they had."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.server.db.models import Analysis
from tests.integration.conftest import Atlas
from tests.integration.release_0_1_0.conftest import PLACES, Old
from tests.integration.release_0_1_0.link_numbers import numbers_of_table


def compute_all(product: Atlas) -> None:
    """Compute whatever waits."""
    with product.worker.database.read() as session:
        waiting = session.scalars(select(Analysis.id).where(Analysis.state == "queued")).all()
    for analysis_id in waiting:
        run_analysis(product.worker, analysis_id, "test")


def as_before(product: Atlas, comparison: str, recorded: dict[str, Any]) -> None:
    """Expect a comparison to show the numbers that a link to it showed."""
    for name, table in recorded["csv"].items():
        answer = product.client.get(f"/api/comparisons/{comparison}/figures/{name}.csv")
        assert answer.status_code == 200, (name, answer.text)
        ours, theirs = numbers_of_table(answer.text), numbers_of_table(table)
        assert [len(row) for row in ours] == [len(row) for row in theirs]
        for row, other in zip(ours, theirs, strict=True):
            assert row == pytest.approx(other, rel=1e-6, abs=1e-6, nan_ok=True), name


@pytest.mark.parametrize("old", PLACES[:2], indirect=True)
def test_comparisons_of_0_1_0_are_computed_again(old: Old, product: Atlas) -> None:
    for name, label in (("whole", "whole"), ("other", "locked")):
        path = f"/comparisons/{old.shown['comparisons'][name]}"
        refused = product.get(path, 503)
        assert "is being computed again" in refused["detail"]
        waits = product.get(path)
        assert (waits["state"], waits["error"]) == ("queued", None)
        assert all(one["state"] == "queued" for one in waits["work"])
        compute_all(product)
        opened = product.get(path)
        assert (opened["state"], opened["pending"], opened["work"]) == ("completed", [], [])
        recorded = old.shown["links"][label]["shows"]
        assert opened["findings"] == recorded["view"]["comparison"]["findings"]
        as_before(product, opened["id"], recorded)


def test_a_comparison_of_0_1_0_is_asked_for_anew(old: Old, product: Atlas) -> None:
    path = f"/experiments/{old.shown['experiment']}/comparisons"
    asked = product.post(path, {}, 200)
    assert (asked["state"], asked["id"] in old.shown["comparisons"].values()) == ("queued", False)
    compute_all(product)
    assert product.get(f"/comparisons/{asked['id']}")["state"] == "completed"
    as_before(product, asked["id"], old.shown["links"]["whole"]["shows"])


def test_all_numbers_of_a_comparison_of_0_1_0_are_downloaded(old: Old, product: Atlas) -> None:
    path = f"/api/comparisons/{old.shown['comparisons']['whole']}/numbers.zip"
    said = []
    for _ in range(3):
        answer = product.client.get(path)
        if answer.status_code == 200:
            break
        assert answer.status_code == 503
        said.append(answer.json()["detail"])
        compute_all(product)
    assert answer.status_code == 200
    assert len(said) == 2
    assert "is being computed again" in said[0]
    assert "is being created" in said[1]


def test_answers_of_0_1_0_are_computed_again(old: Old, product: Atlas) -> None:
    path = f"/answers/{old.shown['answers']}"
    assert "is being computed again" in product.get(path, 503)["detail"]
    assert product.get(path)["state"] == "queued"
    compute_all(product)
    assert product.get(path)["state"] == "completed"
    asked = product.post(f"/experiments/{old.shown['experiment']}/answers", {}, 200)
    assert (asked["state"], asked["id"] == old.shown["answers"]) == ("queued", False)
