"""The data sets, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from feedback_atlas.server.catalog.records import INTERNAL


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set; sizes are None if they depend on the user's files."""

    id: str
    name: str
    description: str
    channels: int
    image_size: int
    stored_size: int | None
    classes: int | None
    train_images: int | None
    val_images: int | None
    test_images: int | None
    augment_default: bool
    needs_folder: bool
    # Of published data: its page, and the files below the data folder's `datasets`: a worker reads
    # either all of `files` or the folder `unpacked`.
    page: Annotated[str, INTERNAL] = ""
    files: Annotated[tuple[str, ...], INTERNAL] = ()
    unpacked: Annotated[str, INTERNAL] = ""


def _published(
    id: str,
    name: str,
    description: str,
    *,
    channels: int,
    side: int,
    classes: int,
    train: int,
    test: int,
    page: str,
    files: tuple[str, ...],
    unpacked: str = "",
) -> Dataset:
    """Make a downloaded data set; a tenth of its ``train`` images become the validation set."""
    return Dataset(
        id=id,
        name=name,
        description=description,
        channels=channels,
        image_size=24,
        stored_size=side,
        classes=classes,
        train_images=train - train // 10,
        val_images=train // 10,
        test_images=test,
        augment_default=True,
        needs_folder=False,
        page=page,
        files=files,
        unpacked=unpacked,
    )


_MNIST_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)

DATASETS: dict[str, Dataset] = {
    dataset.id: dataset
    for dataset in (
        Dataset(
            id="digits",
            name="Digits",
            description="1,797 handwritten digits bundled with scikit-learn, upsampled to 24×24.",
            channels=1,
            image_size=24,
            stored_size=24,
            classes=10,
            train_images=1257,
            val_images=180,
            test_images=360,
            augment_default=False,
            needs_folder=False,
        ),
        _published(
            "mnist",
            "MNIST",
            "70,000 greyscale handwritten digits, downloaded once (12 MB).",
            channels=1,
            side=28,
            classes=10,
            train=60_000,
            test=10_000,
            page="http://yann.lecun.com/exdb/mnist/",
            files=tuple(f"MNIST/raw/{name}" for name in _MNIST_FILES),
        ),
        _published(
            "fashion_mnist",
            "Fashion-MNIST",
            "70,000 greyscale images of clothing in ten classes, downloaded once (31 MB).",
            channels=1,
            side=28,
            classes=10,
            train=60_000,
            test=10_000,
            page="https://github.com/zalandoresearch/fashion-mnist",
            files=tuple(f"FashionMNIST/raw/{name}" for name in _MNIST_FILES),
        ),
        _published(
            "svhn",
            "SVHN",
            "99,289 colour images of house-number digits, downloaded once (246 MB).",
            channels=3,
            side=32,
            classes=10,
            train=73_257,
            test=26_032,
            page="http://ufldl.stanford.edu/housenumbers/",
            files=("train_32x32.mat", "test_32x32.mat"),
        ),
        _published(
            "cifar10",
            "CIFAR-10",
            "60,000 colour images in ten classes, downloaded once (170 MB).",
            channels=3,
            side=32,
            classes=10,
            train=50_000,
            test=10_000,
            page="https://www.cs.toronto.edu/~kriz/cifar.html",
            files=("cifar-10-python.tar.gz",),
            unpacked="cifar-10-batches-py",
        ),
        _published(
            "cifar100",
            "CIFAR-100",
            "60,000 colour images in a hundred classes, downloaded once (170 MB).",
            channels=3,
            side=32,
            classes=100,
            train=50_000,
            test=10_000,
            page="https://www.cs.toronto.edu/~kriz/cifar.html",
            files=("cifar-100-python.tar.gz",),
            unpacked="cifar-100-python",
        ),
        Dataset(
            id="folder",
            name="Image folder",
            description="Your own images: a folder with train/<class>/ and test/<class>/ inside.",
            channels=3,
            image_size=24,
            stored_size=None,
            classes=None,
            train_images=None,
            val_images=None,
            test_images=None,
            augment_default=True,
            needs_folder=True,
        ),
    )
}
