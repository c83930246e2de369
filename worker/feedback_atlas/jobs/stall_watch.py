"""Detection of a worker whose idle processes take no more work.

Without a server between them, the processes of a worker read messages from one pipe under one
lock. One that is killed while it reads leaves the lock locked for ever: no other takes a message
again, and only a new worker helps.
"""

from __future__ import annotations

from collections.abc import Collection

STALLED_SECONDS = 30.0


class StallWatch:
    """Memory of the time since when each message waits although a process is idle."""

    def __init__(self, concurrency: int, seconds: float = STALLED_SECONDS) -> None:
        self._concurrency = concurrency
        self._seconds = seconds
        self._since: dict[str, float] = {}

    def stalled(self, now: float, waiting: Collection[str], active: int) -> bool:
        """Return True once a message has waited too long; call it every few seconds.

        Args:
            now: seconds of a clock that never goes back.
            waiting: ids of messages that the worker has taken and no process has.
            active: how many processes work on one.
        """
        idle = active < self._concurrency
        self._since = {id_: self._since.get(id_, now) for id_ in waiting} if idle else {}
        return any(now - since >= self._seconds for since in self._since.values())
