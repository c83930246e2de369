"""Network architectures, each in a file of its own."""

from worker.models.architecture import Architecture, initialise
from worker.models.registry import ARCHITECTURES, build

__all__ = ["ARCHITECTURES", "Architecture", "build", "initialise"]
