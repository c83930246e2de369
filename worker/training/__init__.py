"""Training a network by a learning rule: the loop, its records, and resuming."""

from worker.training.checkpoint import restored_network
from worker.training.evaluation import evaluate, predict, represent
from worker.training.learner import learning_network
from worker.training.loop import train
from worker.training.observer import (
    EpochRecord,
    Observer,
    Outcome,
    Resume,
    TrainingError,
)
from worker.training.seeding import derive_seed, stream
from worker.training.spec import TrainingSpec
from worker.training.state import best_epoch

__all__ = [
    "EpochRecord",
    "Observer",
    "Outcome",
    "Resume",
    "TrainingError",
    "TrainingSpec",
    "best_epoch",
    "derive_seed",
    "evaluate",
    "learning_network",
    "predict",
    "represent",
    "restored_network",
    "stream",
    "train",
]
