"""One training run, from its claim to its final state."""

from __future__ import annotations

import logging
import math

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from sqlalchemy.orm import Session
from torch import Tensor

from feedback_atlas.data import DataError
from feedback_atlas.data import probe as choose_probe
from feedback_atlas.jobs.context import WorkerContext, threads_per_run
from feedback_atlas.jobs.db_retry import SILENT, patiently
from feedback_atlas.jobs.images import device, load_images
from feedback_atlas.jobs.lease import Lease
from feedback_atlas.jobs.run_reporter import FEEDBACK, RunObserver, attempt_of
from feedback_atlas.jobs.tracebacks import own_traceback
from feedback_atlas.server.artifacts import ArtifactError, DamagedArtifactError
from feedback_atlas.server.artifacts.kinds import STATE, WEIGHTS
from feedback_atlas.server.core.errors import InvalidSpecError, SupersededError
from feedback_atlas.server.db.models import Artifact
from feedback_atlas.server.queue import workers
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.service import Fence
from feedback_atlas.server.specs.schemas import ExperimentSpec
from feedback_atlas.training import Outcome, Resume, TrainingError, TrainingSpec, best_epoch, train

_log = logging.getLogger(__name__)


def run_training(
    context: WorkerContext, run_id: str, worker: str, message: str | None = None
) -> None:
    """Claim a queued run and train it to its end. Does nothing when it is not queued."""
    with context.database.write() as session:
        if workers.is_stopping(session, worker):
            return
        fence = runs.claim(session, run_id, worker, message)
    if fence is None:
        return
    lease = Lease(
        context.database,
        context.settings.heartbeat_seconds,
        beat=lambda session: runs.beat(session, fence),
        stop_wanted=lambda session: (
            runs.stop_wanted(session, fence) or workers.is_stopping(session, worker)
        ),
    )
    try:
        with lease:
            _train(context, fence, lease)
    except SupersededError:
        _log.info("Attempt %d at run %s was superseded; stopping.", fence.attempt, run_id)
    except SILENT as error:
        # The lease runs out, and whoever the database then answers takes the run.
        _log.warning("The database does not answer; run %s is left: %s", run_id, error)
    except (DataError, TrainingError, InvalidSpecError, ArtifactError) as error:
        _fail(context, fence, str(error), error)
    except ValueError as error:
        # What training cannot take it refuses in words meant to be read.
        _log.exception("Run %s was refused", run_id)
        _fail(context, fence, str(error), error)
    except MemoryError as error:
        _fail(context, fence, "Out of memory. Use a smaller batch or fewer runs at a time.", error)
    except torch.OutOfMemoryError as error:
        _fail(context, fence, "Out of GPU memory. Use a smaller batch.", error)
    except Exception as error:
        _log.exception("Run %s failed", run_id)
        _fail(context, fence, f"Unexpected error: {type(error).__name__}: {error}", error)


def _train(context: WorkerContext, fence: Fence, lease: Lease) -> None:
    with context.database.read() as session:
        run = runs.get(session, fence.run_id)
        spec = ExperimentSpec.model_validate(run.experiment.spec)
    training = TrainingSpec.with_parameters(
        run.parameters,
        rule=run.rule,
        architecture=spec.architecture,
        seed=run.seed,
        initialisation=spec.initialisation,
        epochs=run.epochs,
        batch_size=spec.batch_size,
        image_size=spec.image_size,
        augment=bool(spec.augment),
        track_every=spec.track_every,
        track_global_every=spec.track_global_every,
    )
    data = load_images(context, spec)
    if lease.stop_requested():
        _stopped(context, fence)
        return
    # A search's trial is there for its validation accuracy alone: nothing compares it.
    probe = choose_probe(data, spec.probe_size) if run.role == "run" else None
    _sweep(context, fence)
    resume, first_step = _last_checkpoint(context, fence)
    observer = RunObserver(
        context.database,
        context.store,
        fence,
        stop_requested=lease.stop_requested,
        total_steps=training.epochs * math.ceil(len(data.train.labels) / training.batch_size),
        first_step=first_step,
        checkpoint_seconds=context.settings.checkpoint_seconds,
    )
    if probe is not None:
        observer.probe_chosen(data, probe)
    torch.set_num_threads(threads_per_run(context.settings))
    outcome = train(
        training, data, probe, observer, resume=resume, device=device(context.settings.device)
    )
    if outcome.stopped:
        _stopped(context, fence)
    else:
        _sweep(context, fence)
        _completed(context, fence, outcome)


def _sweep(context: WorkerContext, fence: Fence) -> None:
    """Remove files that no row names, of this attempt and of those before it.

    An attempt that ended early could not report what it had written. And where a database is
    restarted just as it commits, the attempt does not learn which files it has replaced.
    """
    keys = {
        key
        for key in context.store.keys(f"runs/{fence.run_id}")
        if attempt_of(key) <= fence.attempt
    }
    with context.database.read() as session:
        keys -= runs.artifact_keys(session, fence.run_id)
    for key in keys:
        context.store.delete(key)


def _last_checkpoint(context: WorkerContext, fence: Fence) -> tuple[Resume | None, int]:
    """Return the newest state that is intact, with its step; (None, 0) to start afresh."""
    with context.database.read() as session:
        states = runs.artifacts_of(session, fence.run_id, STATE)
        weights = {row.epoch: row for row in runs.artifacts_of(session, fence.run_id, WEIGHTS)}
        feedback = runs.artifacts_of(session, fence.run_id, FEEDBACK)
    for row in states:
        try:
            state = load(context.store.get(row.key, row.sha256))
            best = weights.get(best_epoch(state))
            resume = Resume(
                state=state,
                best_weights=load(context.store.get(best.key, best.sha256)) if best else {},
                feedback=_feedback(context, feedback),
            )
        except (DamagedArtifactError, SafetensorError) as error:
            _log.warning("A checkpoint of run %s cannot be used: %s", fence.run_id, error)
            continue
        step = int(state["step"])
        with context.database.write() as session:
            runs.rewind(session, fence, step)
        return resume, step
    with context.database.write() as session:
        runs.rewind(session, fence, -1)
    return None, 0


def _feedback(context: WorkerContext, rows: list[Artifact]) -> dict[str, Tensor]:
    return load(context.store.get(rows[0].key, rows[0].sha256)) if rows else {}


def _completed(context: WorkerContext, fence: Fence, outcome: Outcome) -> None:
    patiently(
        context.database,
        lambda session: runs.finish(
            session,
            fence,
            "completed",
            best_epoch=outcome.best_epoch,
            best_val_accuracy=outcome.best_val_accuracy,
            test_accuracy=outcome.test_accuracy,
        ),
    )


def _stopped(context: WorkerContext, fence: Fence) -> None:
    """End as cancelled where that was asked for; else the worker is stopping: wait for another."""

    def end(session: Session) -> None:
        if runs.get(session, fence.run_id).cancel_requested:
            runs.finish(session, fence, "cancelled")
        else:
            runs.hand_back(session, fence)

    patiently(context.database, end)


def _fail(context: WorkerContext, fence: Fence, reason: str, error: BaseException) -> None:
    traceback = own_traceback(error)
    try:
        patiently(
            context.database,
            lambda session: runs.finish(
                session, fence, "failed", error=reason, traceback=traceback
            ),
        )
    except SupersededError:
        _log.info("Attempt %d at run %s was superseded.", fence.attempt, fence.run_id)
    except SILENT as error:
        _log.warning("The database does not answer; run %s is left: %s", fence.run_id, error)
