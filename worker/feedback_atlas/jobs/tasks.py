"""The tasks: each takes the id of a row, and does nothing unless that row is queued."""

from __future__ import annotations

from typing import Any

from feedback_atlas.jobs.app import app
from feedback_atlas.jobs.context import worker_context
from feedback_atlas.server.queue.dispatcher import ANALYSE_TASK, TRAIN_TASK


@app.task(name=TRAIN_TASK, bind=True)
def train(self: Any, run_id: str) -> None:
    """Train a run."""
    # Imported here, in the child process: torch is never loaded before a fork.
    from feedback_atlas.jobs.training import run_training

    run_training(worker_context(), run_id, self.request.hostname, self.request.id)


@app.task(name=ANALYSE_TASK, bind=True)
def analyse(self: Any, analysis_id: str) -> None:
    """Compute an analysis."""
    from feedback_atlas.jobs.analysis import run_analysis

    run_analysis(worker_context(), analysis_id, self.request.hostname)
