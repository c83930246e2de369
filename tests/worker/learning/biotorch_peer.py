"""BioTorch 0.0.16, the other implementation, kept apart from the project's own packages.

It is installed without its dependencies (among them Jupyter and TensorBoard, which its layers do
not use) into the ignored folder `.cache`, once.
"""

import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

VERSION = "0.0.16"
FOLDER = Path(__file__).parents[3] / ".cache" / f"biotorch-{VERSION}"


def install() -> str | None:
    """Install it where it is not; return why that failed, or None."""
    if (FOLDER / "biotorch").is_dir():
        return None
    FOLDER.parent.mkdir(exist_ok=True)
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--target", str(FOLDER), f"biotorch=={VERSION}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return None if finished.returncode == 0 else finished.stderr.strip()[-500:]


def load() -> tuple[ModuleType, ModuleType]:
    """Return its modules of whole networks and of layers."""
    sys.path.insert(0, str(FOLDER))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import biotorch.layers.fa_constructor as layers
            import biotorch.module.biomodule as networks
    finally:
        sys.path.remove(str(FOLDER))
    return networks, layers
