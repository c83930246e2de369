"""Images that the channels of a class are shown with."""

from __future__ import annotations

import torch

from feedback_atlas.data.image_data import Split
from feedback_atlas.jobs.analyses.exemplars import chosen_images


def test_every_class_is_among_the_images_of_a_test_set_in_class_order() -> None:
    labels = torch.arange(5).repeat_interleave(60)
    images = torch.arange(300).reshape(-1, 1, 1, 1)
    chosen = chosen_images(Split(images, labels), most=100)
    assert torch.bincount(chosen.labels).tolist() == [20] * 5
    # Pictures keep their own labels, and the choice is the same each time.
    assert torch.equal(labels[chosen.images.flatten()], chosen.labels)
    assert torch.equal(chosen.images, chosen_images(Split(images, labels), most=100).images)


def test_a_small_test_set_is_shown_whole() -> None:
    whole = Split(torch.zeros(10, 1, 2, 2), torch.arange(10))
    assert chosen_images(whole, most=10) is whole
