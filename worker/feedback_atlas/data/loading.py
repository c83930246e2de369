"""The data sets by id."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from feedback_atlas.data.cifar import cifar10, cifar100
from feedback_atlas.data.digits import digits
from feedback_atlas.data.folder import folder
from feedback_atlas.data.image_data import DataError, ImageData
from feedback_atlas.data.mnist import fashion_mnist, mnist
from feedback_atlas.data.svhn import svhn

Loader = Callable[[Path | None, Path | None, int, Sequence[Path]], ImageData]


def _load_digits(
    root: Path | None, cache: Path | None, image_size: int, allowed: Sequence[Path]
) -> ImageData:
    return digits(image_size)


def _published(name: str, read: Callable[[Path, int], ImageData]) -> Loader:
    """Return a loader of a published data set, which needs no cache."""
    return lambda root, _cache, image_size, _allowed: read(_needed(name, root), image_size)


def _load_folder(
    root: Path | None, cache: Path | None, image_size: int, allowed: Sequence[Path]
) -> ImageData:
    return folder(_needed("folder", root), cache, image_size, allowed)


def _needed(name: str, root: Path | None) -> Path:
    if root is None:
        raise DataError(f"data set {name!r} needs a root: the folder that holds its files")
    return root


DATA_SETS: Mapping[str, Loader] = {
    "digits": _load_digits,
    "mnist": _published("mnist", mnist),
    "fashion_mnist": _published("fashion_mnist", fashion_mnist),
    "svhn": _published("svhn", svhn),
    "cifar10": _published("cifar10", cifar10),
    "cifar100": _published("cifar100", cifar100),
    "folder": _load_folder,
}


def load(
    name: str,
    *,
    root: Path | None = None,
    cache: Path | None = None,
    image_size: int = 24,
    allowed: Sequence[Path] = (),
) -> ImageData:
    """Load a data set by its id.

    name: "digits" (inside scikit-learn), "folder" (an image folder at root), or one that is
        downloaded to root on first use: "mnist", "fashion_mnist", "svhn", "cifar10", "cifar100".
    root: folder of the data; not needed for digits.
    cache: folder for decoded images; used by "folder" only.
    image_size: side in pixels of the crops that will be taken.
    allowed: for "folder", folders that links must not lead out of; none are anywhere.

    Returns the data. Raises DataError where it cannot be loaded.
    """
    if name not in DATA_SETS:
        raise DataError(f"unknown data set {name!r}; it must be one of {', '.join(DATA_SETS)}")
    if image_size < 1:
        raise DataError(f"image_size is {image_size}; it must be at least 1")
    return DATA_SETS[name](root, cache, image_size, allowed)
