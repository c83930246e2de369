"""Writes to a database that may be restarted, retried so that no hours of training are lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from feedback_atlas.server.db.session import Database

# What SQLAlchemy raises where a database does not answer.
SILENT = (OperationalError, InterfaceError)

_PAUSE_SECONDS = 1.0
# Long enough for a server's upgrade.
_LIMIT_SECONDS = 900.0

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


def patiently(database: Database, work: Callable[[Session], Result]) -> Result:
    """Return what ``work`` returns, done in a transaction of its own.

    It is done again until the database answers, so doing it twice must do no harm. Raises what it
    raised last once the database was silent for 15 minutes.
    """
    started = time.monotonic()
    while True:
        try:
            with database.write() as session:
                return work(session)
        except SILENT as error:
            if time.monotonic() - started > _LIMIT_SECONDS:
                raise
            _log.warning("The database does not answer; trying again: %s", error)
            time.sleep(_PAUSE_SECONDS)
