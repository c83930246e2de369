"""Runs that a test disturbs: their settings, the processes that train them, what they leave."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from safetensors.torch import load
from sqlalchemy import select

from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.db.models import Artifact, Measurement, Run
from feedback_atlas.server.db.session import Database
from tests.conftest import wait_until
from tests.e2e.conftest import RunningAtlas

Start = Callable[..., RunningAtlas]
# Epochs of 23 steps, each with measures and a checkpoint.
SPEC = {
    "name": "Chaos",
    "rules": [{"rule": "usf_init"}],
    "epochs": 6,
    "batch_size": 56,
    "probe_size": 20,
    "track_every": 3,
    "track_global_every": 9,
}
ONE_AT_A_TIME = {"ATLAS_TRAIN_CONCURRENCY": "1", "ATLAS_THREADS_PER_RUN": "1"}


def database_of(atlas: RunningAtlas, url: str | None = None) -> Database:
    return Database(url or f"sqlite:///{atlas.data / 'atlas.db'}")


def trainer(atlas: RunningAtlas) -> psutil.Process:
    """Return the parent process of the worker that trains."""
    for process in atlas.family():
        try:
            line = process.cmdline()
            if "feedback_atlas.jobs" in line and line[line.index("-Q") + 1] == "train":
                return process
        except (psutil.NoSuchProcess, ValueError):
            continue
    pytest.fail(f"no worker trains\n{atlas.logs()}")


def training(atlas: RunningAtlas) -> list[psutil.Process]:
    """Return the processes that train now: they have loaded torch, idle ones have not.

    The system kills processes that take memory. One that is killed while it takes a message from
    its parent leaves the lock of the others' pipe locked, which is not what is tested here.
    """
    found = []
    for child in trainer(atlas).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.memory_info().rss > 250_000_000:
                found.append(child)
    return found


def run_of(atlas: RunningAtlas, experiment_id: str, index: int = 0) -> dict[str, Any]:
    run: dict[str, Any] = atlas.get(f"/experiments/{experiment_id}")["runs"][index]
    return run


def wait_for(
    atlas: RunningAtlas, experiment_id: str, seconds: float, **wanted: Callable[[Any], bool]
) -> dict[str, Any]:
    """Wait until the first run's columns satisfy what is wanted; the run then."""
    run: dict[str, Any] = {}

    def so() -> bool:
        run.update(run_of(atlas, experiment_id))
        return all(test(run[name]) for name, test in wanted.items())

    wait_until(so, seconds, f"{list(wanted)} of {run}\n{atlas.logs()}")
    return run


def outcome(atlas: RunningAtlas, run_id: str, url: str | None = None) -> dict[str, Any]:
    """Return all that a run left: measurements, the last weights and state, and its files."""
    database = database_of(atlas, url)
    store = LocalStore(atlas.data / "artifacts")
    with database.read() as session:
        rows = session.scalars(
            select(Measurement)
            .where(Measurement.run_id == run_id)
            .order_by(Measurement.kind, Measurement.step)
        ).all()
        files = session.scalars(select(Artifact).where(Artifact.run_id == run_id)).all()
        run = session.get_one(Run, run_id)
        epochs, accuracy = run.epochs, (run.best_epoch, run.best_val_accuracy, run.test_accuracy)
    database.close()
    by_name = {(row.kind, row.epoch): row for row in files}
    last = {kind: by_name[kind, epochs].sha256 for kind in ("weights", "state", "activations")}
    load(store.get(by_name["state", epochs].key, by_name["state", epochs].sha256))
    assert sorted(store.keys(f"runs/{run_id}")) == sorted(row.key for row in files)
    return {
        "accuracy": accuracy,
        "last": last,
        "measurements": [
            (row.kind, row.step, {k: v for k, v in row.data.items() if k != "seconds"})
            for row in rows
        ],
        "names": sorted(by_name),
    }
