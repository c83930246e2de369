"""One analysis, from the claim to its stored result."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from feedback_atlas.jobs.analyses.download import numbers_archive
from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.jobs.db_retry import SILENT, patiently
from feedback_atlas.jobs.errors import AnalysisError
from feedback_atlas.jobs.lease import Lease
from feedback_atlas.jobs.representations import Representations
from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.analyses.kinds import DOWNLOAD, KINDS
from feedback_atlas.server.artifacts import ArtifactError
from feedback_atlas.server.core.errors import InvalidSpecError, SupersededError
from feedback_atlas.server.db.models import Analysis, Experiment
from feedback_atlas.server.results.codec import dump
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.specs.schemas import ExperimentSpec

_log = logging.getLogger(__name__)


def run_analysis(context: WorkerContext, analysis_id: str, worker: str) -> None:
    """Claim a queued analysis, compute it and store its result. Does nothing when not queued.

    What a comparison cannot be shown without goes first, whoever asked for it: a page opens while
    panels of earlier ones still wait.
    """
    with context.database.read() as session:
        urgent = analyses.queued_core_ids(session)
    for first in urgent:
        _run(context, first, worker)
    _run(context, analysis_id, worker)


def _run(context: WorkerContext, analysis_id: str, worker: str) -> None:
    with context.database.write() as session:
        claimed = analyses.claim(session, analysis_id, worker)
    if claimed is None:
        return
    fence, analysis = claimed
    lease = Lease(
        context.database,
        context.settings.heartbeat_seconds,
        beat=lambda session: analyses.beat(session, fence),
        stop_wanted=lambda session: not analyses.owned(session, fence),
    )
    try:
        with lease:
            result = _compute(context, analysis, lease)
            ending = "zip" if analysis.kind == DOWNLOAD.id else "safetensors"
            # The attempt is part of the name: a superseded one cannot overwrite its successor's.
            stored = context.store.put(f"analyses/{analysis_id}/a{fence.attempt}.{ending}", result)
        try:
            patiently(context.database, lambda session: analyses.complete(session, fence, stored))
        except SupersededError:
            context.store.delete(stored.key)  # no row will ever name it
            raise
    except SupersededError:
        _log.info("Attempt %d at analysis %s was superseded.", fence.attempt, analysis_id)
    except SILENT as error:
        # The lease runs out, and whoever the database then answers computes it.
        _log.warning("The database does not answer; analysis %s is left: %s", analysis_id, error)
    except (AnalysisError, ArtifactError, InvalidSpecError) as error:
        _fail(context, fence, str(error))
    except MemoryError:
        _fail(context, fence, "Out of memory. Compare fewer runs or use a smaller probe.")
    except Exception as error:
        _log.exception("Analysis %s failed", analysis_id)
        _fail(context, fence, f"Unexpected error: {type(error).__name__}: {error}")


def _compute(context: WorkerContext, analysis: Analysis, lease: Lease) -> bytes:
    if analysis.kind == DOWNLOAD.id:
        return numbers_archive(analysis.inputs, context.store)
    with context.database.read() as session:
        experiment = session.get(Experiment, analysis.experiment_id)
    if experiment is None:
        raise SupersededError("The experiment of this analysis was deleted.")
    representations = Representations(
        context, ExperimentSpec.model_validate(experiment.spec), _networks(analysis.inputs)
    )

    def check() -> None:
        if lease.stop_requested():
            raise SupersededError("Another attempt owns this analysis, or nobody does.")

    # Loaded when it is first asked for, since torch takes seconds.
    module = import_module(KINDS[analysis.kind].computed_in)
    return dump(module.compute(analysis.inputs, representations, check), inputs=analysis.inputs)


def _networks(inputs: dict[str, Any]) -> list[Described]:
    """Return every network that an analysis takes."""
    pairs: list[list[Described]] = inputs.get("pairs", [])
    alone = [inputs["probe"]] if "probe" in inputs else []
    single = [run for name in ("runs", "networks", "untrained") for run in inputs.get(name, [])]
    return [*alone, *single, *(run for pair in pairs for run in pair)]


def _fail(context: WorkerContext, fence: analyses.AnalysisFence, reason: str) -> None:
    try:
        with context.database.write() as session:
            analyses.fail(session, fence, reason)
    except SupersededError:
        _log.info("Attempt %d at analysis %s was superseded.", fence.attempt, fence.analysis_id)
