"""A thread that renews a job's lease and learns whether the job should stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from feedback_atlas.server.core.errors import SupersededError
from feedback_atlas.server.db.session import Database

_CHECK_SECONDS = 0.5

_log = logging.getLogger(__name__)


class Lease:
    """While open: `beat` every ``heartbeat_seconds``; ``stop_wanted`` looked at twice a second."""

    def __init__(
        self,
        database: Database,
        heartbeat_seconds: float,
        *,
        beat: Callable[[Session], None],
        stop_wanted: Callable[[Session], bool],
    ) -> None:
        self._database = database
        self._heartbeat_seconds = heartbeat_seconds
        self._beat = beat
        self._stop_wanted = stop_wanted
        self._stop = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()

    def stop_requested(self) -> bool:
        """Return True for a job that should end at its next step."""
        return self._stop.is_set()

    def _run(self) -> None:
        beaten = time.monotonic()
        while not self._closed.wait(_CHECK_SECONDS):
            try:
                with self._database.read() as session:
                    if self._stop_wanted(session):
                        self._stop.set()
                if time.monotonic() - beaten >= self._heartbeat_seconds:
                    with self._database.write() as session:
                        self._beat(session)
                    beaten = time.monotonic()
            except SupersededError:
                self._stop.set()
            except SQLAlchemyError as error:
                _log.warning("The database does not answer; the lease is not renewed: %s", error)
