"""Time that the API takes to show a comparison that was computed before.

    python -m tests.benchmarks.bench_comparisons [--json PATH]

Trains the paper's five rules with two seeds for an epoch on digits in a temporary folder, computes
their comparison, and asks for it and for each of its figures again and again, through the whole
application but without a socket. The first answer reads the stored results; later ones have them
in memory. Milliseconds: they depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select

from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.jobs.training import run_training
from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.catalog import PAPER_RULES
from feedback_atlas.server.db.models import Analysis
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings

_REPEATS = 15


def train_and_compare(client: TestClient, worker: WorkerContext) -> tuple[str, dict[str, Any]]:
    """Return the path of the experiment's comparisons, and the computed comparison."""
    spec = {
        "name": "Benchmark",
        "rules": [{"rule": rule} for rule in PAPER_RULES],
        "seeds": [0, 1],
        "epochs": 1,
    }
    experiment = client.post("/api/experiments", json=spec).json()
    for run in experiment["runs"]:
        run_training(worker, run["id"], "benchmark")
    path = f"/api/experiments/{experiment['id']}/comparisons"
    comparison = client.post(path, json={}).json()
    with worker.database.read() as session:
        waiting = list(session.scalars(select(Analysis.id).where(Analysis.state == "queued")))
    for analysis_id in waiting:
        run_analysis(worker, analysis_id, "benchmark")
    computed: dict[str, Any] = client.get(f"/api/comparisons/{comparison['id']}").json()
    return path, computed


def milliseconds(ask: Callable[[], object]) -> tuple[float, float]:
    """Measure the first request, and the median of the later ones."""
    taken = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - started))
    return taken[0], statistics.median(taken[1:])


def measure(folder: Path) -> dict[str, tuple[float, float]]:
    """Measure milliseconds of each request."""
    settings = Settings(data_dir=folder, device="cpu")
    worker = WorkerContext(
        settings, Database(settings.resolved_database_url), LocalStore(folder / "artifacts")
    )
    with TestClient(create_app(settings)) as client:
        path, comparison = train_and_compare(client, worker)
    # A service that has just started remembers nothing.
    found = {}
    with TestClient(create_app(settings)) as client:
        shown = f"/api/comparisons/{comparison['id']}"
        found["POST the comparison"] = milliseconds(lambda: client.post(path, json={}))
        found["GET the comparison"] = milliseconds(lambda: client.get(shown))
        for name in comparison["figures"]:
            address = f"{shown}/figures/{name}"
            found[f"GET figure {name}"] = milliseconds(lambda at=address: client.get(at))
    worker.database.close()
    return found


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    print("\nA comparison seen before, milliseconds: first, then median")
    for what, (first, median) in found.items():
        print(f"  {first:8.1f} {median:8.1f}  {what}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
