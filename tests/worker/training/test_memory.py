"""Memory of a run: in a process of its own, since only a peak can be read."""

import subprocess
import sys

LIMIT = 1.5e9

# As a worker's process does: CIFAR-10 in memory, the probe, the untrained network's figures, steps
# with every measure, and a checkpoint.
RUN = """
import re
from pathlib import Path
import torch
import feedback_atlas.jobs.training
from tests.worker.training.observing import Notebook, spec
from feedback_atlas.data import ImageData, Split, probe
from feedback_atlas.learning import export_feedback
from feedback_atlas.training import loop, train
from feedback_atlas.training.learner import Learner
from feedback_atlas.training.state import Position, pack_state, weights_of

torch.set_num_threads(1)
def split(count):
    images = torch.randint(256, (count, 3, 32, 32), dtype=torch.uint8)
    return Split(images, torch.randint(10, (count,)))

learners = []
class Kept(Learner):
    def __init__(self, *args):
        super().__init__(*args)
        learners.append(self)

loop.Learner = Kept
data = ImageData(name="random", train=split(45_000), val=split(5_000), test=split(10_000),
                 class_names=tuple("0123456789"), mean=(0.5,) * 3, std=(0.25,) * 3, flip=True)
chosen = spec("fa_dense", track_every=5, track_global_every=5)
outcome = train(chosen, data, probe(data, 200), Notebook(stop_at=lambda done: done >= 12))
assert outcome.stopped
(learner,) = learners
pack_state(learner, Position()), weights_of(learner.model)
dense = [t.numel() * 4 for t in export_feedback(learner.model).values() if t.shape == (2304, 6400)]
# Of this program alone: what getrusage tells counts the process that started it as well.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(int(peak.group(1)) * 1024, sum(dense), len(dense))
"""


def test_a_run_on_cifar10_stays_below_one_and_a_half_gigabytes() -> None:
    done = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    peak, dense_bytes, dense_matrices = map(int, done.stdout.split())
    assert peak < LIMIT, f"{peak / 1e9:.2f} GB"
    assert (dense_bytes, dense_matrices) == (2304 * 6400 * 4, 1)
