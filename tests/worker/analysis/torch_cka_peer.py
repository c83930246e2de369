"""torch-cka and ckatorch, the other implementations, kept apart from the project's own packages.

They are installed without their dependencies, which the project has, into the ignored folder
`.cache`, once.
"""

from __future__ import annotations

import importlib.util
import sys
import warnings
from types import ModuleType

from tests import peers

PACKAGES = ("torch-cka==0.21", "ckatorch==1.0.3")
FOLDER = peers.ROOT / "cka-peers"


def install() -> str | None:
    """Install them where they are not; return why that failed, or None."""
    return peers.install(FOLDER, ("torch_cka", "ckatorch"), PACKAGES)


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
