"""CIFAR-10: 60,000 colour images of 32x32 pixels in ten classes (Krizhevsky 2009)."""

import warnings
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock
from torch import Tensor
from torchvision.datasets import CIFAR10

from worker.data.download import fetch, md5_of, unpack
from worker.data.image_data import DataError, ImageData, Split
from worker.data.splitting import remaining, stratified_choice

_SPLIT_SEED = 42
# Per channel, over the training set: the constants that the paper uses.
_MEAN = (0.4914, 0.4822, 0.4465)
_STD = (0.2470, 0.2435, 0.2616)


def cifar10(root: Path, image_size: int = 24) -> ImageData:
    """Load CIFAR-10: 45,000 images to train, 5,000 to validate, 10,000 to test.

    root: folder that holds cifar-10-batches-py or cifar-10-python.tar.gz; where neither is there,
        the archive is downloaded into it (170 MB) and its checksum compared.
    image_size: side of the crops that will be taken, at most 32 pixels.

    Returns the images, split by class and the same for every seed. Raises DataError where the
    data cannot be had, with the steps to fetch them by hand.
    """
    if image_size > 32:
        raise DataError(f"image_size is {image_size}; CIFAR-10's images have 32 pixels a side")
    _obtain(root)
    images, labels, class_names = _read(root, train=True)
    test_images, test_labels, _ = _read(root, train=False)
    val = stratified_choice(
        labels, 5_000 * len(labels) // 50_000, np.random.default_rng(_SPLIT_SEED)
    )
    train = remaining(len(labels), val)
    return ImageData(
        name="cifar10",
        train=Split(images[train], labels[train]),
        val=Split(images[val], labels[val]),
        test=Split(test_images, test_labels),
        class_names=class_names,
        mean=_MEAN,
        std=_STD,
        flip=True,
    )


def _obtain(root: Path) -> None:
    """Make sure that root holds the unpacked, undamaged data set; one process at a time."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        # Runs that start together must not unpack over each other.
        with FileLock(root / ".cifar10.lock"):
            _fetch_and_unpack(root)
    except OSError as error:
        raise DataError(f"{root} cannot be written to ({error})") from error


def _fetch_and_unpack(root: Path) -> None:
    if _complete(root):
        return
    archive = root / CIFAR10.filename
    try:
        if not archive.exists() or md5_of(archive) != CIFAR10.tgz_md5:
            fetch(CIFAR10.url, archive, md5=CIFAR10.tgz_md5)
        unpack(archive, CIFAR10.base_folder)
    except OSError as error:
        raise DataError(
            f"CIFAR-10 is not in {root} and could not be downloaded ({error}). To put it there by "
            f"hand: open https://www.cs.toronto.edu/~kriz/cifar.html, download 'CIFAR-10 python "
            f"version' ({CIFAR10.filename}, 170 MB, md5 {CIFAR10.tgz_md5}), put the file at "
            f"{archive}, and launch again; it is unpacked by itself"
        ) from error
    if not _complete(root):
        raise DataError(
            f"the files in {root / CIFAR10.base_folder} do not have CIFAR-10's checksums; delete "
            f"that folder and {archive}, and launch again"
        )


def _complete(root: Path) -> bool:
    folder = root / CIFAR10.base_folder
    meta = (CIFAR10.meta["filename"], CIFAR10.meta["md5"])
    return all(
        (folder / name).is_file() and md5_of(folder / name) == md5
        for name, md5 in [*CIFAR10.train_list, *CIFAR10.test_list, meta]
    )


def _read(root: Path, *, train: bool) -> tuple[Tensor, Tensor, tuple[str, ...]]:
    with warnings.catch_warnings():
        # The arrays were pickled by a NumPy of 2009, which today's warns about.
        warnings.simplefilter("ignore")
        dataset = CIFAR10(root, train=train)
    images = torch.from_numpy(dataset.data).permute(0, 3, 1, 2).contiguous()
    return images, torch.tensor(dataset.targets), tuple(dataset.classes)
