"""All that a run needs to go on from the end of a step, as one flat dict of tensors.

Keys: "network.<name>" (the state_dict), "optimizer.<parameter>.<moment>", "generator.<stream>",
"step", and "epoch", "best_epoch", "best_val_accuracy" of the run's position. Within an epoch, the
order's generator is as the epoch began, "batches" of it are learned from, and "totals" (3,) are
their summed loss, correct answers and images. Feedback that changes by itself is in it, as
"feedback.<layer>.weights" and "feedback.<layer>.draws"; fixed feedback never changes and is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from feedback_atlas.learning import export_changing_feedback, import_changing_feedback
from feedback_atlas.training.learner import Learner, Totals


@dataclass(slots=True)
class Position:
    """Progress of a run: epochs done, and the best of them (0 and None before the first)."""

    epoch: int = 0
    best_epoch: int = 0
    best_val_accuracy: float | None = None

    def finish_epoch(self, val_accuracy: float) -> bool:
        """Count an epoch as done; say whether it is the best so far (the earliest wins a tie)."""
        self.epoch += 1
        if self.best_val_accuracy is not None and val_accuracy <= self.best_val_accuracy:
            return False
        self.best_epoch, self.best_val_accuracy = self.epoch, val_accuracy
        return True


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """Return a network's state_dict as contiguous copies on the CPU."""
    return {name: _kept(tensor) for name, tensor in model.state_dict().items()}


def pack_state(learner: Learner, position: Position) -> dict[str, Tensor]:
    """Return the state to resume from; see the module's docstring for its keys."""
    best = position.best_val_accuracy
    state = {f"network.{name}": tensor for name, tensor in weights_of(learner.model).items()}
    for name, parameter in learner.model.named_parameters():
        for moment, tensor in sorted(learner.optimiser.state[parameter].items()):
            state[f"optimizer.{name}.{moment}"] = _kept(tensor)
    for name, tensor in export_changing_feedback(learner.model).items():
        state[f"feedback.{name}"] = tensor
    state["generator.order"] = learner.order_state
    state["generator.augmentation"] = learner.augmentation.get_state()
    state["step"] = torch.tensor(learner.step)
    totals = learner.totals()
    state["batches"] = torch.tensor(learner.batches_done)
    state["totals"] = torch.tensor(
        [totals.loss, totals.correct, totals.images], dtype=torch.float64
    )
    state["epoch"] = torch.tensor(position.epoch)
    state["best_epoch"] = torch.tensor(position.best_epoch)
    state["best_val_accuracy"] = torch.tensor(0.0 if best is None else best, dtype=torch.float64)
    return state


def restore_state(learner: Learner, state: Mapping[str, Tensor]) -> Position:
    """Put a learner where `pack_state` found one of the same spec; return its position.

    Raises ValueError where the state belongs to another network.
    """
    weights = _below("network.", state)
    expected = learner.model.state_dict()
    if {name: tensor.shape for name, tensor in weights.items()} != {
        name: tensor.shape for name, tensor in expected.items()
    }:
        raise ValueError(
            "the state to resume from belongs to another network: its parameters are "
            f"{sorted(weights)}, this run's {sorted(expected)}, or their shapes differ"
        )
    learner.model.load_state_dict(weights)
    for name, parameter in learner.model.named_parameters():
        for moment, tensor in _below(f"optimizer.{name}.", state).items():
            # The parameter's own memory layout, so that the resumed arithmetic is the same.
            like = parameter if tensor.dim() else tensor
            place = torch.empty_like(like, device=parameter.device)
            learner.optimiser.state[parameter][moment] = place.detach().copy_(tensor)
    import_changing_feedback(learner.model, _below("feedback.", state))
    loss, correct, images = state["totals"].tolist()
    totals = Totals(loss, int(correct), int(images))
    learner.go_on(state["generator.order"], int(state["batches"]), totals)
    learner.augmentation.set_state(state["generator.augmentation"])
    learner.step = int(state["step"])
    best_epoch = int(state["best_epoch"])
    best = float(state["best_val_accuracy"]) if best_epoch else None
    return Position(int(state["epoch"]), best_epoch, best)


def best_epoch(state: Mapping[str, Tensor]) -> int:
    """Return which epoch's weights `Resume.best_weights` must hold; 0 where none are needed."""
    return int(state["best_epoch"])


def _below(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        key.removeprefix(prefix): tensor for key, tensor in state.items() if key.startswith(prefix)
    }


def _kept(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
