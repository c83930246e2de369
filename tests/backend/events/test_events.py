"""The event table, by plain GET and as a stream."""

from __future__ import annotations

import asyncio
import threading

import pytest

from feedback_atlas.server.db.session import Database
from feedback_atlas.server.events import service as events
from feedback_atlas.server.events.hub import EventHub
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.specs import presets


def append(database: Database, count: int) -> None:
    for index in range(count):
        with database.write() as session:
            events.append(session, "run", {"index": index}, experiment_id="e")


def ids_in(text: bytes) -> list[int]:
    """Return ids of the events in a piece of a stream."""
    return [int(line[4:]) for line in text.decode().splitlines() if line.startswith("id: ")]


def test_events_are_listed_after_an_id(database: Database) -> None:
    append(database, 5)
    with database.read() as session:
        found = events.after(session, 2)
        assert [event.id for event in found] == [3, 4, 5]
        assert events.newest_id(session) == 5


def test_ids_become_visible_in_their_own_order(database: Database) -> None:
    """Let a reader poll while many write: it sees every event once."""
    writers = [threading.Thread(target=append, args=(database, 20)) for _ in range(4)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    while any(writer.is_alive() for writer in writers) or len(seen) < 80:
        with database.read() as session:
            seen += [event.id for event in events.after(session, seen[-1] if seen else 0)]
    for writer in writers:
        writer.join()
    assert len(seen) == len(set(seen)) == 80
    assert seen == sorted(seen)


@pytest.mark.parametrize("start", [0, 3, None])
def test_a_stream_gives_what_was_missed_then_what_comes(
    database: Database, start: int | None
) -> None:
    append(database, 5)

    async def follow() -> list[int]:
        hub = EventHub(database)
        watching = asyncio.create_task(hub.run())
        seen: list[int] = []

        async def read() -> None:
            async for text in hub.follow(start):
                seen.extend(ids_in(text))
                if seen[-1] == 8:
                    await hub.close()

        reading = asyncio.create_task(read())
        await asyncio.sleep(0.2)
        await asyncio.to_thread(append, database, 3)
        await asyncio.wait_for(reading, 10)
        watching.cancel()
        return seen

    first = 6 if start is None else start + 1
    assert asyncio.run(follow()) == list(range(first, 9))


def test_creating_an_experiment_is_an_event(database: Database) -> None:
    with database.write() as session:
        created = experiments.create(session, presets.default_spec())
    with database.read() as session:
        told, logged = events.after(session, 0)
    assert (told.type, told.data["id"]) == ("experiment", created.id)
    assert (logged.type, logged.data["kind"]) == ("log", "launched")
