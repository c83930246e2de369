"""Any data set laid out as folders: train/<class>/<image> and test/<class>/<image>."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from feedback_atlas.data.decoded_cache import cache_path, read_cache, write_cache
from feedback_atlas.data.image_data import DataError, ImageData, Split, channel_statistics
from feedback_atlas.data.image_files import ImageFile, class_folders, decode, image_files
from feedback_atlas.data.splitting import hold_out_tenth


def folder(
    root: Path,
    cache: Path | None = None,
    image_size: int = 24,
    allowed: Sequence[Path] = (),
) -> ImageData:
    """Load an image folder, in torchvision's `ImageFolder` layout.

    root: holds train/ and test/, each with one folder a class. A tenth of train/, class by class
        and the same for every seed, is set apart to validate.
    cache: folder where decoded images are kept for the next time; None keeps none.
    image_size: side in pixels of the crops that will be taken. Images are stored as squares of
        4/3 that side (32 for 24), resized where they have another size.
    allowed: folders that links must not lead out of; none are anywhere.

    Returns colour images with the training images' own mean and standard deviation. Raises
    DataError where the layout is wrong, or an image is damaged or smaller than image_size.
    """
    class_names = _class_names(root)
    side = round(image_size * 4 / 3)
    train_files = image_files(root / "train", class_names, allowed)
    test_files = image_files(root / "test", class_names, allowed)
    if len(train_files) < 2:
        raise DataError(f"{root / 'train'} holds 1 image; at least 2 are needed")
    images = _decoded(root, cache, train_files, test_files, image_size, side)
    train, val = hold_out_tenth(Split(images["train"], _labels(train_files)))
    mean, std = channel_statistics(train.images)
    return ImageData(
        name="folder",
        train=train,
        val=val,
        test=Split(images["test"], _labels(test_files)),
        class_names=class_names,
        mean=mean,
        std=std,
        flip=True,
    )


def _class_names(root: Path) -> tuple[str, ...]:
    for name in ("train", "test"):
        if not (root / name).is_dir():
            raise DataError(
                f"{root} has no folder {name!r}; it must hold train/<class>/<image> and "
                "test/<class>/<image>"
            )
    train, test = class_folders(root / "train"), class_folders(root / "test")
    if len(train) < 2:
        raise DataError(
            f"{root / 'train'} has {len(train)} class folders; at least 2 classes are needed"
        )
    if train != test:
        only = sorted(set(train) ^ set(test))
        raise DataError(
            f"train and test in {root} must have the same class folders, but these are in one "
            f"only: {', '.join(only[:10])}"
        )
    return tuple(train)


def _decoded(
    root: Path,
    cache: Path | None,
    train: list[ImageFile],
    test: list[ImageFile],
    image_size: int,
    side: int,
) -> dict[str, Tensor]:
    """Return {"train", "test"} images from the cache, or decode and keep them."""
    kept = cache_path(cache, root, [*train, *test], side) if cache is not None else None
    if kept is not None and (images := read_cache(kept)) is not None:
        return images
    images = {
        "train": decode(train, image_size=image_size, side=side),
        "test": decode(test, image_size=image_size, side=side),
    }
    if kept is not None:
        write_cache(kept, images)
    return images


def _labels(files: list[ImageFile]) -> Tensor:
    return torch.tensor([file.label for file in files], dtype=torch.int64)
