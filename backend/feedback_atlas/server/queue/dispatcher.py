"""Wake-up messages to workers; one may be lost or doubled, the database row is what counts."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy import or_, select, update

from feedback_atlas.server.db.models import Analysis, Run
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.queue import filesystem_broker
from feedback_atlas.server.settings import Settings

TRAIN_TASK = "atlas.train"
ANALYSE_TASK = "atlas.analyse"
TRAIN_QUEUE = "train"
ANALYSIS_QUEUE = "analysis"
# The two queues', and those by which Celery asks and answers its workers.
_EXCHANGES = (TRAIN_QUEUE, ANALYSIS_QUEUE, "celery.pidbox", "reply.celery.pidbox", "celeryev")

_log = logging.getLogger(__name__)


def celery_app(settings: Settings) -> Celery:
    """Return the Celery application of both sides; tasks are known here by name only."""
    app = Celery("feedback-atlas", broker=settings.resolved_broker_url, set_as_current=False)
    options: dict[str, Any] = {}
    if filesystem_broker.is_embedded(settings):
        messages, control = filesystem_broker.folders(settings)
        options = {
            "data_folder_in": str(messages),
            "data_folder_out": str(messages),
            "control_folder": str(control),
        }
    elif settings.resolved_broker_url.startswith("redis"):
        options = {"socket_connect_timeout": 2.0, "socket_timeout": 5.0}
    app.conf.update(
        broker_transport_options=options,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_serializer="json",
        accept_content=["json"],
        task_routes={TRAIN_TASK: {"queue": TRAIN_QUEUE}, ANALYSE_TASK: {"queue": ANALYSIS_QUEUE}},
        task_default_queue=TRAIN_QUEUE,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
    )
    return app


def prepare_broker(settings: Settings) -> None:
    """Make what the embedded broker needs, if that is in use; call it before a message passes."""
    if filesystem_broker.is_embedded(settings):
        filesystem_broker.make_folders(settings, _EXCHANGES)


class Dispatcher:
    """Sender of wake-ups for queued rows, with the times at which it sent them."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._celery = celery_app(settings)
        # Messages of a row that waits are sent again and again; old copies discard themselves.
        self._expires = settings.republish_seconds * 1.5

    def publish_waiting(self) -> int:
        """Send a wake-up for each queued row that has none on its way; returns how many were sent.

        A broker that does not answer leaves the rows waiting for the next call.
        """
        now = datetime.now(UTC)
        stale = now - timedelta(seconds=self._settings.republish_seconds)
        with self._database.read() as session:
            waiting = [
                (task, table, row_id)
                for task, table in ((TRAIN_TASK, Run), (ANALYSE_TASK, Analysis))
                for row_id in session.scalars(
                    select(table.id)
                    .where(
                        table.state == "queued",
                        or_(table.published_at.is_(None), table.published_at < stale),
                    )
                    .order_by(table.created_at, *([Run.position] if table is Run else []))
                )
            ]
        if waiting:
            prepare_broker(self._settings)
        sent: dict[type[Run] | type[Analysis], list[str]] = {Run: [], Analysis: []}
        for task, table, row_id in waiting:
            if not self._send(task, row_id):
                break
            sent[table].append(row_id)
        for table, ids in sent.items():
            if ids:
                with self._database.write() as session:
                    session.execute(update(table).where(table.id.in_(ids)).values(published_at=now))
        return sum(map(len, sent.values()))

    def _send(self, task: str, row_id: str) -> bool:
        try:
            self._celery.send_task(task, args=[row_id], expires=self._expires, retry=False)
        except (BrokerError, OSError) as error:
            _log.warning("The broker does not answer; queued work waits: %s", error)
            return False
        return True

    def close(self) -> None:
        """Close the connections to the broker."""
        self._celery.close()
