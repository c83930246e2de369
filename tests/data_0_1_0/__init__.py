"""A data folder that 0.1.0 wrote, and what its links showed; `make.py` made it."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

ARCHIVE = Path(__file__).with_name("data_0_1_0.tar.xz")


def unpack(folder: Path) -> dict[str, Any]:
    """Unpack the data folder as ``folder / "data"``; return what 0.1.0 showed of it."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    shown: dict[str, Any] = json.loads((folder / "shown.json").read_text())
    return shown
