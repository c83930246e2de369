"""Cost of a learning rule, against the same arithmetic in bare PyTorch and BioTorch.

    python -m tests.benchmarks.bench_rules [--json PATH] [--turns N] [--threads N]

Three tables, for `moskovitz1`, 3x24x24 inputs, batch 128, Adam:
1. One step (forward, loss, backward, update) of each rule against a bare step: the plain modules
   with plain autograd, which is the same arithmetic for every rule with kernels; for fa_dense, a
   backward pass written by hand around its one dense product. Limits: bp 1.03, fa_toeplitz, usf_*
   and fa_dense 1.10. Rules that do less (readout_only, direct feedback) or more (weight_mirror,
   kolen_pollack, brsf) are shown against the same bare step.
2. BioTorch 0.0.16's FA and uSF layers against ours, same network and batch; at least 1 wanted.
   It is skipped, saying so, where PyPI cannot be reached.
3. A quarter of a CIFAR-10 epoch as a worker runs it (measures, checkpoint, rows and events in
   SQLite) against its training steps and its evaluation alone. Limits: 1.06 with local measures
   every 10 steps, 1.10 with measures against backpropagation every 50 as well. A checkpoint costs
   a quarter of an epoch what it costs a whole one, so that the ratio is on the high side. The
   ratio of processor times is shown too: other load on the machine hardly moves it, but it leaves
   out waiting for the disk.
What is compared runs in turns, step by step in the first two tables, and a ratio is the median of
the turns' ratios, so that other load on the machine falls on both.
"""

import argparse
import contextlib
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy, max_pool2d, relu

from feedback_atlas.data import ImageData, Split, probe
from feedback_atlas.jobs.run_reporter import RunObserver
from feedback_atlas.learning import RULES, aiming_at, convert, settings_of, updating
from feedback_atlas.models import build
from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec
from feedback_atlas.training import TrainingSpec, evaluate, train
from feedback_atlas.training.learner import Learner
from tests.benchmarks.bench_training import MEAN, STD
from tests.worker.learning import biotorch_peer

LIMITS = {"bp": 1.03} | dict.fromkeys(
    ("fa_toeplitz", "usf", "usf_init", "usf_sn", "fa_dense", "sham"), 1.10
)
Step = Callable[[], object]


def seeded(seed: int) -> torch.Generator:
    """Return a generator of the benchmark's own."""
    return torch.Generator().manual_seed(seed)


X = torch.randn(128, 3, 24, 24, generator=seeded(0)).to(memory_format=torch.channels_last)
LABELS = torch.randint(10, (128,), generator=seeded(1))


def plain() -> nn.Module:
    """Return the network with the weights that every contestant starts from."""
    return build("moskovitz1", generator=seeded(2)).to(memory_format=torch.channels_last)


def adam(model: nn.Module) -> torch.optim.Adam:
    """Return the optimiser that training uses."""
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.Adam(learning, lr=1e-4, fused=True)


def bare_step(model: nn.Module) -> Step:
    """Return a step as anyone would write it."""
    optimiser = adam(model)

    def step() -> None:
        loss = cross_entropy(model(X), LABELS)
        loss.item()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    return step


def bare_dense_step() -> Step:
    """Return a step of plain modules whose backward pass goes through one dense product by hand."""
    model: Any = plain()
    optimiser = adam(model)
    feedback = torch.randn(64 * 6 * 6, 64 * 10 * 10, generator=seeded(3)).mul_(0.01)

    def step() -> None:
        below = relu(max_pool2d(model.conv1(X), 2))
        z = model.conv2(below.detach())
        z.retain_grad()
        h = relu(max_pool2d(z, 2)).flatten(1)
        loss = cross_entropy(model.fc3(relu(model.fc2(relu(model.fc1(h))))), LABELS)
        loss.item()
        loss.backward()
        below.backward((z.grad.flatten(1) @ feedback).reshape(below.shape))
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    return step


