"""Network architectures, each in a file of its own."""

from feedback_atlas.models.architecture import Architecture, initialise
from feedback_atlas.models.registry import ARCHITECTURES, build

__all__ = ["ARCHITECTURES", "Architecture", "build", "initialise"]
