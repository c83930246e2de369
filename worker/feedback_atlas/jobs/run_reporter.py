"""Reports of training, written to the database and the artifact store under a run's fence."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from safetensors.torch import save
from torch import Tensor

from feedback_atlas.data import ImageData, Probe
from feedback_atlas.jobs.db_retry import patiently
from feedback_atlas.server.artifacts import ArtifactStore, Stored
from feedback_atlas.server.artifacts.kinds import ACTIVATIONS, PROBE, STATE, WEIGHTS
from feedback_atlas.server.core.errors import SupersededError
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.service import Fence
from feedback_atlas.training import EpochRecord

FEEDBACK = "feedback"
STATES_KEPT = 2
# Half of what the page may be told, since each report costs a commit.
_REPORT_SECONDS = 1.0

_Measurement = tuple[str, int, int, dict[str, Any]]


def attempt_of(key: str) -> int:
    """Return the attempt that wrote the file of this key; 0 where its name does not say."""
    found = re.search(r"-a(\d+)\.safetensors$", key)
    return int(found[1]) if found else 0


class RunObserver:
    """An `Observer` of one attempt; it raises SupersededError once another owns the run."""

    def __init__(
        self,
        database: Database,
        store: ArtifactStore,
        fence: Fence,
        *,
        stop_requested: Callable[[], bool],
        total_steps: int,
        first_step: int,
        checkpoint_seconds: float,
    ) -> None:
        self._database = database
        self._store = store
        self._fence = fence
        self._stop_requested = stop_requested
        self._total_steps = total_steps
        self._first_step = first_step
        self._checkpoint_seconds = checkpoint_seconds
        self._checkpointed = self._started = time.monotonic()
        self._reported = 0.0
        self._step = first_step
        self._waiting: list[_Measurement] = []

    def stop_requested(self) -> bool:
        """Return True for a run that should end at this step."""
        return self._stop_requested()

    def checkpoint_wanted(self) -> bool:
        """Return True once the last checkpoint is so old that losing later steps would hurt."""
        return time.monotonic() - self._checkpointed >= self._checkpoint_seconds

    def checkpointed(self, step: int, epoch: int, state: dict[str, Tensor]) -> None:
        """Store all that resuming within an epoch needs, in place of the epoch's before."""
        self._step = step
        done = epoch - 1
        stored = self._put(f"{STATE}-step-{step:08d}", done, state)
        self._report({"failures": 0}, [(STATE, done, stored)])
        self._checkpointed = time.monotonic()

    def progressed(self, step: int, epoch: int) -> None:
        """Note a finished step; the database hears of it at most once a second."""
        self._step = step
        if time.monotonic() - self._reported >= _REPORT_SECONDS:
            self._report({})

    def measured(
        self, step: int, epoch: int, loss: float, measures: dict[str, dict[str, float]]
    ) -> None:
        """Keep measures of learning for the next report."""
        self._waiting.append(("step", step, epoch, {"loss": loss, **measures}))

    def fixed_feedback(self, tensors: dict[str, Tensor]) -> None:
        """Store feedback that never changes, once a run."""
        self._report({}, [(FEEDBACK, 0, self._put(FEEDBACK, 0, tensors))])

    def epoch_finished(
        self, record: EpochRecord, weights: dict[str, Tensor], state: dict[str, Tensor]
    ) -> None:
        """Store the epoch's weights and all that resuming needs, then report the epoch."""
        self._step = record.step
        files = [
            (WEIGHTS, record.epoch, self._put(WEIGHTS, record.epoch, weights)),
            (STATE, record.epoch, self._put(STATE, record.epoch, state)),
        ]
        self._waiting.append(
            (
                "epoch",
                record.step,
                record.epoch,
                {
                    "train_loss": record.train_loss,
                    "train_accuracy": record.train_accuracy,
                    "val_loss": record.val_loss,
                    "val_accuracy": record.val_accuracy,
                    "seconds": record.seconds,
                },
            )
        )
        # Attempts count as failed only while they get no further.
        progress: dict[str, Any] = {
            "epoch": record.epoch,
            "val_accuracy": record.val_accuracy,
            "failures": 0,
        }
        if record.train_loss is not None:
            progress["train_loss"] = record.train_loss
        self._report(progress, files)
        oldest = record.epoch - STATES_KEPT + 1
        for key in patiently(
            self._database,
            lambda session: runs.drop_artifacts(session, self._fence, STATE, before_epoch=oldest),
        ):
            self._store.delete(key)
        self._checkpointed = time.monotonic()

    def represented(self, epoch: int, layers: dict[str, Tensor]) -> None:
        """Store the activations of the probe."""
        manifest = {"manifest": json.dumps({"layers": list(layers)})}
        stored = self._put(ACTIVATIONS, epoch, layers, manifest)
        self._report({}, [(ACTIVATIONS, epoch, stored)])

    def probe_chosen(self, data: ImageData, probe: Probe) -> None:
        """Store the probe's images and labels, once a run."""
        stored = self._put(
            PROBE,
            0,
            {"images": probe.images, "labels": probe.labels, "indices": probe.indices},
            {
                "manifest": json.dumps(
                    {"class_names": list(data.class_names), "sha256": probe.sha256}
                )
            },
        )
        self._report({}, [(PROBE, 0, stored)])

    def _put(
        self,
        kind: str,
        epoch: int,
        tensors: dict[str, Tensor],
        metadata: dict[str, str] | None = None,
    ) -> Stored:
        # The attempt is part of the name: a superseded process cannot overwrite its successor's.
        key = f"runs/{self._fence.run_id}/{kind}-{epoch:04d}-a{self._fence.attempt}.safetensors"
        contiguous = {name: tensor.contiguous() for name, tensor in tensors.items()}
        return self._store.put(key, save(contiguous, metadata=metadata))

    def _report(
        self, progress: dict[str, Any], files: list[tuple[str, int, Stored]] | None = None
    ) -> None:
        seconds = time.monotonic() - self._started
        done = self._step - self._first_step
        left = self._total_steps - self._step
        files = files or []
        progress = {
            **progress,
            "step": self._step,
            "total_steps": self._total_steps,
            "seconds_left": seconds / done * left if done > 0 else None,
        }
        try:
            replaced = patiently(
                self._database,
                lambda session: runs.report(session, self._fence, progress, self._waiting, files),
            )
        except SupersededError:
            # No row will ever name them.
            for _, _, stored in files:
                self._store.delete(stored.key)
            raise
        self._waiting = []
        self._reported = time.monotonic()
        for key in replaced:
            self._store.delete(key)
