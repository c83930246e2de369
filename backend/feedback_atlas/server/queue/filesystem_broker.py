"""The folders of the broker that needs no server: Kombu's ``filesystem://`` transport."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from feedback_atlas.server.settings import Settings


def is_embedded(settings: Settings) -> bool:
    """Return True where messages are files in a folder, with no server between."""
    return settings.resolved_broker_url.startswith("filesystem:")


def folders(settings: Settings) -> tuple[Path, Path]:
    """Return the folders of messages and of the tables of bindings."""
    root = settings.data_path / "broker"
    return root / "messages", root / "control"


def make_folders(settings: Settings, exchanges: Iterable[str]) -> None:
    """Make what the transport reads and writes; call it before messages are sent or read.

    The transport locks a table of bindings after it has made it, so that of two processes that
    start together one may read the other's empty file and end. A table that is there already is
    locked before it is read: each is made here, whole, and an unreadable one (its writer was
    killed) is emptied, since every process binds its own queues when it starts.
    """
    messages, control = folders(settings)
    for folder in (messages, control):
        folder.mkdir(parents=True, exist_ok=True)
    for exchange in exchanges:
        _make_table(control / f"{exchange}.exchange")


def _make_table(path: Path) -> None:
    if not path.exists():
        with NamedTemporaryFile(dir=path.parent, prefix=".") as new:
            new.write(b"[]")
            new.flush()
            # A link, unlike a rename, never takes the place of a table that another has made.
            with contextlib.suppress(FileExistsError):
                os.link(new.name, path)
    with path.open("rb+") as table:
        fcntl.flock(table, fcntl.LOCK_EX)
        try:
            json.loads(table.read())
        except ValueError:
            table.seek(0)
            table.write(b"[]")
            table.truncate()
