"""Image files on disk: found class by class, and decoded by many threads."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from feedback_atlas.data.image_data import DataError

_BLOCK = 256
# A small file can decode to gigabytes; a photograph has less than this.
MAX_IMAGE_PIXELS = 50_000_000
MAX_IMAGE_BYTES = 50_000_000
# Pillow looks at the content, whatever the file is called, and would start other programs for some.
FORMATS = ("JPEG", "PNG", "PPM", "BMP", "TIFF", "WEBP")
ENDINGS = (".jpg", ".jpeg", ".png", ".ppm", ".pgm", ".bmp", ".tif", ".tiff", ".webp")


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One image file: its path, label, size in bytes and time of last change in nanoseconds."""

    path: Path
    label: int
    bytes: int
    changed: int


def class_folders(folder: Path) -> list[str]:
    """Return the names of a folder's visible subfolders, sorted."""
    return sorted(
        entry.name
        for entry in os.scandir(folder)
        if entry.is_dir() and not entry.name.startswith(".")
    )


def image_files(
    folder: Path, class_names: Sequence[str], allowed: Sequence[Path] = ()
) -> list[ImageFile]:
    """Find the images below each class's folder, ordered by class and then by path.

    allowed: folders that links must not lead out of; none are anywhere.

    Raises DataError where a class has no image, or a link leads out of what is allowed.
    """
    found = []
    for label, name in enumerate(class_names):
        _check_inside(folder / name, allowed)
        paths = sorted(
            Path(parent) / file
            for parent, _, files in os.walk(folder / name)
            for file in files
            if file.lower().endswith(ENDINGS) and not file.startswith(".")
        )
        if not paths:
            raise DataError(
                f"{folder / name} holds no image; put images in it ({', '.join(ENDINGS)}) "
                "or remove the class"
            )
        for path in paths:
            if path.is_symlink():
                _check_inside(path, allowed)
            status = path.stat()
            found.append(ImageFile(path, label, status.st_size, status.st_mtime_ns))
    return found


def _check_inside(path: Path, allowed: Sequence[Path]) -> None:
    if not path.exists():
        raise DataError(f"{path} is a link that leads nowhere; remove it")
    lies = path.resolve()
    if allowed and not any(lies.is_relative_to(folder) for folder in allowed):
        raise DataError(f"{path} is a link out of the folders that may be read; copy what it names")


def decode(files: Sequence[ImageFile], *, image_size: int, side: int) -> Tensor:
    """Decode image files to RGB squares.

    image_size: least side in pixels that a file may have. side: side of the squares; an image is
    resized so that its shorter side has this length, and its centre is kept.

    Returns (n, 3, side, side) uint8. Raises DataError naming a file that is damaged or too small.
    """
    pixels = np.empty((len(files), 3, side, side), dtype=np.uint8)

    def decode_block(start: int) -> None:
        for position in range(start, min(start + _BLOCK, len(files))):
            pixels[position] = _decode_one(files[position].path, image_size, side)

    # More threads than cores were slower: they wait for the interpreter more than they decode.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            for _ in pool.map(decode_block, range(0, len(files), _BLOCK)):
                pass
        except DataError:
            pool.shutdown(cancel_futures=True)
            raise
    return torch.from_numpy(pixels)


def _decode_one(
    path: Path, image_size: int, side: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    try:
        size = path.stat().st_size
        if size > MAX_IMAGE_BYTES:
            raise DataError(f"{path} has {size:,} bytes; at most {MAX_IMAGE_BYTES:,} are read")
        with Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_IMAGE_PIXELS:
                raise DataError(
                    f"{path} has {width}x{height} pixels; at most {MAX_IMAGE_PIXELS:,} are decoded"
                )
            if min(width, height) < image_size:
                raise DataError(
                    f"{path} has {width}x{height} pixels; images need at least {image_size} a side"
                )
            # Lets a JPEG decode at a half, quarter or eighth, still at least twice what is kept.
            image.draft("RGB", (2 * side, 2 * side))
            square = _square(image.convert("RGB"), side)
    except DataError:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds
        raise DataError(
            f"{path} cannot be read as an image ({error}); replace or remove the file"
        ) from error
    return np.asarray(square).transpose(2, 0, 1)


def _square(image: Image.Image, side: int) -> Image.Image:
    """Resize so that the shorter side has the given length, and keep the centre."""
    width, height = image.size
    if (width, height) == (side, side):
        return image
    edge = min(width, height)
    left, top = (width - edge) / 2, (height - edge) / 2
    return image.resize(
        (side, side), Image.Resampling.BILINEAR, box=(left, top, left + edge, top + edge)
    )
