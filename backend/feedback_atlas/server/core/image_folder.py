"""The folder of images that an experiment names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from feedback_atlas.server.core.errors import InvalidSpecError


def resolve_folder(folder: str | None, roots: Sequence[Path]) -> Path:
    """Return the folder with symbolic links followed.

    Raises InvalidSpecError when none is given, none is allowed, or it lies outside every root.
    """
    if not roots:
        raise wrong_folder(
            "No folder may be read yet. Start the service with ATLAS_FOLDER_ROOTS set to "
            "the folder that contains your data sets."
        )
    allowed = ", ".join(str(root) for root in roots)
    if not folder or not folder.strip():
        raise wrong_folder(f"Give the path of a folder inside {allowed}.")
    try:
        path = (roots[0] / Path(folder).expanduser()).resolve()
        inside = any(path.is_relative_to(root) for root in roots)
        exists = inside and path.is_dir()
    except (OSError, ValueError, RuntimeError) as error:
        raise wrong_folder(f"{folder[:200]!a} is not a usable path.") from error
    if not inside:
        raise wrong_folder(f"{folder[:200]!a} is outside the allowed folders: {allowed}.")
    if not exists:
        raise wrong_folder(f"There is no folder {folder[:200]!a}.")
    return path


def wrong_folder(message: str) -> InvalidSpecError:
    return InvalidSpecError.at("folder", message)
