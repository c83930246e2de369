"""Runs that 0.1.0 left waiting or training resume."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_atlas.jobs.training import run_training
from feedback_atlas.server.db.models import Measurement, Run
from tests.conftest import wait_until
from tests.integration.conftest import Atlas
from tests.integration.release_0_1_0.conftest import PLACES, Old


def measured(session: Session, run_id: str) -> dict[tuple[str, int], dict[str, Any]]:
    rows = session.scalars(select(Measurement).where(Measurement.run_id == run_id))
    return {(row.kind, row.step): row.data for row in rows}


@pytest.mark.parametrize("old", PLACES[:2], indirect=True)
def test_runs_of_0_1_0_resume_and_end_as_they_would_have(old: Old, product: Atlas) -> None:
    halted = old.shown["halted"]
    killed, waiting = halted["runs"]
    database = product.worker.database
    with database.read() as session:
        before = measured(session, killed)
    # The service takes it back from its worker, which fell silent long ago.
    wait_until(
        lambda: product.get(f"/runs/{killed}")["state"] == "queued", 60, "the run is not taken back"
    )
    for run_id in (killed, waiting):
        run_training(product.worker, run_id, "test")
    with database.read() as session:
        rows = [session.get_one(Run, run_id) for run_id in (killed, waiting)]
        kept = measured(session, killed)
    assert [(row.state, row.attempt) for row in rows] == [("completed", 2), ("completed", 1)]
    # What was measured up to the checkpoint is not measured again.
    assert before.items() <= kept.items()
    assert {step for _, step in before} <= set(range(halted["killed_at"] + 1))
    for row, end in zip(rows, halted["ends"], strict=True):
        assert row.train_loss == pytest.approx(end["train_loss"], abs=1e-3)
        assert row.test_accuracy == pytest.approx(end["test_accuracy"], abs=0.01)
        assert row.best_epoch == end["best_epoch"]
