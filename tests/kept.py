"""Data folders that take long to fill: filled once for this version of the code, then copied."""

from __future__ import annotations

import hashlib
import inspect
import shutil
from collections.abc import Callable
from pathlib import Path

import torch
from filelock import FileLock

_ROOT = Path(__file__).parents[1]
_KEPT = _ROOT / ".cache" / "data-folders"


def copy_kept(name: str, fill: Callable[[Path], None], to: Path) -> None:
    """Copy the data folder of this name to ``to``; have ``fill`` make it where there is none yet.

    Several processes may ask at once: one fills, the others wait. A folder that other code filled
    counts as none, and is removed.
    """
    _KEPT.mkdir(parents=True, exist_ok=True)
    kept = _KEPT / f"{name}-{_version(Path(inspect.getfile(fill)))}"
    with FileLock(_KEPT / f"{name}.lock"):
        if not kept.exists():
            for old in _KEPT.glob(f"{name}-*"):
                shutil.rmtree(old)
            filling = _KEPT / f"{name}-filling"
            fill(filling)
            filling.rename(kept)
        shutil.copytree(kept, to)


def _version(filler: Path) -> str:
    # All of the product, not the science alone: the service writes a part of a data folder.
    digest = hashlib.sha256(torch.__version__.encode())
    product = (file for name in ("backend", "worker") for file in (_ROOT / name).rglob("*.py"))
    for file in (filler, *sorted(product)):
        digest.update(str(file.relative_to(_ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
