"""What the paper's five rules come to on digits in a minute, and their angles at the first step.

    python -m tests.benchmarks.bench_learning [--json PATH]

Digits, seed 0, 10 epochs, batch 128: best validation and test accuracy. The local angle at step 0
is the mean over layers; at PyTorch's initialisation it is 30.0 degrees for usf_sn, 46.3 for
usf_init, 90 for feedback alignment and 0 for backpropagation (DESIGN, section 5).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from torch import Tensor

from feedback_atlas.data import load, probe
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.experiments.service import with_defaults
from feedback_atlas.server.specs.presets import default_spec
from feedback_atlas.training import EpochRecord, TrainingSpec, train


@dataclass
class FirstAngles:
    """Watches a run and keeps the local angles of its first step."""

    angles: dict[str, float] = field(default_factory=dict)

    def stop_requested(self) -> bool:
        """Never stop."""
        return False

    def checkpoint_wanted(self) -> bool:
        """Want none."""
        return False

    def checkpointed(self, step: int, epoch: int, state: dict[str, Tensor]) -> None:
        """Take no note."""

    def progressed(self, step: int, epoch: int) -> None:
        """Take no note."""

    def measured(
        self, step: int, epoch: int, loss: float, measures: dict[str, dict[str, float]]
    ) -> None:
        """Keep the angles of step 0."""
        if step == 0:
            self.angles = measures["local_angle"]

    def fixed_feedback(self, tensors: dict[str, Tensor]) -> None:
        """Take no note."""

    def epoch_finished(
        self, record: EpochRecord, weights: dict[str, Tensor], state: dict[str, Tensor]
    ) -> None:
        """Take no note."""

    def represented(self, epoch: int, layers: dict[str, Tensor]) -> None:
        """Take no note."""


def main(arguments: list[str] | None = None) -> None:
    """Train, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description="Train the five rules on digits.")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    data = load("digits")
    chosen = with_defaults(default_spec())
    rows: dict[str, dict[str, float | None]] = {}
    print(f"\nDigits, {chosen.epochs} epochs, seed {chosen.seeds[0]}")
    print(f"{'':14}{'best val %':>12}{'test %':>10}{'angle at step 0':>18}")
    for rule in chosen.rules:
        spec = TrainingSpec.with_parameters(
            rule.given,
            rule=rule.rule,
            architecture=chosen.architecture,
            seed=chosen.seeds[0],
            epochs=chosen.epochs,
            batch_size=chosen.batch_size,
            augment=bool(chosen.augment),
        )
        watching = FirstAngles()
        outcome = train(spec, data, probe(data, 20), watching)
        angle = fmean(watching.angles.values())
        assert outcome.best_val_accuracy is not None
        assert outcome.test_accuracy is not None
        rows[rule.rule] = {
            "best_val_accuracy": outcome.best_val_accuracy,
            "test_accuracy": outcome.test_accuracy,
            "local_angle_at_step_0": angle,
        }
        print(
            f"{RULES[rule.rule].name:14}{100 * outcome.best_val_accuracy:12.1f}"
            f"{100 * outcome.test_accuracy:10.1f}{angle:17.1f}°"
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
