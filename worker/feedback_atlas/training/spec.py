"""Settings of a training run."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from feedback_atlas.learning import make_rule

Initialisation = Literal["shared", "independent"]

# Parameters of the optimiser, which every rule has.
ADAM = frozenset({"lr", "weight_decay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSpec:
    """Everything that a run depends on besides its data; the defaults are the paper's.

    rule, architecture: ids, such as "usf_sn" and "moskovitz1".
    seed: every random number of the run derives from it.
    initialisation: whether all rules of a seed begin with the same weights ("shared"), or each with
        weights of its own ("independent"). Batches, crops and feedback are the same either way.
    epochs: passes over the training images. batch_size: images a step.
    lr, weight_decay: of Adam.
    settings: what the rule is told besides, by name, such as {"feedback_scale": 0.01}.
    image_size: side of the crops in pixels. augment: random crops and flips (else the centre).
    track_every: steps between local measures of learning (angles, norms and signs of the feedback
        against the weight); 0 takes none.
    track_global_every: steps between measures against a backward pass of backpropagation on the
        same weights and batch (global and update angles); 0 takes none.

    Raises ValueError where a number is out of range or the rule takes no such setting.
    """

    rule: str
    architecture: str
    seed: int
    epochs: int
    initialisation: Initialisation = "shared"
    batch_size: int = 128
    lr: float = 1e-3
    weight_decay: float = 0.0
    settings: Mapping[str, float | str] = field(default_factory=dict)
    image_size: int = 24
    augment: bool = True
    track_every: int = 10
    track_global_every: int = 50

    @classmethod
    def with_parameters(cls, parameters: Mapping[str, float | str], **rest: Any) -> Self:
        """Return the spec of a run's parameters: those of Adam, and what its rule is told.

        rest: everything else, by name. Raises ValueError as the class does.
        """
        settings = {name: value for name, value in parameters.items() if name not in ADAM}
        rest |= {name: value for name, value in parameters.items() if name in ADAM}
        return cls(settings=settings, **rest)

    def __post_init__(self) -> None:
        make_rule(self.rule, self.settings)
        if self.initialisation not in get_args(Initialisation):
            raise ValueError(
                f"initialisation is {self.initialisation!a}; it must be shared or independent"
            )
        for name, least in (
            ("epochs", 1),
            ("batch_size", 1),
            ("track_every", 0),
            ("track_global_every", 0),
        ):
            value = getattr(self, name)
            if value < least:
                raise ValueError(f"{name} is {value}; it must be at least {least}")
        if not (math.isfinite(self.lr) and self.lr > 0):
            raise ValueError(f"lr is {self.lr}; it must be a finite number above 0")
        if not (math.isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise ValueError(
                f"weight_decay is {self.weight_decay}; it must be a finite number, 0 or above"
            )
