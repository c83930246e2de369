"""Decoded image folders kept on disk, so that the files are decoded once."""

import hashlib
import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from feedback_atlas.data.image_data import DataError
from feedback_atlas.data.image_files import ImageFile

_FORMAT = "1"


def cache_path(cache: Path, root: Path, files: Sequence[ImageFile], side: int) -> Path:
    """Return where decoded files belong: a name that changes with any path, size or date."""
    digest = hashlib.sha256(f"{_FORMAT} {side}\n".encode())
    for file in files:
        relative = file.path.relative_to(root).as_posix()
        digest.update(f"{relative}\0{file.bytes}\0{file.changed}\n".encode())
    return cache / f"images-{digest.hexdigest()}.safetensors"


def read_cache(path: Path) -> dict[str, Tensor] | None:
    """Return the tensors kept at a path; None where there are none or the file is damaged."""
    try:
        return load_file(path)
    except (FileNotFoundError, SafetensorError):
        return None


def write_cache(path: Path, tensors: dict[str, Tensor]) -> None:
    """Keep tensors at a path, which appears only once complete.

    Raises DataError where they cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
        try:
            save_file(tensors, partial)
            with partial.open("rb") as file:
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except (OSError, SafetensorError) as error:
        raise DataError(
            f"the decoded images cannot be written to {path.parent} ({error}); free some disk "
            "space or choose another cache folder"
        ) from error
