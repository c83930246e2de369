"""Checkpoints, activations, results: written whole or not at all, read only if intact."""

from backend.artifacts.cache import CachedStore
from backend.artifacts.choosing import open_store
from backend.artifacts.errors import ArtifactError, DamagedArtifactError, DiskFullError
from backend.artifacts.local import LocalStore
from backend.artifacts.store import ArtifactStore, Stored

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
