"""The Celery application: `atlas worker` starts it, `celery -A feedback_atlas.jobs.app` asks it."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from typing import Any

import psutil
from billiard.exceptions import WorkerLostError
from celery.signals import (
    setup_logging,
    task_failure,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)
from celery.worker import WorkController, state

from feedback_atlas.jobs.context import train_concurrency
from feedback_atlas.jobs.machine import describe
from feedback_atlas.jobs.stall_watch import StallWatch
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.queue import workers
from feedback_atlas.server.queue.dispatcher import TRAIN_TASK, celery_app, prepare_broker
from feedback_atlas.server.runs import recovery
from feedback_atlas.server.settings import Settings

# A step of a large network may take long on a slow machine; whoever stops a worker waits 15 s.
_HAND_BACK_SECONDS = 10.0

settings = Settings()
prepare_broker(settings)
app = celery_app(settings)
# What the command line does not say.
app.conf.worker_concurrency = train_concurrency(settings)


@setup_logging.connect
def _set_up_logging(loglevel: int, **_: Any) -> None:
    logging.basicConfig(
        level=loglevel, format="%(asctime)s %(levelname)s %(processName)s %(message)s"
    )


class _Presence:
    """A thread of the worker's parent process that says it is alive until the worker stops."""

    def __init__(self, name: str, queues: str, concurrency: int) -> None:
        self.name = name
        self._queues = queues
        self._concurrency = concurrency
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
        self._database = Database(settings.resolved_database_url)

    def start(self) -> None:
        self._thread.start()

    def release(self) -> None:
        """Let running work be handed back: its processes store a checkpoint and stop.

        What has not stopped after a while is taken from them, as it stood at its last checkpoint.
        """
        with self._database.write() as session:
            workers.stop(session, self.name)
        if not self._closed.wait(_HAND_BACK_SECONDS):
            with self._database.write() as session:
                recovery.release(session, self.name)

    def killed(self, run_id: str, message: str) -> None:
        """Take a run back whose process the system has killed while it worked on ``message``."""
        with self._database.write() as session:
            recovery.killed(session, run_id, self.name, message, max_attempts=settings.max_attempts)

    def close(self) -> None:
        self._closed.set()
        self._thread.join()
        with self._database.write() as session:
            workers.leave(session, self.name)
        self._database.close()

    def _run(self) -> None:
        described = describe(settings, queues=self._queues, concurrency=self._concurrency)
        watch = StallWatch(self._concurrency)
        while True:
            try:
                with self._database.write() as session:
                    workers.beat(session, self.name, described)
            except Exception:
                logging.exception("The database does not answer; this worker looks absent.")
            if self._closed.wait(workers.BEAT_SECONDS):
                return
            try:
                active = {request.id for request in state.active_requests}
                waiting = {request.id for request in state.reserved_requests} - active
            except RuntimeError:  # Another thread changed them just now.
                continue
            if watch.stalled(time.monotonic(), waiting, len(active)):
                self._give_up()

    def _give_up(self) -> None:
        """End a worker that no longer takes work, so that whoever started it starts another."""
        logging.error("No idle process takes the message that waits; this worker ends.")
        self.release()
        with self._database.write() as session:
            workers.leave(session, self.name)
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        # An orderly end would wait for those processes to read that they are to stop.
        os._exit(os.EX_TEMPFAIL)


_presences: list[_Presence] = []


@worker_ready.connect
def _on_ready(sender: Any, **_: Any) -> None:
    controller: WorkController = sender.controller
    queues = ",".join(sorted(controller.app.amqp.queues.consume_from))
    presence = _Presence(sender.hostname, queues, controller.concurrency)
    _presences.append(presence)
    presence.start()


@worker_shutting_down.connect
def _on_shutting_down(**_: Any) -> None:
    # Runs in a signal handler: only start what does the work.
    for presence in _presences:
        threading.Thread(target=presence.release, daemon=True).start()


@task_failure.connect
def _on_failure(sender: Any, task_id: str, exception: BaseException, args: Any, **_: Any) -> None:
    # Sent in the parent when a child is gone, which is too late for the child to say so.
    if sender.name == TRAIN_TASK and isinstance(exception, WorkerLostError):
        for presence in _presences:
            presence.killed(args[0], task_id)


@worker_shutdown.connect
def _on_shutdown(**_: Any) -> None:
    while _presences:
        _presences.pop().close()
