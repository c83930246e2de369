"""One network learning: its weights, optimiser, random streams and training images."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from feedback_atlas.data import Crops, ImageData, draw_crops, normalise, take_crops
from feedback_atlas.learning import (
    Measures,
    aiming_at,
    convert,
    global_measures,
    make_rule,
    record,
    updating,
)
from feedback_atlas.models import build
from feedback_atlas.training.divergence import diverged
from feedback_atlas.training.replay import ReplayedStep
from feedback_atlas.training.seeding import stream
from feedback_atlas.training.spec import TrainingSpec


def learning_network(spec: TrainingSpec, data: ImageData) -> nn.Module:
    """Build the network that a spec begins with, converted to its rule, on the CPU."""
    model = build(
        spec.architecture,
        in_channels=data.channels,
        image_size=spec.image_size,
        num_classes=len(data.class_names),
        generator=stream(
            spec.seed, "weights", spec.rule if spec.initialisation == "independent" else None
        ),
    )
    return convert(
        model,
        spec.rule,
        generator=stream(spec.seed, "feedback"),
        example_input=torch.zeros(1, data.channels, spec.image_size, spec.image_size),
        **spec.settings,  # type: ignore[arg-type]  # among them feedback_scale, a number
    )


@dataclass(slots=True)
class Totals:
    """Totals of the batches as they were learned from: sums over images, the loss in nats."""

    loss: float = 0.0
    correct: int = 0
    images: int = 0


class Learner:
    """A network of a spec's architecture and rule, and what it takes to train it step by step.

    Its images are on the device, and crops are taken and normalised there, a batch at once.
    replayed: whether whole steps are replayed as a CUDA graph; None does so on a GPU, for the
        rules that it can be done for. On the CPU such a step runs op by op, to the same bit.
    """

    def __init__(
        self,
        spec: TrainingSpec,
        data: ImageData,
        device: torch.device,
        *,
        replayed: bool | None = None,
    ) -> None:
        if spec.image_size > data.image_size:
            raise ValueError(
                f"image_size is {spec.image_size}, but the images of {data.name} have "
                f"{data.image_size} pixels a side; it must be at most that"
            )
        self.spec = spec
        self.data = data
        self.images = data.train.images.to(device)
        self.labels = data.train.labels.to(device)
        self.mean = torch.tensor(data.mean, device=device)
        self.std = torch.tensor(data.std, device=device)
        self.order = stream(spec.seed, "order")
        self.augmentation = stream(spec.seed, "augmentation")
        self.model = learning_network(spec, data).to(device).to(memory_format=torch.channels_last)
        on_gpu = device.type == "cuda"
        # One fused pass over all parameters: a little faster than Adam's foreach variant.
        self.optimiser = torch.optim.Adam(
            self.model.parameters(),
            lr=spec.lr,
            weight_decay=spec.weight_decay,
            fused=True,
            capturable=on_gpu,
        )
        self.step = 0
        self.batches_done = 0
        self.order_state = self.order.get_state()
        self._totals = Totals()
        if replayed is None:
            replayed = on_gpu and make_rule(spec.rule, spec.settings).capturable
        self._replay = (
            ReplayedStep(self.replayable_step, self.model, spec, device) if replayed else None
        )

    def batches(self) -> Iterator[Tensor]:
        """Return the batches left of the epoch: positions (n,) in the training set, shuffled.

        The last batch holds what is left over: it is learned from too, as in the paper.
        """
        permutation = torch.randperm(len(self.labels), generator=self.order)
        return iter(torch.split(permutation, self.spec.batch_size)[self.batches_done :])

    def go_on(self, order_state: Tensor, batches_done: int, totals: Totals) -> None:
        """Go to within an epoch, which began at a state of the order's generator."""
        self.order.set_state(order_state)
        self.order_state, self.batches_done, self._totals = order_state, batches_done, totals

    def end_epoch(self) -> Totals:
        """Return what the epoch's batches came to, and begin the next.

        Raises TrainingError where a loss among them was not a finite number.
        """
        ended = self.totals()
        self.go_on(self.order.get_state(), 0, Totals())
        return ended

    def draw(self, batch: Tensor) -> Crops:
        """Draw where to crop the images of a batch; without augmentation, in the middle."""
        height, width = self.images.shape[-2:]
        size, count = self.spec.image_size, len(batch)
        if self.spec.augment:
            return draw_crops(
                (height, width), size, count, flip=self.data.flip, generator=self.augmentation
            )
        middle = [torch.full((count,), (side - size) // 2) for side in (height, width)]
        return Crops(middle[0], middle[1], None)

    def inputs(self, batch: Tensor, crops: Crops) -> Tensor:
        """Return a batch's crops, normalised: (n, channels, size, size) float32."""
        taken = take_crops(self.images, batch, crops, self.spec.image_size)
        return normalise(taken, self.mean, self.std)

    def learn(self, batch: Tensor) -> None:
        """Update the weights from one batch."""
        crops = self.draw(batch)
        if self._replay is not None and len(batch) == self.spec.batch_size:
            self._replay.learn(batch, crops, self.step + 1)
        else:
            self._backward(self.inputs(batch, crops), self._labels_of(batch))
            self._update()
        self._count()

    def learn_and_measure(
        self, batch: Tensor, *, local: bool = True, against_bp: bool = False
    ) -> tuple[float, Measures]:
        """Do as `learn`, to the bit; return the loss and the measures of learning before the
        update.

        local: what needs this backward pass alone. against_bp: what needs backpropagation's too.
        """
        inputs, labels = self.inputs(batch, self.draw(batch)), self._labels_of(batch)
        with record(self.model) as recording:
            loss = self._backward(inputs, labels)
        measures = recording.measures() if local else {}
        if against_bp:
            measures |= global_measures(
                self.model, recording, lambda: cross_entropy(self.model(inputs), labels)
            )
        self._update()
        self._count()
        return loss, measures

    def totals(self) -> Totals:
        """Return what the epoch's batches came to so far.

        Raises TrainingError where a loss among them was not a finite number.
        """
        if self._replay is not None:
            loss, correct, images = self._replay.take_sums()
            self._totals.loss += loss
            self._totals.correct += correct
            self._totals.images += images
        return self._totals

    def replayable_step(self, batch: Tensor, crops: Crops) -> tuple[Tensor, Tensor]:
        """Update the weights from one batch without once waiting for the device.

        Returns the mean loss and how many the network got right, both 0-dimensional.
        """
        labels = self.labels[batch]
        logits, loss = self._forward(self.inputs(batch, crops), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        self._update()
        return loss.detach(), (logits.detach().argmax(1) == labels).sum()

    def _count(self) -> None:
        self.step += 1
        self.batches_done += 1

    def _labels_of(self, batch: Tensor) -> Tensor:
        return self.labels[batch.to(self.labels.device)]

    def _forward(self, inputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        with aiming_at(self.model, labels):
            logits: Tensor = self.model(inputs)
        return logits, cross_entropy(logits, labels)

    def _backward(self, inputs: Tensor, labels: Tensor) -> float:
        logits, loss = self._forward(inputs, labels)
        value = loss.item()
        if not math.isfinite(value):
            raise diverged(self.model, inputs, f"the loss became {value}", self.step + 1, self.spec)
        loss.backward()  # type: ignore[no-untyped-call]
        self._totals.loss += value * len(labels)
        self._totals.correct += int((logits.detach().argmax(1) == labels).sum())
        self._totals.images += len(labels)
        return value

    def _update(self) -> None:
        with updating(self.model):
            self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
