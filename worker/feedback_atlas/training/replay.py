"""A training step on memory that never moves, replayed on a GPU as one CUDA graph.

A step of a small network is a hundred short kernels, and launching them takes the processor longer
than running them takes the GPU. A graph launches them all at once. Nothing in it may wait for the
processor: losses are summed on the device and looked at every now and then.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from feedback_atlas.data import Crops
from feedback_atlas.learning import learning_layers
from feedback_atlas.training.divergence import divergence_error, gradient_of
from feedback_atlas.training.spec import TrainingSpec

Step = Callable[[Tensor, Crops], tuple[Tensor, Tensor]]

# PyTorch's libraries set themselves up in their first calls, which a graph cannot hold.
_WARM_UP = 3
# Steps between two looks at the losses: rare enough to cost nothing, often enough to stop in time.
_CHECK_EVERY = 100


class ReplayedStep:
    """A step that reads its batch from fixed buffers.

    step: learns from batch (n,) and crops on the device, without waiting for it; returns loss and
        correct answers. On a GPU its first calls run op by op, then it is captured; on the CPU,
        where there are no graphs, every call runs op by op.
    """

    def __init__(
        self, step: Step, model: nn.Module, spec: TrainingSpec, device: torch.device
    ) -> None:
        self._step = step
        self._spec = spec
        self._layers = learning_layers(model)
        self._parameters = [(n, p) for n, m in self._layers.items() for p in m.parameters()]
        # Rows: positions in the training set, rows and columns of the crops, whether mirrored.
        self._chosen = torch.zeros(4, spec.batch_size, dtype=torch.int64, device=device)
        self._flip = False
        self._loss_sum = torch.zeros((), dtype=torch.float64, device=device)
        self._correct = torch.zeros((), dtype=torch.int64, device=device)
        self._images = 0
        self._number = torch.zeros((), dtype=torch.int64, device=device)
        # The first step whose loss was not finite (0 for none), that loss, and whether each
        # parameter was finite as it was computed.
        self._bad_step = torch.zeros((), dtype=torch.int64, device=device)
        self._bad_loss = torch.zeros((), device=device)
        self._intact = torch.ones(len(self._parameters), dtype=torch.bool, device=device)
        self._stream: torch.cuda.Stream | None = None
        if device.type == "cuda":
            self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._graph: torch.cuda.CUDAGraph | None = None
        self._calls = 0

    def learn(self, batch: Tensor, crops: Crops, number: int) -> None:
        """Take one step, the number-th of the run, from a batch and crops on the CPU.

        Raises TrainingError, some steps late, where a loss was not a finite number.
        """
        self._flip = crops.mirrored is not None
        mirrored = torch.zeros_like(batch) if crops.mirrored is None else crops.mirrored.long()
        drawn = torch.stack([batch, crops.rows, crops.columns, mirrored])
        if self._stream is None:
            self._chosen.copy_(drawn)
            self._number.fill_(number)
            self._run()
        else:
            # From pinned memory, so that the copy waits its turn and the processor does not.
            self._chosen.copy_(drawn.pin_memory(), non_blocking=True)
            self._number.fill_(number)
            self._run_on_gpu(self._stream)
        self._images += len(batch)
        self._calls += 1
        if self._calls % _CHECK_EVERY == 0:
            self._check()

    def take_sums(self) -> tuple[float, int, int]:
        """Return the summed loss, the correct answers and the images since this was asked last.

        Raises TrainingError where a loss among them was not a finite number.
        """
        self._check()
        sums = float(self._loss_sum), int(self._correct), self._images
        self._loss_sum.zero_()
        self._correct.zero_()
        self._images = 0
        return sums

    def _run_on_gpu(self, stream: torch.cuda.Stream) -> None:
        if self._graph is None and self._calls < _WARM_UP:
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                self._run()
            torch.cuda.current_stream().wait_stream(stream)
            return
        if self._graph is None:
            # What is captured is not run yet.
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                self._run()
            self._graph = graph
        self._graph.replay()

    def _run(self) -> None:
        batch, rows, columns, mirrored = self._chosen
        with torch.no_grad():
            intact = torch.stack(
                [p.sum(dtype=torch.float64) for _, p in self._parameters]
            ).isfinite()
        crops = Crops(rows, columns, mirrored.bool() if self._flip else None)
        loss, correct = self._step(batch, crops)
        self._loss_sum += loss.double() * len(batch)
        self._correct += correct
        first = ~loss.isfinite() & (self._bad_step == 0)
        for kept, now in (
            (self._bad_step, self._number),
            (self._bad_loss, loss),
            (self._intact, intact),
        ):
            kept.copy_(torch.where(first, now, kept))

    def _check(self) -> None:
        if not (step := int(self._bad_step)):
            return
        broken = [
            name
            for (name, _), intact in zip(self._parameters, self._intact.tolist(), strict=True)
            if not intact
        ]
        where = gradient_of(broken) if broken else f"the outputs of {list(self._layers)[-1]!r}"
        raise divergence_error(where, f"the loss became {float(self._bad_loss)}", step, self._spec)
