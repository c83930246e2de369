"""Training of a network by a learning rule: the loop, its records, and resuming."""

from feedback_atlas.training.checkpoint import restored_network
from feedback_atlas.training.evaluation import evaluate, predict, represent
from feedback_atlas.training.learner import learning_network
from feedback_atlas.training.loop import train
from feedback_atlas.training.observer import EpochRecord, Observer, Outcome, Resume, TrainingError
from feedback_atlas.training.seeding import derive_seed, stream
from feedback_atlas.training.spec import TrainingSpec
from feedback_atlas.training.state import best_epoch

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
