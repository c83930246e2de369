"""Speed of training, as ratios measured in one run on one machine.

    python tests/benchmarks/bench_training.py [--json PATH] [--steps N] [--repeats N] [--threads N]

Two tables, for `moskovitz1` on 45,000 random 3x32x32 images, batch 128, 24x24 crops:
1. Backpropagation here against the loop that people write: torchvision's PIL transforms in a
   DataLoader (0 and 2 worker processes), plain modules in PyTorch's default memory layout, the
   same network, Adam. Time a step, from the second batch on, so that the start of the worker
   processes is not held against the loop. An epoch is 352 such steps.
2. A training step of every rule against our own backpropagation step; and of tracked training
   (measures of learning every 10 steps) against untracked.
What is compared is timed in turns, and the ratio is the median over turns of the ratio within a
turn, so that other load on the machine falls on both.

Measured on 2 cores of a shared Xeon (AVX-512), PyTorch 2.15, 5 turns of 40 steps: the usual loop
takes 1.95 times our time with num_workers=0 and 2.13 times with num_workers=2; a step of
fa_toeplitz 1.03, usf_init 1.09, usf_sn 1.06 and fa_dense 1.42 times a bp step.
"""

import argparse
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import Compose, Normalize, RandomCrop, RandomHorizontalFlip, ToTensor

from feedback_atlas.data import ImageData, Split
from feedback_atlas.learning import RULES, settings_of
from feedback_atlas.models import build
from feedback_atlas.training import TrainingSpec
from feedback_atlas.training.learner import Learner

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
EPOCH_STEPS = 352


def random_data() -> ImageData:
    """Return random images in the sizes of CIFAR-10."""
    generator = torch.Generator().manual_seed(0)

    def split(count: int) -> Split:
        images = torch.randint(256, (count, 3, 32, 32), generator=generator, dtype=torch.uint8)
        return Split(images, torch.randint(10, (count,), generator=generator))

    return ImageData(
        name="random",
        train=split(45_000),
        val=split(5_000),
        test=split(10_000),
        class_names=tuple("0123456789"),
        mean=MEAN,
        std=STD,
        flip=True,
    )


class PilImages(Dataset[tuple[Tensor, int]]):
    """Images as torchvision's CIFAR10 gives them: through PIL, one by one."""

    def __init__(self, data: ImageData) -> None:
        self.pixels = np.ascontiguousarray(data.train.images.permute(0, 2, 3, 1).numpy())
        self.labels = data.train.labels.tolist()
        self.transform = Compose(
            [RandomCrop(24), RandomHorizontalFlip(), ToTensor(), Normalize(MEAN, STD)]
        )

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.pixels[index])), self.labels[index]

    def __len__(self) -> int:
        return len(self.labels)


def usual_loop(data: ImageData, workers: int, steps: int, device: str = "cpu") -> float:
    """Return the seconds a step of the loop that people write takes."""
    model = build("moskovitz1", generator=torch.Generator().manual_seed(0)).to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loader = DataLoader(PilImages(data), batch_size=128, shuffle=True, num_workers=workers)
    model.train()
    running_loss, correct, started = 0.0, 0, 0.0
    for step, (images, labels) in enumerate(loader):
        if step == 1:
            started = time.perf_counter()
        if step > steps:
            break
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        outputs = model(images)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
        correct += (outputs.argmax(1) == labels).sum().item()
    return (time.perf_counter() - started) / steps


def learner(data: ImageData, rule: str) -> Learner:
    """Return a learner of the paper's network."""
    scale = {"feedback_scale": 0.01} if "feedback_scale" in settings_of(rule) else {}
    spec = TrainingSpec(rule=rule, architecture="moskovitz1", seed=0, epochs=1, settings=scale)
    return Learner(spec, data, torch.device("cpu"))


def _endless(trained: Learner) -> Iterator[Tensor]:
    while True:
        trained.end_epoch()
        yield from trained.batches()


def our_step(trained: Learner, steps: int, *, track_every: int = 0) -> float:
    """Return the seconds a step of training takes here."""
    batches = itertools.islice(_endless(trained), steps + 1)
    trained.learn(next(batches))
    started = time.perf_counter()
    for step, batch in enumerate(batches):
        if track_every and step % track_every == 0:
            trained.learn_and_measure(batch)
        else:
            trained.learn(batch)
    return (time.perf_counter() - started) / steps


def in_turns(
    contestants: dict[str, Callable[[], float]], reference: str, repeats: int
) -> dict[str, dict[str, float]]:
    """Time each contestant once a turn; return its median seconds and its median ratio.

    The ratio is the contestant's time over the reference's in the same turn.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(repeats):
        for name, measure in contestants.items():
            times[name].append(measure())
    return {
        name: {
            "seconds": statistics.median(taken),
            "ratio": statistics.median(
                mine / theirs for mine, theirs in zip(taken, times[reference], strict=True)
            ),
        }
        for name, taken in times.items()
    }


def show(title: str, rows: dict[str, dict[str, float]]) -> None:
    """Print one table."""
    print(f"\n{title}\n{'':34}{'ms per step':>10}{'s an epoch':>12}{'ratio':>8}")
    for name, row in rows.items():
        step = row["seconds"]
        print(f"{name:34}{step * 1e3:10.1f}{step * EPOCH_STEPS:12.1f}{row['ratio']:8.2f}")


def main() -> None:
    """Measure, print the tables, and write them as JSON where asked."""
    parser = argparse.ArgumentParser(description="Measure the speed of training.")
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--steps", type=int, default=40, help="steps a turn")
    parser.add_argument("--repeats", type=int, default=5, help="turns")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    steps, short, repeats = options.steps, max(10, options.steps // 4), options.repeats
    data = random_data()
    learners = {rule: learner(data, rule) for rule in RULES}
    loops = in_turns(
        {
            "ours, bp": lambda: our_step(learners["bp"], steps),
            "usual loop, num_workers=0": lambda: usual_loop(data, 0, steps),
            "usual loop, num_workers=2": lambda: usual_loop(data, 2, steps),
        },
        "ours, bp",
        repeats,
    )
    show("1. Backpropagation against the usual loop (ratio: times ours)", loops)
    contestants: dict[str, Callable[[], float]] = {
        rule: lambda rule=rule: our_step(learners[rule], short) for rule in RULES
    }
    contestants["bp, measured every 10 steps"] = lambda: our_step(
        learners["bp"], short, track_every=10
    )
    contestants["usf_sn, measured every 10 steps"] = lambda: our_step(
        learners["usf_sn"], short, track_every=10
    )
    # Short turns: the contestants differ by a few per cent, less than the machine does in a second.
    rules = in_turns(contestants, "bp", 4 * repeats)
    show("2. Rules against our own backpropagation (ratio: times bp)", rules)
    if options.json:
        report = {
            "torch": torch.__version__,
            "python": sys.version.split()[0],
            "threads": options.threads,
            "steps": steps,
            "repeats": repeats,
            "against_usual_loop": loops,
            "rules_against_bp": rules,
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
