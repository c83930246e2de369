"""The broker without a server: many processes may start in one folder at one moment."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from kombu import Exchange, Queue

from feedback_atlas.server.queue import filesystem_broker
from feedback_atlas.server.queue.dispatcher import celery_app, prepare_broker
from feedback_atlas.server.settings import Settings

TABLE = "celery.pidbox"


def bind_at_once(settings: Settings, processes: int) -> list[str]:
    """Bind a queue of its own for each of many that start together; returns the queues' names."""
    start = threading.Barrier(processes)
    # The transport remembers, for all of a process, which queues are bound.
    names = [f"{uuid4().hex}.{TABLE}" for _ in range(processes)]

    def bind(name: str) -> None:
        with celery_app(settings).connection_for_read() as connection:
            queue = Queue(name, Exchange(TABLE, type="fanout"))
            channel = connection.channel()
            start.wait()
            prepare_broker(settings)
            queue(channel).declare()

    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(bind, names))
    return names


def bound(settings: Settings) -> list[str]:
    """Return names of the queues that the table lists."""
    _, control = filesystem_broker.folders(settings)
    return sorted(name for *_, name in json.loads((control / f"{TABLE}.exchange").read_text()))


@pytest.mark.parametrize("attempt", range(5))
def test_workers_that_start_together_all_bind_their_queues(tmp_path: Path, attempt: int) -> None:
    settings = Settings(data_dir=tmp_path)
    names = bind_at_once(settings, 8)
    assert bound(settings) == sorted(names)


@pytest.mark.parametrize("left", [b"", b'[["", "", "a'])
def test_a_table_whose_writer_was_killed_is_made_anew(tmp_path: Path, left: bytes) -> None:
    settings = Settings(data_dir=tmp_path)
    _, control = filesystem_broker.folders(settings)
    control.mkdir(parents=True)
    (control / f"{TABLE}.exchange").write_bytes(left)
    names = bind_at_once(settings, 1)
    assert bound(settings) == sorted(names)


def test_a_table_in_use_keeps_its_bindings(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    names = bind_at_once(settings, 2)
    prepare_broker(settings)
    assert bound(settings) == sorted(names)
    _, control = filesystem_broker.folders(settings)
    assert not list(control.glob(".*")), "a file was left over"
