"""Series read once and kept are the same as series read anew, whatever happened in between."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from feedback_atlas.server.db.models import Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.curves import CURVE_NAMES, curves_named, curves_of
from feedback_atlas.server.runs.measurements import RunKey, SeriesCache, run_keys
from feedback_atlas.server.runs.service import Fence
from feedback_atlas.server.specs import presets


def shown(database: Database, experiment_id: str, cache: SeriesCache | None) -> list[Any]:
    """Return every point of every curve, from the cache or (None) from the database."""
    with database.read() as session:
        if cache is None:
            found = experiments.get(session, experiment_id).runs
            curves = curves_of(session, found, {run.id: run.rule for run in found})
        else:
            keys = run_keys(session, experiment_id)
            curves = {name: curves_named(name, session, keys, cache) for name in CURVE_NAMES}
    return [
        (name, one.run, one.layer, one.x.tolist(), one.y.tolist())
        for name in CURVE_NAMES
        for one in sorted(curves[name], key=lambda one: (one.run.rule, str(one.layer)))
    ]


def report(database: Database, fence: Fence, step: int, value: float) -> None:
    step_row = {"loss": value, "local_angle": {"conv1": value, "fc1": -value, "fc2": None}}
    with database.write() as session:
        runs.report(
            session,
            fence,
            {"step": step},
            [("step", step, 1, step_row), ("epoch", step, step, {"val_accuracy": value})],
        )


def start(database: Database, count: int = 1) -> tuple[str, list[Fence]]:
    with database.write() as session:
        created = experiments.create(session, presets.default_spec())
        ids = [run.id for run in created.runs[:count]]
    fences = []
    for run_id in ids:
        with database.write() as session:
            fence = runs.claim(session, run_id, "w")
        assert fence is not None
        fences.append(fence)
    return created.id, fences


@pytest.mark.parametrize("seed", range(3))
def test_kept_series_are_those_of_the_database(database: Database, seed: int) -> None:
    """Let runs report, rewind, measure again, be lost and taken up, end and be retried."""
    chance = random.Random(seed)
    experiment_id, fences = start(database, 3)
    cache = SeriesCache()
    steps = [0] * len(fences)
    for _ in range(40):
        index = chance.randrange(len(fences))
        fence = fences[index]
        what = chance.choice(("report", "report", "report", "rewind", "again", "lost", "end"))
        if what == "report":
            steps[index] += 10
            report(database, fence, steps[index], chance.random())
        elif what == "again":
            report(database, fence, steps[index], chance.random())
        elif what == "rewind":
            steps[index] = steps[index] // 20 * 10
            with database.write() as session:
                runs.rewind(session, fence, steps[index])
        else:
            with database.write() as session:
                if what == "end":
                    runs.finish(session, fence, "failed")
                    runs.retry(session, session.get_one(Run, fence.run_id))
                else:
                    runs.hand_back(session, fence)
                claimed = runs.claim(session, fence.run_id, "w")
            assert claimed is not None
            fences[index] = claimed
        if chance.random() < 0.7:
            assert shown(database, experiment_id, cache) == shown(database, experiment_id, None)
    assert shown(database, experiment_id, cache) == shown(database, experiment_id, None)


def test_what_a_run_adds_between_its_last_reading_and_its_end_is_shown(database: Database) -> None:
    experiment_id, (fence,) = start(database)
    cache = SeriesCache()
    report(database, fence, 10, 0.5)
    shown(database, experiment_id, cache)
    report(database, fence, 20, 0.7)
    with database.write() as session:
        runs.finish(session, fence, "completed")
    for _ in range(2):
        assert shown(database, experiment_id, cache) == shown(database, experiment_id, None)
    with database.read() as session:
        keys = run_keys(session, experiment_id)
        (accuracy,) = curves_named("validation-accuracy", session, keys, cache)
    np.testing.assert_array_equal(accuracy.x, [10, 20])
    np.testing.assert_array_equal(accuracy.y, [0.5, 0.7])


def test_a_run_that_has_ended_is_not_read_again(database: Database) -> None:
    """Read by a cache that lives longer than the rows, which only this test removes."""
    from sqlalchemy import delete

    from feedback_atlas.server.db.models import Measurement

    experiment_id, (fence,) = start(database)
    cache = SeriesCache()
    report(database, fence, 10, 0.5)
    with database.write() as session:
        runs.finish(session, fence, "completed")
    before = shown(database, experiment_id, cache)
    with database.write() as session:
        session.execute(delete(Measurement))
    assert shown(database, experiment_id, cache) == before
    assert shown(database, experiment_id, None) != before


def test_a_cache_keeps_the_experiments_that_were_read_last(database: Database) -> None:
    started = [start(database) for _ in range(4)]
    cache = SeriesCache(most_points=12)
    for experiment_id, (fence,) in started:
        report(database, fence, 10, 0.5)
        shown(database, experiment_id, cache)
    assert list(cache._experiments) == [experiment_id for experiment_id, _ in started[-3:]]
    for experiment_id, _ in started:
        assert shown(database, experiment_id, cache) == shown(database, experiment_id, None)


def test_a_key_is_the_same_from_a_row_and_from_the_table(database: Database) -> None:
    experiment_id, _ = start(database, 2)
    with database.read() as session:
        loaded = [RunKey.of(run) for run in experiments.get(session, experiment_id).runs]
        assert loaded == run_keys(session, experiment_id)
