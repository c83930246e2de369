"""An observer that keeps everything it is told, and the specs that tests train."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from feedback_atlas.learning import RULES, settings_of
from feedback_atlas.training import EpochRecord, Resume, TrainingSpec, best_epoch

# The hyperparameters that the paper chose.
PAPER = {
    "bp": {"weight_decay": 1e-4},
    "fa_dense": {"feedback_scale": 0.01},
    "fa_toeplitz": {"feedback_scale": 0.01},
    "usf_init": {"feedback_scale": 0.1},
    "usf_sn": {},
}


def spec(rule: str = "usf_sn", **changes: object) -> TrainingSpec:
    """Return a spec; what the rule takes of the changes goes to it."""
    given = {"architecture": "moskovitz1", "seed": 0, "epochs": 2, "track_every": 4}
    given |= PAPER.get(rule, {}) | changes
    settings = {name: given.pop(name) for name in {"feedback_scale"} & set(given)}
    if rule in RULES and "feedback_scale" not in settings_of(rule):
        settings = {}
    return TrainingSpec(rule=rule, settings=settings, **given)


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return set(a) == set(b) and all(torch.equal(a[name], b[name]) for name in a)


@dataclass
class Notebook:
    """Keeps every call; asks to stop when `stop_at` says so of the steps done."""

    stop_at: Callable[[int], bool] = lambda steps: False
    checkpoint_at: Callable[[int], bool] = lambda steps: False
    calls: list[str] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)
    measures: dict[int, tuple[int, float, dict[str, dict[str, float]]]] = field(
        default_factory=dict
    )
    feedback: dict[str, Tensor] = field(default_factory=dict)
    records: list[EpochRecord] = field(default_factory=list)
    weights: dict[int, dict[str, Tensor]] = field(default_factory=dict)
    states: dict[int, dict[str, Tensor]] = field(default_factory=dict)
    checkpoints: dict[int, dict[str, Tensor]] = field(default_factory=dict)
    representations: dict[int, dict[str, Tensor]] = field(default_factory=dict)

    def stop_requested(self) -> bool:
        return self.stop_at(len(self.steps))

    def checkpoint_wanted(self) -> bool:
        return self.checkpoint_at(len(self.steps))

    def checkpointed(self, step: int, epoch: int, state: dict[str, Tensor]) -> None:
        self.calls.append(f"checkpoint {step}")
        self.checkpoints[step] = state

    def progressed(self, step: int, epoch: int) -> None:
        self.steps.append((step, epoch))

    def measured(
        self, step: int, epoch: int, loss: float, measures: dict[str, dict[str, float]]
    ) -> None:
        self.measures[step] = (epoch, loss, measures)

    def fixed_feedback(self, tensors: dict[str, Tensor]) -> None:
        self.calls.append("feedback")
        self.feedback = tensors

    def epoch_finished(
        self, record: EpochRecord, weights: dict[str, Tensor], state: dict[str, Tensor]
    ) -> None:
        self.calls.append(f"epoch {record.epoch}")
        self.records.append(record)
        self.weights[record.epoch] = weights
        self.states[record.epoch] = state

    def represented(self, epoch: int, layers: dict[str, Tensor]) -> None:
        self.calls.append(f"represented {epoch}")
        self.representations[epoch] = layers

    def resume_from(self, epoch: int) -> Resume:
        """Return what a service would have stored when this epoch had finished."""
        state = self.states[epoch]
        best = best_epoch(state)
        return Resume(state, self.feedback, self.weights[best] if best else {})
