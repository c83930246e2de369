"""The training of one network from its first weights, or a checkpoint, to its test accuracy."""

import time

import torch
from torch import Tensor

from feedback_atlas.data import ImageData, Probe, Split
from feedback_atlas.learning import export_feedback, import_feedback
from feedback_atlas.training.divergence import diverged
from feedback_atlas.training.evaluation import evaluate, represent
from feedback_atlas.training.learner import Learner
from feedback_atlas.training.observer import EpochRecord, Observer, Outcome, Resume
from feedback_atlas.training.spec import TrainingSpec
from feedback_atlas.training.state import Position, pack_state, restore_state, weights_of


def train(
    spec: TrainingSpec,
    data: ImageData,
    probe: Probe | None,
    observer: Observer,
    *,
    resume: Resume | None = None,
    device: str = "cpu",
) -> Outcome:
    """Train a network by a learning rule, reporting to an observer as it goes.

    Adam on the cross-entropy; validation after every epoch; the earliest epoch of highest
    validation accuracy is tested once, at the end. On the CPU, a run that is resumed at any step
    ends bit-identical to one left alone, on the same machine with the same number of threads.

    spec: rule, architecture, seed and settings. data: the images. probe: images to represent;
        None represents none.
    resume: what an earlier attempt left; None starts afresh. device: such as "cpu" or "cuda:0".

    Returns the outcome. Raises ValueError for a spec that cannot be trained (unknown ids, images
    too small), and TrainingError where the loss stops being a finite number.
    """
    run = _Run(spec, data, probe, observer, torch.device(device))
    if resume is None:
        run.start()
    else:
        run.resume(resume)
    while run.position.epoch < spec.epochs:
        if not run.epoch():
            return Outcome(
                True, run.position.best_epoch, run.position.best_val_accuracy, None, None
            )
    return run.finish()


class _Run:
    """A run in progress: a learner, its position, and the weights of its best epoch."""

    def __init__(
        self,
        spec: TrainingSpec,
        data: ImageData,
        probe: Probe | None,
        observer: Observer,
        device: torch.device,
    ) -> None:
        self.spec = spec
        self.data = data
        self.observer = observer
        self.device = device
        self.probe_images = None if probe is None else probe.images.to(device)
        self.val = _moved(data.val, device)
        self.learner = Learner(spec, data, device)
        self.position = Position()
        self.best_weights: dict[str, Tensor] = {}

    def start(self) -> None:
        """Report the untrained network: its fixed feedback, representations and accuracy."""
        started = time.perf_counter()
        if feedback := export_feedback(self.learner.model):
            self.observer.fixed_feedback(feedback)
        self._represent(0)
        val_loss, val_accuracy = self._validate()
        record = EpochRecord(
            epoch=0,
            step=0,
            train_loss=None,
            train_accuracy=None,
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            seconds=time.perf_counter() - started,
        )
        self.observer.epoch_finished(
            record, weights_of(self.learner.model), pack_state(self.learner, self.position)
        )

    def resume(self, resume: Resume) -> None:
        """Go to where an earlier attempt stood at its last checkpoint."""
        import_feedback(self.learner.model, resume.feedback)
        self.position = restore_state(self.learner, resume.state)
        if self.position.best_epoch and not resume.best_weights:
            raise ValueError(
                f"resuming needs the weights of epoch {self.position.best_epoch}, the best so far"
            )
        self.best_weights = resume.best_weights

    def epoch(self) -> bool:
        """Learn to the epoch's end and report it; return False where the observer asked to stop."""
        started = time.perf_counter()
        epoch = self.position.epoch + 1
        for batch in self.learner.batches():
            if self.observer.stop_requested():
                self._checkpoint(epoch)
                return False
            if self.observer.checkpoint_wanted():
                self._checkpoint(epoch)
            self._step(batch, epoch)
        totals = self.learner.end_epoch()
        val_loss, val_accuracy = self._validate()
        weights = weights_of(self.learner.model)
        if self.position.finish_epoch(val_accuracy):
            self.best_weights = weights
        record = EpochRecord(
            epoch=epoch,
            step=self.learner.step,
            train_loss=totals.loss / totals.images,
            train_accuracy=totals.correct / totals.images,
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            seconds=time.perf_counter() - started,
        )
        self.observer.epoch_finished(record, weights, pack_state(self.learner, self.position))
        return True

    def finish(self) -> Outcome:
        """Represent the best and the last epoch, test the best, and return the outcome."""
        last, best = self.position.epoch, self.position.best_epoch
        last_weights = weights_of(self.learner.model)
        self.learner.model.load_state_dict(self.best_weights)
        self._represent(best)
        test_loss, test_accuracy = evaluate(
            self.learner.model,
            _moved(self.data.test, self.device),
            self.data,
            self.spec.image_size,
        )
        if last != best:
            self.learner.model.load_state_dict(last_weights)
            self._represent(last)
        return Outcome(False, best, self.position.best_val_accuracy, test_accuracy, test_loss)

    def _step(self, batch: Tensor, epoch: int) -> None:
        step = self.learner.step
        local, against_bp = (
            every > 0 and step % every == 0
            for every in (self.spec.track_every, self.spec.track_global_every)
        )
        if local or against_bp:
            loss, measures = self.learner.learn_and_measure(
                batch, local=local, against_bp=against_bp
            )
            self.observer.measured(step, epoch, loss, measures)
        else:
            self.learner.learn(batch)
        self.observer.progressed(self.learner.step, epoch)

    def _checkpoint(self, epoch: int) -> None:
        # At an epoch's end there is one already.
        if self.learner.batches_done:
            state = pack_state(self.learner, self.position)
            self.observer.checkpointed(self.learner.step, epoch, state)

    def _represent(self, epoch: int) -> None:
        if self.probe_images is None:
            return
        layers = represent(self.learner.model, self.probe_images, self.data, self.spec.image_size)
        self.observer.represented(epoch, layers)

    def _validate(self) -> tuple[float, float]:
        loss, accuracy = evaluate(self.learner.model, self.val, self.data, self.spec.image_size)
        if not loss < float("inf"):
            raise diverged(
                self.learner.model,
                self.data.inputs(self.val.images[:1], self.spec.image_size),
                f"the validation loss became {loss}",
                self.learner.step,
                self.spec,
            )
        return loss, accuracy


def _moved(split: Split, device: torch.device) -> Split:
    return Split(split.images.to(device), split.labels.to(device))
