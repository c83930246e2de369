"""Checkpoints, activations and results: written whole or not at all, read only if intact."""

from feedback_atlas.server.artifacts.cached import CachedStore
from feedback_atlas.server.artifacts.errors import (
    ArtifactError,
    DamagedArtifactError,
    DiskFullError,
)
from feedback_atlas.server.artifacts.local import LocalStore
from feedback_atlas.server.artifacts.opening import open_store
from feedback_atlas.server.artifacts.store import ArtifactStore, Stored

__all__ = [
    "ArtifactError",
    "ArtifactStore",
    "CachedStore",
    "DamagedArtifactError",
    "DiskFullError",
    "LocalStore",
    "Stored",
    "open_store",
]
