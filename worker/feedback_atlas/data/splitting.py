"""Choice of images class by class, the same ones every time."""

import numpy as np
import torch
from torch import Tensor

from feedback_atlas.data.image_data import Split

_HOLD_OUT_SEED = 42


def stratified_choice(labels: Tensor, size: int, generator: np.random.Generator) -> Tensor:
    """Choose positions so that each class keeps its share.

    labels: (n,) int64. size: how many to choose. generator: what the choice depends on.

    Returns (size,) int64 positions in ascending order. Classes get size * share rounded down,
    and the largest remainders get one more. Raises ValueError where size is not in 1..n.
    """
    total = len(labels)
    if not 1 <= size <= total:
        raise ValueError(f"cannot choose {size} of {total} images; choose between 1 and {total}")
    numbers = labels.numpy()
    classes, counts = np.unique(numbers, return_counts=True)
    quotas = counts * size // total
    remainders = counts * size % total
    quotas[np.argsort(-remainders, kind="stable")[: size - quotas.sum()]] += 1
    chosen = [
        generator.permutation(np.flatnonzero(numbers == label))[:quota]
        for label, quota in zip(classes, quotas, strict=True)
    ]
    return torch.from_numpy(np.sort(np.concatenate(chosen)))


def remaining(total: int, chosen: Tensor) -> Tensor:
    """Return the positions in 0..total-1 that were not chosen, in ascending order."""
    kept = torch.ones(total, dtype=torch.bool)
    kept[chosen] = False
    return kept.nonzero().squeeze(1)


def hold_out_tenth(published: Split) -> tuple[Split, Split]:
    """Set a tenth of the training images apart to validate, class by class, always the same.

    Returns (train, val); val has n // 10 images, and at least one.
    """
    images, labels = published
    val = stratified_choice(
        labels, max(1, len(labels) // 10), np.random.default_rng(_HOLD_OUT_SEED)
    )
    train = remaining(len(labels), val)
    return Split(images[train], labels[train]), Split(images[val], labels[val])