def our_step(rule: str) -> Step:
    """Return a step as training takes it, from prepared inputs on."""
    model = convert(
        plain(), rule, feedback_scale=0.01, generator=seeded(3), example_input=X[:1]
    ).to(memory_format=torch.channels_last)
    optimiser = adam(model)

    def step() -> None:
        with aiming_at(model, LABELS):
            logits = model(X)
        loss = cross_entropy(logits, LABELS)
        loss.item()
        loss.backward()
        with updating(model):
            optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    return step


def seconds(step: Step) -> float:
    """Return how long a step takes."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def ratio(ours: Step, theirs: Step, turns: int) -> dict[str, float]:
    """Return our median seconds and the median ratio of ours to theirs, taken in turns."""
    for _ in range(3):
        seconds(ours), seconds(theirs)
    pairs = []
    for turn in range(turns):
        # Whoever goes second finds the caches warm: each does every other turn.
        if turn % 2:
            other = seconds(theirs)
            pairs.append((seconds(ours), other))
        else:
            pairs.append((seconds(ours), seconds(theirs)))
    return summary(pairs)


def summary(pairs: list[tuple[float, float]]) -> dict[str, float]:
    """Return the median of the first and the median ratio of first to second."""
    return {
        "seconds": statistics.median(mine for mine, _ in pairs),
        "ratio": statistics.median(mine / other for mine, other in pairs),
    }


def steps_against_bare(turns: int) -> dict[str, dict[str, float]]:
    """Return every rule's step against the same arithmetic, written plainly."""
    return {
        rule: ratio(
            our_step(rule),
            bare_dense_step() if rule == "fa_dense" else bare_step(plain()),
            turns,
        )
        for rule in RULES
    }


def steps_against_biotorch(turns: int) -> dict[str, dict[str, float]] | str:
    """Return the times of BioTorch's steps to ours; or why there are none."""
    if failure := biotorch_peer.install():
        return failure
    networks, _ = biotorch_peer.load()
    table = {}
    for rule, theirs in (("fa_toeplitz", "fa"), ("usf", "usf")):
        with contextlib.redirect_stdout(io.StringIO()):
            peer = networks.BioModule(plain(), mode=theirs)
        table[f"{theirs}, theirs to ours"] = ratio(
            bare_step(peer.to(memory_format=torch.channels_last)), our_step(rule), turns
        )
    return table


@dataclass(frozen=True)
class Clocks:
    """Readings of two clocks: of the wall, and of this process on every core together."""

    wall: float = field(default_factory=time.perf_counter)
    processor: float = field(default_factory=time.process_time)

    def __sub__(self, earlier: "Clocks") -> "Clocks":
        return Clocks(self.wall - earlier.wall, self.processor - earlier.processor)


class Timed:
    """A worker's observer that, after every epoch, times the same work without itself."""

    def __init__(self, inner: RunObserver, alone: Step) -> None:
        self._inner, self._alone = inner, alone
        self.pairs: list[tuple[Clocks, Clocks]] = []
        self._started = Clocks()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def epoch_finished(self, record: Any, weights: Any, state: Any) -> None:
        """Store the epoch; end its time, and take the time of its bare work."""
        self._inner.epoch_finished(record, weights, state)
        ended = Clocks()
        self._alone()
        if record.epoch:
            self.pairs.append((ended - self._started, Clocks() - ended))
        self._started = Clocks()


def quarter_of_cifar10() -> ImageData:
    """Return random images in a quarter of CIFAR-10's numbers."""

    def split(count: int, seed: int) -> Split:
        images = torch.randint(256, (count, 3, 32, 32), generator=seeded(seed), dtype=torch.uint8)
        return Split(images, torch.randint(10, (count,), generator=seeded(seed + 1)))

    return ImageData(
        name="random",
        train=split(11_250, 0),
        val=split(1_250, 2),
        test=split(1_250, 4),
        class_names=tuple("0123456789"),
        mean=MEAN,
        std=STD,
        flip=True,
    )


