"""One reader of the event table for all open streams of this process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from backend.db.models import Event
from backend.db.session import Database
from backend.services import events

POLL_SECONDS = 0.3
_PAGE = 500

_log = logging.getLogger(__name__)


class EventHub:
    """Wakes the streams when events have come; each then reads on from where it is."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._newest = 0
        self._changed = asyncio.Condition()
        self._listeners = 0
        self._closed = False

    async def run(self) -> None:
        """Watch for events until cancelled; idle while nobody listens."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if self._listeners == 0:
                continue
            try:
                newest = await run_in_threadpool(self._read_newest)
            except SQLAlchemyError as error:
                _log.warning("The event table cannot be read now: %s", error)
                continue
            if newest > self._newest:
                async with self._changed:
                    self._newest = newest
                    self._changed.notify_all()

    async def close(self) -> None:
        """End every stream."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def follow(self, last_id: int | None) -> AsyncIterator[Event]:
        """Events after ``last_id``, first those that are there, then each as it comes.

        None follows from now on.
        """
        position = await run_in_threadpool(self._read_newest) if last_id is None else last_id
        self._listeners += 1
        try:
            while not self._closed:
                batch = await run_in_threadpool(self._read_after, position)
                for event in batch:
                    yield event
                    position = event.id
                if len(batch) == _PAGE:
                    continue
                async with self._changed:
                    while not self._closed and self._newest <= position:
                        await self._changed.wait()
        finally:
            self._listeners -= 1

    def _read_newest(self) -> int:
        with self._database.read() as session:
            return events.newest_id(session)

    def _read_after(self, last_id: int) -> list[Event]:
        with self._database.read() as session:
            return events.after(session, last_id, _PAGE)
