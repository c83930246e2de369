"""What a training run is told."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSpec:
    """Everything that a run depends on besides its data; the defaults are the paper's.

    rule, architecture: ids, such as "usf_sn" and "moskovitz1".
    seed: every random number of the run derives from it.
    epochs: passes over the training images. batch_size: images a step.
    lr, weight_decay: of Adam. feedback_scale: standard deviation of fixed random feedback.
    normalization: norm that usf_sn keeps, "frobenius" or "spectral".
    image_size: side of the crops in pixels. augment: random crops and flips (else the centre).
    track_every: steps between measures of learning; 0 takes none.

    Raises ValueError where a number is out of range.
    """

    rule: str
    architecture: str
    seed: int
    epochs: int
    batch_size: int = 128
    lr: float = 1e-3
    weight_decay: float = 0.0
    feedback_scale: float = 0.1
    normalization: str = "frobenius"
    image_size: int = 24
    augment: bool = True
    track_every: int = 10

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch_size", 1), ("track_every", 0)):
            value = getattr(self, name)
            if value < least:
                raise ValueError(f"{name} is {value}; it must be at least {least}")
        if not (math.isfinite(self.lr) and self.lr > 0):
            raise ValueError(f"lr is {self.lr}; it must be a finite number above 0")
        if not (math.isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise ValueError(
                f"weight_decay is {self.weight_decay}; it must be a finite number, 0 or above"
            )
