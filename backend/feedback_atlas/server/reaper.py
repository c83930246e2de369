"""Recovery of work from lost workers, and wake-ups for work that waits."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.queue.dispatcher import Dispatcher
from feedback_atlas.server.runs import recovery
from feedback_atlas.server.settings import Settings

_log = logging.getLogger(__name__)


class Reaper:
    """A background task of the service; several may run at once without harm."""

    def __init__(self, database: Database, dispatcher: Dispatcher, settings: Settings) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._settings = settings

    async def run(self) -> None:
        """Look for lost and waiting work until cancelled."""
        while True:
            try:
                await run_in_threadpool(self.look)
            except SQLAlchemyError as error:
                _log.warning("The database does not answer; looking again soon: %s", error)
            await asyncio.sleep(self._settings.reap_seconds)

    def look(self) -> None:
        """Requeue what silent workers had, and publish what waits without a message."""
        lease = self._settings.lease_seconds
        attempts = self._settings.max_attempts
        with self._database.write() as session:
            lost = recovery.reap(session, lease_seconds=lease, max_attempts=attempts)
            lost += analyses.reap(session, lease_seconds=lease, max_attempts=attempts)
        if lost:
            _log.warning("%d jobs were taken back from workers that fell silent.", lost)
        self._dispatcher.publish_waiting()
