"""MNIST and Fashion-MNIST: grey images of 28x28 pixels in ten classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from feedback_atlas.data.idx import read_idx
from feedback_atlas.data.image_data import ImageData, Split
from feedback_atlas.data.published import Publication, PublishedFile
from feedback_atlas.data.splitting import hold_out_tenth

if TYPE_CHECKING:
    from torchvision.datasets import MNIST


def mnist(root: Path, image_size: int = 24) -> ImageData:
    """Load MNIST (LeCun et al. 1998): 54,000 images to train, 6,000 to validate, 10,000 to test.

    root: folder that holds the four packed files in MNIST/raw, as torchvision lays them out; where
        one is not there, it is downloaded (12 MB in all) and its checksum compared.
    image_size: side of the crops that will be taken, at most 28 pixels.

    Returns the images, split by class and the same for every seed. Raises DataError where the
    data cannot be had, with the steps to fetch them by hand.
    """
    from torchvision.datasets import MNIST  # here, not above: the import takes seconds

    publication = _publication(
        "mnist", "MNIST", MNIST, page="http://yann.lecun.com/exdb/mnist/", size="12 MB"
    )
    return _loaded(
        publication,
        root,
        image_size,
        class_names=tuple(str(digit) for digit in range(10)),
        # Over the 60,000 published training images.
        mean=(0.1307,),
        std=(0.3081,),
        flip=False,
    )


def fashion_mnist(root: Path, image_size: int = 24) -> ImageData:
    """Load Fashion-MNIST (Xiao, Rasul & Vollgraf 2017), split as `mnist`; crops may be mirrored.

    root: folder that holds the four packed files in FashionMNIST/raw (31 MB); otherwise as `mnist`.
    """
    from torchvision.datasets import FashionMNIST

    publication = _publication(
        "fashion_mnist",
        "Fashion-MNIST",
        FashionMNIST,
        page="https://github.com/zalandoresearch/fashion-mnist",
        size="31 MB",
    )
    return _loaded(
        publication,
        root,
        image_size,
        class_names=tuple(FashionMNIST.classes),
        # Over the 60,000 published training images.
        mean=(0.2860,),
        std=(0.3530,),
        flip=True,
    )


def _publication(
    name: str, title: str, dataset: type[MNIST], *, page: str, size: str
) -> Publication:
    return Publication(
        id=name,
        name=title,
        page=page,
        size=size,
        files=tuple(
            PublishedFile(
                urls=tuple(mirror + filename for mirror in dataset.mirrors),
                path=f"{dataset.__name__}/raw/{filename}",
                md5=md5,
            )
            for filename, md5 in dataset.resources
        ),
        side=28,
    )


def _loaded(
    publication: Publication,
    root: Path,
    image_size: int,
    *,
    class_names: tuple[str, ...],
    mean: tuple[float, ...],
    std: tuple[float, ...],
    flip: bool,
) -> ImageData:
    publication.obtain(root, image_size)
    # In the order in which the files are published.
    train_images, train_labels, test_images, test_labels = (
        torch.from_numpy(read_idx(root / file.path)) for file in publication.files
    )
    train, val = hold_out_tenth(Split(train_images.unsqueeze(1), train_labels.long()))
    return ImageData(
        name=publication.id,
        train=train,
        val=val,
        test=Split(test_images.unsqueeze(1), test_labels.long()),
        class_names=class_names,
        mean=mean,
        std=std,
        flip=flip,
    )
