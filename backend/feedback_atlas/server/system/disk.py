"""Disk space that the stored files take."""

from __future__ import annotations

import threading
import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_atlas.server.core.errors import QuotaError
from feedback_atlas.server.db.models import Artifact
from feedback_atlas.server.db.session import Database

# Every open page asks every few seconds, and there may be millions of files.
_OLD_SECONDS = 60.0


def check_quota(session: Session, wanted: int, quota: int) -> None:
    """Raise QuotaError where ``wanted`` bytes more than runs have stored exceed ``quota``."""
    if quota == 0:
        return
    stored = int(session.scalar(select(func.sum(Artifact.size))) or 0)
    if stored + wanted > quota:
        raise QuotaError(
            f"This would store about {wanted / 1e9:.2f} GB; runs have stored "
            f"{stored / 1e9:.2f} GB of the {quota / 1e9:.2f} GB allowed. Delete an "
            "experiment, or use fewer epochs, seeds or probe images."
        )


class StoredBytes:
    """Bytes of all files that runs have stored, summed at most once a minute."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._summed_at = float("-inf")
        self._bytes = 0

    def read(self) -> int:
        """Return the sum, at most a minute old."""
        with self._lock:
            if time.monotonic() - self._summed_at > _OLD_SECONDS:
                with self._database.read() as session:
                    self._bytes = int(session.scalar(select(func.sum(Artifact.size))) or 0)
                self._summed_at = time.monotonic()
            return self._bytes
