"""Evaluation of a network on images: loss, accuracy, representations."""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from feedback_atlas.data import ImageData, Split
from feedback_atlas.learning import evaluating, learning_layers, watching

# Small enough that activations stay in the processor's cache, the same for every run so that
# results do not depend on it.
_BATCH = 250


@torch.no_grad()
def evaluate(
    model: nn.Module, split: Split, data: ImageData, image_size: int
) -> tuple[float, float]:
    """Return the mean cross-entropy (nats) and the accuracy (0..1) on centre crops.

    split: images and labels, on the model's device. data: gives the normalisation.
    """
    loss, correct = 0.0, 0
    with evaluating(model):
        for images, labels in zip(
            torch.split(split.images, _BATCH), torch.split(split.labels, _BATCH), strict=True
        ):
            logits = model(data.inputs(images, image_size))
            loss += float(cross_entropy(logits.double(), labels, reduction="sum"))
            correct += int((logits.argmax(1) == labels).sum())
    return loss / len(split.labels), correct / len(split.labels)


@torch.no_grad()
def represent(
    model: nn.Module, images: Tensor, data: ImageData, image_size: int, batch_size: int = _BATCH
) -> dict[str, Tensor]:
    """Return the outputs of the Conv2d and Linear layers on centre crops of images.

    images: (n, channels, height, width) uint8, on the model's device. batch_size: how many of them
        at a time.

    Returns (n, features) float32 on the CPU by layer, flattened as (channel, row, column).
    """
    layers = learning_layers(model)
    outputs: dict[str, list[Tensor]] = {name: [] for name in layers}

    def keep(name: str, _input: Tensor, output: Tensor) -> None:
        outputs[name].append(output.flatten(1).float().cpu())

    with watching(layers, keep), evaluating(model):
        for batch in torch.split(images, batch_size):
            model(data.inputs(batch, image_size))
    return {name: torch.cat(kept) for name, kept in outputs.items()}


@torch.no_grad()
def predict(model: nn.Module, images: Tensor, data: ImageData, image_size: int) -> Tensor:
    """Return the classes that a network takes centre crops for, (n,) int64 on the CPU.

    images: (n, channels, height, width) uint8, on the model's device. -1 stands for an output that
    is not finite, which names no class.
    """
    found = []
    with evaluating(model):
        for batch in torch.split(images, _BATCH):
            logits = model(data.inputs(batch, image_size))
            finite = logits.isfinite().all(dim=1)
            found.append(logits.argmax(1).where(finite, -1).cpu())
    return torch.cat(found)
