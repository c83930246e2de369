"""One network learning: its weights, optimiser, random streams and training images."""

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from worker.data import ImageData, centre_crop, normalise, random_crops
from worker.learning import Measures, aiming_at, convert, global_measures, record, updating
from worker.models import build
from worker.training.divergence import diverged
from worker.training.seeding import stream
from worker.training.spec import TrainingSpec


def learning_network(spec: TrainingSpec, data: ImageData) -> nn.Module:
    """Build the network that a spec begins with, converted to its rule, on the CPU."""
    model = build(
        spec.architecture,
        in_channels=data.channels,
        image_size=spec.image_size,
        num_classes=len(data.class_names),
        generator=stream(spec.seed, "weights"),
    )
    return convert(
        model,
        spec.rule,
        feedback_scale=spec.feedback_scale,
        normalization=spec.normalization,
        feedback_decay=spec.feedback_decay,
        mirror_rate=spec.mirror_rate,
        generator=stream(spec.seed, "feedback"),
        example_input=torch.zeros(1, data.channels, spec.image_size, spec.image_size),
    )


class Learner:
    """A network of a spec's architecture and rule, and what it takes to train it step by step."""

    def __init__(self, spec: TrainingSpec, data: ImageData, device: torch.device) -> None:
        if spec.image_size > data.image_size:
            raise ValueError(
                f"image_size is {spec.image_size}, but the images of {data.name} have "
                f"{data.image_size} pixels a side; it must be at most that"
            )
        self.spec = spec
        self.data = data
        self.images = data.train.images.to(device)
        self.labels = data.train.labels.to(device)
        self.order = stream(spec.seed, "order")
        self.augmentation = stream(spec.seed, "augmentation")
        self.model = learning_network(spec, data).to(device).to(memory_format=torch.channels_last)
        # One fused pass over all parameters: a little faster than Adam's foreach variant.
        self.optimiser = torch.optim.Adam(
            self.model.parameters(), lr=spec.lr, weight_decay=spec.weight_decay, fused=True
        )
        self.step = 0

    def batches(self) -> Iterator[Tensor]:
        """Return the next epoch's batches: positions (n,) in the training set, in random order.

        The last batch holds what is left over: it is learned from too, as in the paper.
        """
        permutation = torch.randperm(len(self.labels), generator=self.order)
        return iter(torch.split(permutation, self.spec.batch_size))

    def inputs(self, batch: Tensor) -> Tensor:
        """Return a batch's crops, normalised: (n, channels, size, size) float32."""
        size = self.spec.image_size
        if self.spec.augment:
            crops = random_crops(
                self.images, batch, size, flip=self.data.flip, generator=self.augmentation
            )
        else:
            crops = centre_crop(self.images[batch.to(self.images.device)], size)
        return normalise(crops, self.data.mean, self.data.std)

    def learn(self, batch: Tensor) -> tuple[float, int]:
        """Update the weights from one batch; return its mean loss and how many it got right."""
        loss, correct = self._backward(self.inputs(batch), self._labels_of(batch))
        self._update()
        return loss, correct

    def learn_and_measure(
        self, batch: Tensor, *, local: bool = True, against_bp: bool = False
    ) -> tuple[float, int, Measures]:
        """As `learn`, to the bit; return the measures of learning before the update as well.

        local: what needs this backward pass alone. against_bp: what needs backpropagation's too.
        """
        inputs, labels = self.inputs(batch), self._labels_of(batch)
        with record(self.model) as recording:
            loss, correct = self._backward(inputs, labels)
        measures = recording.measures() if local else {}
        if against_bp:
            measures |= global_measures(
                self.model, recording, lambda: cross_entropy(self.model(inputs), labels)
            )
        self._update()
        return loss, correct, measures

    def _labels_of(self, batch: Tensor) -> Tensor:
        return self.labels[batch.to(self.labels.device)]

    def _backward(self, inputs: Tensor, labels: Tensor) -> tuple[float, int]:
        with aiming_at(self.model, labels):
            logits = self.model(inputs)
        loss = cross_entropy(logits, labels)
        value = loss.item()
        if not math.isfinite(value):
            raise diverged(self.model, inputs, f"the loss became {value}", self.step + 1, self.spec)
        loss.backward()  # type: ignore[no-untyped-call]
        return value, int((logits.detach().argmax(1) == labels).sum())

    def _update(self) -> None:
        with updating(self.model):
            self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
