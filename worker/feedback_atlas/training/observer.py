"""The interface through which training reports to an observer."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor


class TrainingError(Exception):
    """Training that cannot go on; the message says where it stopped and what to change."""


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """Results of one epoch.

    epoch: 0 for the untrained network. step: updates made so far.
    train_loss, train_accuracy: over the epoch's batches as they were learned from; None at epoch 0.
    val_loss, val_accuracy: after the epoch, on centre crops. Losses in nats, accuracies in 0..1.
    seconds: wall-clock time of the epoch with its validation.
    """

    epoch: int
    step: int
    train_loss: float | None
    train_accuracy: float | None
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Resume:
    """State that training goes on from, as an Observer was given it earlier.

    state: of the last finished epoch, or of a later step.
    feedback: as given to `fixed_feedback`; empty if never.
    best_weights: of the epoch that `best_epoch(state)` names; empty where that is 0.
    """

    state: dict[str, Tensor]
    feedback: dict[str, Tensor]
    best_weights: dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Outcome:
    """End of training.

    stopped: whether the observer asked to stop before the last epoch was done.
    best_epoch: the earliest epoch of highest validation accuracy; 0 where none has finished.
    best_val_accuracy: its validation accuracy in 0..1; None where none has finished.
    test_accuracy, test_loss: of the best epoch's weights, on centre crops; None if stopped.
    """

    stopped: bool
    best_epoch: int
    best_val_accuracy: float | None
    test_accuracy: float | None
    test_loss: float | None


class Observer(Protocol):
    """Observer of a run. Training calls it, in the same thread, and keeps nothing of what it gives.

    Tensors are on the CPU, contiguous, and the observer's to keep.
    """

    def stop_requested(self) -> bool:
        """Say whether to stop; asked before every step."""
        ...

    def checkpoint_wanted(self) -> bool:
        """Say whether to give a checkpoint within the epoch; asked before every step."""
        ...

    def checkpointed(self, step: int, epoch: int, state: dict[str, Tensor]) -> None:
        """Take all that is needed to resume after `step` updates, within an epoch in progress.

        Called when a checkpoint was wanted, and before training stops because it was asked to.
        """
        ...

    def progressed(self, step: int, epoch: int) -> None:
        """Take note of a step done; step and the epoch in progress count from 1."""
        ...

    def measured(
        self, step: int, epoch: int, loss: float, measures: dict[str, dict[str, float]]
    ) -> None:
        """Take the measures {measure: {layer: value}} after `step` updates, from the next batch.

        Called at step 0 (the first batch, before any update) and every track_every and
        track_global_every steps, with the measures that are due. The key "all" stands for all
        layers together.
        loss: of that batch, in nats.
        """
        ...

    def fixed_feedback(self, tensors: dict[str, Tensor]) -> None:
        """Take the fixed random feedback by layer; once, at a fresh start, if the rule has any."""
        ...

    def epoch_finished(
        self, record: EpochRecord, weights: dict[str, Tensor], state: dict[str, Tensor]
    ) -> None:
        """Take an epoch's record, the network's state_dict and all that is needed to resume.

        Called after every epoch, and for epoch 0, the untrained network.
        """
        ...

    def represented(self, epoch: int, layers: dict[str, Tensor]) -> None:
        """Take the probe's representations: (n_images, n_features) float32 by layer.

        Called before `epoch_finished` of epoch 0, and at the end for the best and the last epoch
        (once where they are the same), in ascending order.
        """
        ...
