"""Facts of a data set before a worker loads it, without decoding an image."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from feedback_atlas.server.catalog import DATASETS
from feedback_atlas.server.core import image_folder
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs.schemas import ExperimentSpec

_IMAGES_LOOKED_AT_PER_CLASS = 20
_SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"))
# As the worker decodes them; a test holds the two sides together.
MAX_IMAGE_PIXELS = 50_000_000
MAX_IMAGE_BYTES = 50_000_000
FORMATS = ("JPEG", "PNG", "PPM", "BMP", "TIFF", "WEBP")


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """Counts that estimates and checks need."""

    channels: int
    classes: int
    train_images: int
    test_images: int


def facts(spec: ExperimentSpec, settings: Settings) -> DatasetFacts:
    """Return counts of the data set that ``spec`` names.

    Raises InvalidSpecError saying which value is wrong when a folder cannot serve.
    """
    dataset = DATASETS[spec.dataset]
    if dataset.needs_folder:
        return _folder_facts(spec, settings)
    if spec.folder is not None:
        raise InvalidSpecError.at(
            "folder", f"A folder is only for the data set 'folder', not for '{spec.dataset}'."
        )
    assert dataset.classes is not None
    assert dataset.train_images is not None
    assert dataset.test_images is not None
    return DatasetFacts(
        dataset.channels, dataset.classes, dataset.train_images, dataset.test_images
    )


def missing_note(dataset_id: str, settings: Settings) -> str | None:
    """Say how a data set comes to this machine; None where nothing has to be fetched."""
    dataset = DATASETS[dataset_id]
    root = settings.data_path / "datasets"
    unpacked = bool(dataset.unpacked) and (root / dataset.unpacked).is_dir()
    if unpacked or all((root / name).is_file() for name in dataset.files):
        return None
    named = ", ".join(dataset.files)
    return (
        f"{dataset.name} is not on this machine. A worker downloads it when the first run "
        f"starts. Without network access, download {named} from {dataset.page} and put it "
        f"into {root} without unpacking it; or choose Image folder and use your own images."
    )


def _folder_facts(spec: ExperimentSpec, settings: Settings) -> DatasetFacts:
    root = image_folder.resolve_folder(spec.folder, settings.resolved_folder_roots)
    try:
        train = _classes(root / "train", settings)
        test = _classes(root / "test", settings)
    except PermissionError as error:
        raise image_folder.wrong_folder(f"The service may not read {error.filename!a}.") from error
    if len(train) < 2:
        found = f"only the class {next(iter(train))!a}" if train else "no class"
        raise image_folder.wrong_folder(
            f"train/ holds {found}; at least two class folders with images are needed."
        )
    if set(train) != set(test):
        odd = ascii(min(set(train) ^ set(test)))
        raise image_folder.wrong_folder(
            f"train/ and test/ must contain the same classes; {odd} is in only one of them."
        )
    for images in (*train.values(), *test.values()):
        _check_sizes(images, spec.image_size)
    train_images = sum(map(len, train.values()))
    return DatasetFacts(
        channels=DATASETS["folder"].channels,
        classes=len(train),
        # The worker sets a tenth apart to validate.
        train_images=train_images - max(1, train_images // 10),
        test_images=sum(map(len, test.values())),
    )


def _classes(folder: Path, settings: Settings) -> dict[str, list[Path]]:
    if not folder.is_dir():
        raise image_folder.wrong_folder(
            f"There is no {folder.name}/ folder in it. Put images at "
            f"{folder.name}/<class>/<image> (and the like for train/ and test/)."
        )
    classes: dict[str, list[Path]] = {}
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.is_dir())
    for name in names:
        _check_inside(folder / name, settings)
        with os.scandir(folder / name) as entries:
            images = [
                Path(entry.path)
                for entry in entries
                if Path(entry.name).suffix.lower() in _SUFFIXES
            ]
        for image in islice(images, _IMAGES_LOOKED_AT_PER_CLASS):
            _check_inside(image, settings)
        if not images:
            raise image_folder.wrong_folder(
                f"The class folder {folder.name}/{name!a} contains no images."
            )
        if len(images) < 2 and folder.name == "train":
            raise image_folder.wrong_folder(
                f"The class folder train/{name!a} contains only one image; at least two "
                "are needed, one for training and one for validation."
            )
        classes[name] = images
    return classes


def _check_inside(path: Path, settings: Settings) -> None:
    lies = path.resolve()
    if not any(lies.is_relative_to(root) for root in settings.resolved_folder_roots):
        raise image_folder.wrong_folder(
            f"{path.name!a} in {path.parent.name!a} is a link to outside the allowed "
            "folders. Copy its target, or allow the folder that it points to."
        )


def _check_sizes(images: list[Path], image_size: int) -> None:
    for path in islice(images, _IMAGES_LOOKED_AT_PER_CLASS):
        try:
            size = path.stat().st_size
            with Image.open(path, formats=FORMATS) as image:
                width, height = image.size
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_large(path, "too many pixels") from error
        except (UnidentifiedImageError, OSError) as error:
            raise image_folder.wrong_folder(
                f"{path.name!a} in {path.parent.name!a} is not a readable image."
            ) from error
        if size > MAX_IMAGE_BYTES:
            raise _too_large(path, f"{size:,} bytes")
        if width * height > MAX_IMAGE_PIXELS:
            raise _too_large(path, f"{width}x{height} pixels")
        if min(width, height) < image_size:
            raise InvalidSpecError.at(
                "image_size",
                f"{path.name!a} in {path.parent.name!a} is {width}x{height} "
                f"pixels, smaller than the image size {image_size}. Use larger "
                "images or a smaller image size.",
            )


def _too_large(path: Path, what: str) -> InvalidSpecError:
    return image_folder.wrong_folder(
        f"{path.name!a} in {path.parent.name!a} has {what}; at most {MAX_IMAGE_PIXELS:,} "
        f"pixels and {MAX_IMAGE_BYTES:,} bytes per image are read."
    )
