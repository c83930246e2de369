"""Small stand-ins for the published data sets, of the same form, and a web that serves them."""

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
import urllib.error
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import savemat
from torchvision.datasets import CIFAR10, CIFAR100, MNIST, SVHN, FashionMNIST


@dataclass
class Web:
    """A web of content by URL. Everything else is out of reach."""

    contents: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def open(self, url: str, timeout: float) -> io.BytesIO:
        """Stand in for `urllib.request.urlopen`."""
        self.asked.append(url)
        if url not in self.contents:
            raise urllib.error.URLError("no network")
        return io.BytesIO(self.contents[url])


@dataclass(frozen=True)
class Small:
    """A small data set of a published one's form.

    files: content by path below the root, as published. urls: those files' first URLs.
    train, test: images (n, channels, side, side) and labels as the loader should give them.
    """

    files: Mapping[str, bytes]
    urls: Mapping[str, str]
    train: tuple[NDArray[np.uint8], NDArray[np.int64]]
    test: tuple[NDArray[np.uint8], NDArray[np.int64]]


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def random_images(
    seed: int, count: int, channels: int, side: int, classes: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw random images, as many of each class."""
    rng = np.random.default_rng(seed)
    images = rng.integers(256, size=(count, channels, side, side), dtype=np.uint8)
    return images, rng.permutation(np.arange(count) % classes)


def small_cifar(patch: pytest.MonkeyPatch, dataset: type[CIFAR10]) -> Small:
    """Let torchvision take a tiny archive for CIFAR-10 or CIFAR-100."""
    classes = 10 if dataset is CIFAR10 else 100
    key = "labels" if dataset is CIFAR10 else "fine_labels"
    batches = len(dataset.train_list)
    train = random_images(0, 1000, 3, 32, classes)
    test = random_images(1, 200, 3, 32, classes)
    contents: dict[str, bytes] = {}
    parts = zip(*(np.split(array, batches) for array in train), strict=True)
    for (name, _), (images, labels) in zip(
        [*dataset.train_list, *dataset.test_list], [*parts, test], strict=True
    ):
        contents[name] = pickle.dumps(
            {"data": images.reshape(len(images), -1), key: labels.tolist()}
        )
    meta = dataset.meta
    contents[meta["filename"]] = pickle.dumps({meta["key"]: [f"class {i}" for i in range(classes)]})
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in contents.items():
            info = tarfile.TarInfo(f"{dataset.base_folder}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    patch.setattr(dataset, "tgz_md5", md5(buffer.getvalue()))
    for attribute in ("train_list", "test_list"):
        names = [name for name, _ in getattr(dataset, attribute)]
        patch.setattr(dataset, attribute, [[name, md5(contents[name])] for name in names])
    patch.setattr(dataset, "meta", {**meta, "md5": md5(contents[meta["filename"]])})
    return Small(
        {dataset.filename: buffer.getvalue()}, {dataset.filename: dataset.url}, train, test
    )


def idx(array: NDArray[np.uint8]) -> bytes:
    """Write an array as MNIST's authors did."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes())


def small_mnist(patch: pytest.MonkeyPatch, dataset: type[MNIST]) -> Small:
    """Let torchvision's names stand for four tiny files of MNIST or Fashion-MNIST."""
    train, test = random_images(2, 200, 1, 28, 10), random_images(3, 50, 1, 28, 10)
    arrays = (train[0][:, 0], train[1].astype(np.uint8), test[0][:, 0], test[1].astype(np.uint8))
    files = {name: idx(array) for (name, _), array in zip(dataset.resources, arrays, strict=True)}
    patch.setattr(dataset, "resources", [(name, md5(files[name])) for name in files])
    folder = f"{dataset.__name__}/raw"
    return Small(
        {f"{folder}/{name}": content for name, content in files.items()},
        {f"{folder}/{name}": dataset.mirrors[0] + name for name in files},
        train,
        test,
    )


def small_svhn(patch: pytest.MonkeyPatch, dataset: type[SVHN]) -> Small:
    """Let two tiny .mat files stand for SVHN."""
    splits = {"train": random_images(4, 200, 3, 32, 10), "test": random_images(5, 50, 3, 32, 10)}
    files, urls, listed = {}, {}, {}
    for split, (images, labels) in splits.items():
        url, filename, _ = dataset.split_list[split]
        buffer = io.BytesIO()
        digits = np.where(labels == 0, 10, labels).astype(np.uint8)
        savemat(buffer, {"X": images.transpose(2, 3, 1, 0), "y": digits[:, None]})
        files[filename], urls[filename] = buffer.getvalue(), url
        listed[split] = [url, filename, md5(buffer.getvalue())]
    patch.setattr(dataset, "split_list", listed)
    return Small(files, urls, splits["train"], splits["test"])


SMALL: Mapping[str, Callable[[pytest.MonkeyPatch], Small]] = {
    "mnist": lambda patch: small_mnist(patch, MNIST),
    "fashion_mnist": lambda patch: small_mnist(patch, FashionMNIST),
    "svhn": lambda patch: small_svhn(patch, SVHN),
    "cifar10": lambda patch: small_cifar(patch, CIFAR10),
    "cifar100": lambda patch: small_cifar(patch, CIFAR100),
}