def epoch(rule: str, turns: int, *, local: int, against_bp: int) -> dict[str, float]:
    """Return an epoch as a worker runs it, against its steps and its evaluation alone."""
    data = quarter_of_cifar10()
    spec = TrainingSpec(
        rule=rule,
        architecture="moskovitz1",
        seed=0,
        epochs=turns,
        settings={"feedback_scale": 0.01} if "feedback_scale" in settings_of(rule) else {},
        track_every=local,
        track_global_every=against_bp,
    )
    learner = Learner(spec, data, torch.device("cpu"))

    def alone() -> None:
        for batch in learner.batches():
            learner.learn(batch)
        learner.end_epoch()
        evaluate(learner.model, data.val, data, spec.image_size)

    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/atlas.db")
        database.migrate()
        with database.write() as session:
            wanted = ExperimentSpec(name="Benchmark", rules=[RuleSpec(rule=rule)], epochs=turns)
            run_id = experiments.create(session, wanted).runs[0].id
        with database.write() as session:
            fence = runs.claim(session, run_id, "benchmark")
        assert fence is not None
        inner = RunObserver(
            database,
            LocalStore(Path(folder) / "artifacts"),
            fence,
            stop_requested=lambda: False,
            total_steps=88 * turns,
            first_step=0,
            checkpoint_seconds=120.0,
        )
        timed = Timed(inner, alone)
        train(spec, data, probe(data, 200), timed)
        database.close()
    return summary([(mine.wall, other.wall) for mine, other in timed.pairs]) | {
        "processor_ratio": statistics.median(
            mine.processor / other.processor for mine, other in timed.pairs
        )
    }


def show(title: str, rows: dict[str, dict[str, float]], limits: dict[str, float]) -> None:
    """Print one table."""
    print(f"\n{title}\n{'':44}{'ms':>10}{'ratio':>8}{'limit':>8}")
    for name, row in rows.items():
        limit = f"{limits[name]:8.2f}" if name in limits else ""
        processor = row.get("processor_ratio")
        also = f"   processor time {processor:.3f}" if processor else ""
        print(f"{name:44}{row['seconds'] * 1e3:10.1f}{row['ratio']:8.3f}{limit}{also}")


def main() -> None:
    """Measure, print the tables, and write them as JSON where asked."""
    parser = argparse.ArgumentParser(description="Measure what learning rules cost.")
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--turns", type=int, default=101, help="turns of a step each")
    parser.add_argument("--epochs", type=int, default=7, help="turns of a quarter of an epoch")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    bare = steps_against_bare(options.turns)
    show("1. A step, times the same arithmetic in bare PyTorch", bare, LIMITS)
    peer = steps_against_biotorch(options.turns)
    if isinstance(peer, str):
        print(f"\n2. BioTorch is not here: {peer}")
    else:
        show("2. A step of BioTorch, times ours (at least 1 wanted)", peer, {})
    names = {f"{rule}, local every 10": (rule, 0) for rule in ("bp", "usf_sn")}
    names |= {f"{rule}, against BP every 50 too": (rule, 50) for rule in ("usf_sn", "fa_dense")}
    epochs = {
        name: epoch(rule, options.epochs, local=10, against_bp=every)
        for name, (rule, every) in names.items()
    }
    limits = {name: 1.10 if every else 1.06 for name, (_, every) in names.items()}
    show("3. A quarter of an epoch, times its steps and evaluation", epochs, limits)
    if options.json:
        report = {
            "torch": torch.__version__,
            "python": sys.version.split()[0],
            "threads": options.threads,
            "turns": options.turns,
            "step_against_bare": bare,
            "biotorch_against_ours": peer,
            "epoch_against_steps_and_evaluation": epochs,
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
