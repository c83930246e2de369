"""Duration of a run on a GPU, against the usual DataLoader loop on the same GPU.

    python -m tests.benchmarks.bench_gpu [--json PATH] [--device DEVICE] [--epochs N] [--steps N]

`moskovitz1`, 45,000 random 3x32x32 images, batch 128, 24x24 crops, Adam. Whole runs of ours, with
validation after every epoch and no measures of learning, with steps replayed as CUDA graphs and
without; steps of the loop that people write (torchvision's PIL transforms in a DataLoader), of
which an epoch is 352. Where there is no GPU, nothing is measured; `--device cpu` runs the same.
"""

import argparse
import json
import time
from pathlib import Path

import torch
from torch import Tensor

from feedback_atlas.data import ImageData
from feedback_atlas.learning import settings_of
from feedback_atlas.training import EpochRecord, TrainingSpec, loop, train
from feedback_atlas.training.learner import Learner
from tests.benchmarks.bench_training import EPOCH_STEPS, random_data, usual_loop

RULES = ("bp", "fa_dense", "fa_toeplitz", "usf_init", "usf_sn")


class Unwatched:
    """An observer that keeps nothing."""

    def stop_requested(self) -> bool:
        """Return False: never stop."""
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
        """Take no note."""

    def fixed_feedback(self, tensors: dict[str, Tensor]) -> None:
        """Take no note."""

    def epoch_finished(
        self, record: EpochRecord, weights: dict[str, Tensor], state: dict[str, Tensor]
    ) -> None:
        """Take no note."""

    def represented(self, epoch: int, layers: dict[str, Tensor]) -> None:
        """Take no note."""


def whole_run(
    data: ImageData, rule: str, device: str, epochs: int, *, replayed: bool | None
) -> float:
    """Return the seconds that a run of so many epochs takes."""
    spec = TrainingSpec(
        rule=rule,
        architecture="moskovitz1",
        seed=0,
        epochs=epochs,
        settings={"feedback_scale": 0.01} if "feedback_scale" in settings_of(rule) else {},
        track_every=0,
        track_global_every=0,
    )
    usual = loop.Learner
    loop.Learner = lambda *args: Learner(*args, replayed=replayed)  # type: ignore[assignment,misc]
    try:
        started = time.perf_counter()
        train(spec, data, None, Unwatched(), device=device)
        return time.perf_counter() - started
    finally:
        loop.Learner = usual  # type: ignore[misc]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description="Measure training on a GPU.")
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--steps", type=int, default=200, help="steps of the usual loop")
    options = parser.parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        print("\nTraining on a GPU: there is none here, nothing is measured.")
        return
    data = random_data()
    on_gpu = options.device.startswith("cuda")
    name = torch.cuda.get_device_name() if on_gpu else "CPU"
    usual = usual_loop(data, 2, options.steps, options.device) * EPOCH_STEPS * options.epochs
    print(f"\nRuns of {options.epochs} epochs on {name}, in seconds")
    print(f"{'the usual loop, bp, num_workers=2':40}{usual:10.1f}")
    rows: dict[str, dict[str, float]] = {}
    for rule in RULES:
        row = {
            "replayed": whole_run(data, rule, options.device, options.epochs, replayed=True),
            "op by op": whole_run(data, rule, options.device, options.epochs, replayed=False),
        }
        rows[rule] = row
        print(
            f"{rule:40}{row['replayed']:10.1f}   op by op {row['op by op']:.1f}   "
            f"the usual loop takes {usual / row['replayed']:.1f} times as long"
        )
    if options.json:
        report = {"device": name, "epochs": options.epochs, "usual_loop": usual, "runs": rows}
        options.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
