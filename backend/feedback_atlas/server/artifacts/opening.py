"""The artifact store of the settings."""

from __future__ import annotations

from pathlib import Path

from feedback_atlas.server.artifacts.cached import CachedStore
from feedback_atlas.server.artifacts.local import LocalStore
from feedback_atlas.server.artifacts.store import ArtifactStore
from feedback_atlas.server.settings import Settings


def open_store(settings: Settings) -> ArtifactStore:
    """Open the store: a folder directly, a bucket through a cache in the data folder."""
    url = settings.resolved_artifacts_url
    if not url.startswith("s3://"):
        return LocalStore(Path(url))
    # Imported here: the S3 client takes half a second to load, and folders do not need it.
    from feedback_atlas.server.artifacts.s3 import S3Store

    bucket, _, prefix = url.removeprefix("s3://").strip("/").partition("/")
    store = S3Store(bucket, prefix)
    if not settings.cache_bytes:
        return store
    return CachedStore(store, settings.data_path / "artifact-cache", settings.cache_bytes)
