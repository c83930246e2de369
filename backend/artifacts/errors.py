"""What can go wrong with a stored file, in words for the person whose run it was."""

from __future__ import annotations


class ArtifactError(Exception):
    """A file cannot be stored or read; the message says which and what to do."""


class DiskFullError(ArtifactError):
    """No space is left where artifacts are stored."""


class DamagedArtifactError(ArtifactError):
    """A stored file is missing or differs from what was written."""
