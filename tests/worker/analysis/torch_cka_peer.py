"""torch-cka and ckatorch, the other implementations, kept apart from the project's own packages.

They are installed without their dependencies, which the project has, into the ignored folder
`.cache`, once.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

PACKAGES = ("torch-cka==0.21", "ckatorch==1.0.3")
FOLDER = Path(__file__).parents[3] / ".cache" / "cka-peers"


def install() -> str | None:
    """Install them where they are not; return why that failed, or None."""
    if all((FOLDER / name).is_dir() for name in ("torch_cka", "ckatorch")):
        return None
    FOLDER.parent.mkdir(exist_ok=True)
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--target", str(FOLDER), *PACKAGES),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return None if finished.returncode == 0 else finished.stderr.strip()[-500:]


def load() -> tuple[ModuleType, ModuleType]:
    """Return torch_cka, and of ckatorch the module with HSIC, all that needs no more packages."""
    sys.path.insert(0, str(FOLDER))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import torch_cka
    finally:
        sys.path.remove(str(FOLDER))
    spec = importlib.util.spec_from_file_location("ckatorch_hsic", FOLDER / "ckatorch" / "hsic.py")
    assert spec is not None
    assert spec.loader is not None
    hsic = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hsic)
    return torch_cka, hsic
