"""Subsets of a set of images, by what two networks make of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUBSETS = ("all", "both_correct", "bp_correct_method_wrong", "one_class")

# Of independent, isotropic patterns, unbiased CKA has a standard deviation of about
# sqrt(2 / (n (n - 3))): 0.71 at 4 images, 0.17 at 10. Below that chance alone looks like a finding.
SMALLEST_SUBSET = 10


@dataclass(frozen=True, slots=True)
class ImageSubset:
    """Positions (n,) int64 of the chosen images, ascending, and why they are too few, or None."""

    indices: NDArray[np.int64]
    reason: str | None = None


def predicted_classes(logits: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the class of the largest output of each image; -1 where one is not finite.

    Args:
        logits: a network's outputs, (n_images, n_classes).

    Returns:
        (n_images,) int64. Of equal outputs the first counts, as in PyTorch.
    """
    with np.errstate(invalid="ignore"):
        largest = logits.argmax(axis=1)
    return np.where(np.isfinite(logits).all(axis=1), largest, -1).astype(np.int64)


def choose_subset(
    name: str,
    labels: NDArray[np.int64],
    *,
    method: NDArray[np.int64],
    reference: NDArray[np.int64],
    label: int = 0,
) -> ImageSubset:
    """Choose the images on which two networks are compared.

    Args:
        name: one of ``SUBSETS``.
        labels: the images' classes, (n_images,).
        method: classes that the network of the rule predicts, (n_images,); -1 for none.
        reference: classes that the network that it is compared with predicts, (n_images,).
        label: the class of ``one_class``.

    Returns:
        The positions; with a reason where a subset has fewer than ``SMALLEST_SUBSET`` images, or
        all images are fewer than 4, below which no estimate exists.

    Raises:
        ValueError: if the name is unknown or the arrays differ in length.

    Source: Lance & Kieu (2026), Figures 8 and 9.
    """
    if not len(labels) == len(method) == len(reference):
        raise ValueError(
            f"{len(labels)} labels, {len(method)} and {len(reference)} predictions: "
            "one of each is needed an image"
        )
    right, reference_right = method == labels, reference == labels
    masks = {
        "all": np.ones(len(labels), dtype=bool),
        "both_correct": right & reference_right,
        "bp_correct_method_wrong": ~right & reference_right,
        "one_class": labels == label,
    }
    if name not in masks:
        raise ValueError(f"unknown subset {name!r}: choose one of {', '.join(SUBSETS)}")
    indices = np.flatnonzero(masks[name]).astype(np.int64)
    least = 4 if name == "all" else SMALLEST_SUBSET
    if len(indices) < least:
        images = "image is" if len(indices) == 1 else "images are"
        return ImageSubset(indices, f"{len(indices)} {images} too few: at least {least} are needed")
    return ImageSubset(indices)
