"""BioTorch 0.0.16, the other implementation, kept apart from the project's own packages.

It is installed without its dependencies (among them Jupyter and TensorBoard, which its layers do
not use) into the ignored folder `.cache`, once.
"""

import sys
import warnings
from types import ModuleType

from tests import peers

VERSION = "0.0.16"
FOLDER = peers.ROOT / f"biotorch-{VERSION}"


def install() -> str | None:
    """Install it where it is not; return why that failed, or None."""
    return peers.install(FOLDER, ("biotorch",), (f"biotorch=={VERSION}",))


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
