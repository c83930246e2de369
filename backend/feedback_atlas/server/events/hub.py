"""A reader of the event table, shared by all open streams of this process."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from feedback_atlas.server.db.models import Event
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.events import service as events
from feedback_atlas.server.events.schemas import Event as EventOut

# As often as a run is updated; each batch wakes every stream.
POLL_SECONDS = 0.5
PING_SECONDS = 15.0
_PAGE = 500
_BATCHES_KEPT = 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Events after the id ``after``, encoded once for every stream."""

    after: int
    ids: tuple[int, ...]
    texts: tuple[bytes, ...]
    text: bytes

    @property
    def last_id(self) -> int:
        return self.ids[-1]

    def following(self, position: int) -> bytes:
        """Return the text of the events with an id above ``position``."""
        if position <= self.after:
            return self.text
        return b"".join(
            text for key, text in zip(self.ids, self.texts, strict=True) if key > position
        )


class EventHub:
    """A source of new events, encoded once; streams that are behind read the table themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._position = 0
        self._recent: deque[_Batch] = deque(maxlen=_BATCHES_KEPT)
        self._changed = asyncio.Event()
        self._listeners = 0
        self._closed = False

    async def run(self) -> None:
        """Watch for events until cancelled; idle while nobody listens."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if self._listeners == 0:
                continue
            try:
                batch = await run_in_threadpool(self._read_after, self._position)
            except SQLAlchemyError as error:
                _log.warning("The event table cannot be read now: %s", error)
                continue
            if batch is not None:
                self._recent.append(batch)
                self._position = batch.last_id
                self._wake()

    async def close(self) -> None:
        """End every stream."""
        self._closed = True
        self._wake()

    async def follow(self, last_id: int | None) -> AsyncIterator[bytes]:
        """Yield the stream's text: existing events after ``last_id``, then each as it comes.

        None follows from now on. A comment is sent after a silence, so that proxies do not take the
        stream for dead.
        """
        newest = await run_in_threadpool(self._read_newest)
        if self._listeners == 0:
            self._recent.clear()
            self._position = newest
        self._listeners += 1
        position = newest if last_id is None else last_id
        try:
            while not self._closed:
                # Taken before reading, so that no batch is missed while this stream sends.
                changed = self._changed
                batches = await self._after(position)
                for batch in batches:
                    yield batch.following(position)
                    position = batch.last_id
                if not batches and not await _is_set_within(changed, PING_SECONDS):
                    yield KEEPALIVE_COMMENT
        finally:
            self._listeners -= 1

    async def _after(self, position: int) -> Sequence[_Batch]:
        if position >= self._position:
            return ()
        if self._recent and position >= self._recent[0].after:
            return [batch for batch in self._recent if batch.last_id > position]
        batch = await run_in_threadpool(self._read_after, position)
        return () if batch is None else (batch,)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _read_newest(self) -> int:
        with self._database.read() as session:
            return events.newest_id(session)

    def _read_after(self, last_id: int) -> _Batch | None:
        with self._database.read() as session:
            found = events.after(session, last_id, _PAGE)
        if not found:
            return None
        texts = tuple(_text(event) for event in found)
        return _Batch(last_id, tuple(event.id for event in found), texts, b"".join(texts))


def _text(row: Event) -> bytes:
    event = EventOut.model_validate(row, from_attributes=True)
    return format_sse_event(data_str=event.model_dump_json(), event=event.type, id=str(event.id))


async def _is_set_within(changed: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return False
    return True
