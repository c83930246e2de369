"""CIFAR-10 and CIFAR-100: colour images of 32x32 pixels in 10 or 100 classes (Krizhevsky 2009)."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from feedback_atlas.data.image_data import ImageData, Split
from feedback_atlas.data.published import Publication, PublishedFile
from feedback_atlas.data.splitting import hold_out_tenth

if TYPE_CHECKING:
    from torchvision.datasets import CIFAR10


def cifar10(root: Path, image_size: int = 24) -> ImageData:
    """Load CIFAR-10: 45,000 images to train, 5,000 to validate, 10,000 to test.

    root: folder that holds cifar-10-batches-py or cifar-10-python.tar.gz; where neither is there,
        the archive is downloaded into it (170 MB) and its checksum compared.
    image_size: side of the crops that will be taken, at most 32 pixels.

    Returns the images, split by class and the same for every seed. Raises DataError where the
    data cannot be had, with the steps to fetch them by hand.
    """
    from torchvision.datasets import CIFAR10  # here, not above: the import takes seconds

    _publication("cifar10", "CIFAR-10", CIFAR10).obtain(root, image_size)
    # Per channel, over the training set: the constants that the paper uses.
    mean, std = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
    return _loaded("cifar10", CIFAR10, root, mean, std)


def cifar100(root: Path, image_size: int = 24) -> ImageData:
    """Load CIFAR-100 with its 100 fine classes: 45,000 images to train, 5,000 to validate.

    root: folder that holds cifar-100-python or cifar-100-python.tar.gz; otherwise as `cifar10`.
    """
    from torchvision.datasets import CIFAR100

    _publication("cifar100", "CIFAR-100", CIFAR100).obtain(root, image_size)
    # Per channel, over the 50,000 published training images.
    mean, std = (0.5071, 0.4865, 0.4409), (0.2673, 0.2564, 0.2762)
    return _loaded("cifar100", CIFAR100, root, mean, std)


def _publication(name: str, title: str, dataset: type[CIFAR10]) -> Publication:
    return Publication(
        id=name,
        name=title,
        page="https://www.cs.toronto.edu/~kriz/cifar.html",
        size="170 MB",
        files=(PublishedFile(urls=(dataset.url,), path=dataset.filename, md5=dataset.tgz_md5),),
        side=32,
        folder=dataset.base_folder,
        contents={
            **dict(dataset.train_list),
            **dict(dataset.test_list),
            dataset.meta["filename"]: dataset.meta["md5"],
        },
    )


def _loaded(
    name: str,
    dataset: type[CIFAR10],
    root: Path,
    mean: tuple[float, ...],
    std: tuple[float, ...],
) -> ImageData:
    published, class_names = _read(dataset, root, train=True)
    train, val = hold_out_tenth(published)
    return ImageData(
        name=name,
        train=train,
        val=val,
        test=_read(dataset, root, train=False)[0],
        class_names=class_names,
        mean=mean,
        std=std,
        flip=True,
    )


def _read(dataset: type[CIFAR10], root: Path, *, train: bool) -> tuple[Split, tuple[str, ...]]:
    # The files are pickles: torchvision compares their checksums again before it loads them.
    with warnings.catch_warnings():
        # The arrays were pickled by a NumPy of 2009, which today's warns about.
        warnings.simplefilter("ignore")
        loaded = dataset(root, train=train)
    images = torch.from_numpy(loaded.data).permute(0, 3, 1, 2).contiguous()
    return Split(images, torch.tensor(loaded.targets)), tuple(loaded.classes)
