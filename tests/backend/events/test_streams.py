"""Open streams: over HTTP, many at once, late, and idle."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
import uvicorn
from sqlalchemy import event

from feedback_atlas.server.api.deps import part_of
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.events import hub
from feedback_atlas.server.events import service as events
from feedback_atlas.server.events.hub import EventHub
from feedback_atlas.server.main import create_app
from feedback_atlas.server.settings import Settings
from tests.backend.events.test_events import append, ids_in
from tests.conftest import free_port


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.02)


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_stream_over_http_is_one_of_server_sent_events(settings: Settings) -> None:
    app = create_app(settings)
    database: Database = part_of(app, Database)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))

    async def follow() -> tuple[bytes, bytes]:
        serving = asyncio.create_task(server.serve())
        await eventually(lambda: server.started)
        await asyncio.to_thread(append, database, 3)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: 1\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        body = b""
        async with asyncio.timeout(20):
            while body.count(b"\nid: ") < 2:
                body += await reader.read(65536)
            await asyncio.to_thread(append, database, 1)
            while body.count(b"\nid: ") < 3:
                body += await reader.read(65536)
        writer.close()
        server.should_exit = True
        await serving
        return head, body

    head, body = asyncio.run(follow())
    assert b"content-type: text/event-stream" in head
    assert ids_in(body) == [2, 3, 4]
    data = [json.loads(line[6:]) for line in body.decode().splitlines() if line[:6] == "data: "]
    assert [(one["id"], one["type"]) for one in data] == [(2, "run"), (3, "run"), (4, "run")]
    assert body.count(b"event: run") == 3


def test_many_streams_read_the_table_as_often_as_one(database: Database) -> None:
    """Read and write out a wave of events once, however many streams there are."""
    statements: list[str] = []
    written: list[int] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if "FROM events" in statement and "max(" not in statement:
            statements.append(statement)

    async def follow(streams: int) -> list[list[int]]:
        event_hub = EventHub(database)
        watching = asyncio.create_task(event_hub.run())
        seen: list[list[int]] = [[] for _ in range(streams)]

        async def read(mine: list[int]) -> None:
            async for text in event_hub.follow(None):
                mine.extend(ids_in(text))

        readers = [asyncio.create_task(read(mine)) for mine in seen]
        await eventually(lambda: event_hub._listeners == streams)
        watching.cancel()
        await asyncio.to_thread(append, database, 5)
        event.listen(database.engine, "before_cursor_execute", note)
        statements.clear()
        watching = asyncio.create_task(event_hub.run())
        await eventually(lambda: all(len(mine) == 5 for mine in seen))
        written.append(len([one for one in statements if one]))
        watching.cancel()
        await event_hub.close()
        await asyncio.gather(*readers)
        event.remove(database.engine, "before_cursor_execute", note)
        return seen

    alone = asyncio.run(follow(1))
    many = asyncio.run(follow(50))
    assert alone == [[1, 2, 3, 4, 5]]
    assert many == [[6, 7, 8, 9, 10]] * 50
    # The hub alone reads, a few times until all have sent; each for itself would be 50 statements.
    assert written[1] < 25


def test_a_stream_that_is_far_behind_catches_up_from_the_table(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read page by page while the hub goes on; nothing is missed or doubled."""
    monkeypatch.setattr(hub, "_PAGE", 3)
    append(database, 10)

    async def follow() -> list[int]:
        event_hub = EventHub(database)
        watching = asyncio.create_task(event_hub.run())
        seen: list[int] = []
        stream = event_hub.follow(0)
        async for text in stream:
            seen.extend(ids_in(text))
            if len(seen) == 6:
                await asyncio.to_thread(append, database, 10)
            if seen[-1] == 20:
                break
        await stream.aclose()  # type: ignore[attr-defined]
        watching.cancel()
        return seen

    assert asyncio.run(follow()) == list(range(1, 21))


def test_a_slow_stream_does_not_hold_what_others_have_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_PAGE", 2)

    async def follow() -> tuple[list[int], int]:
        event_hub = EventHub(database)
        watching = asyncio.create_task(event_hub.run())
        slow = event_hub.follow(0)
        append(database, 1)
        seen = ids_in(await anext(slow))
        await asyncio.to_thread(append, database, 200)
        await eventually(lambda: event_hub._position == 201)
        kept = len(event_hub._recent)
        while seen[-1] < 201:
            seen += ids_in(await anext(slow))
        await slow.aclose()  # type: ignore[attr-defined]
        watching.cancel()
        return seen, kept

    seen, kept = asyncio.run(follow())
    assert seen == list(range(1, 202))
    assert kept == hub._BATCHES_KEPT


def test_an_idle_stream_says_that_it_is_alive(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PING_SECONDS", 0.05)

    async def follow() -> bytes:
        event_hub = EventHub(database)
        stream = event_hub.follow(None)
        first = await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        return first

    assert asyncio.run(follow()) == b": ping\n\n"
    with database.read() as session:
        assert events.newest_id(session) == 0
