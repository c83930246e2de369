"""Other implementations to compare with, kept apart from the project's own packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1] / ".cache"


def install(folder: Path, modules: tuple[str, ...], packages: tuple[str, ...]) -> str | None:
    """Install packages into a folder, once, without what they depend on.

    Returns why that failed, or None.
    """
    if all((folder / name).is_dir() for name in modules):
        return None
    folder.parent.mkdir(exist_ok=True)
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--target", str(folder), *packages),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return None if finished.returncode == 0 else finished.stderr.strip()[-500:]
