"""Long work never blocks the event loop: no callback takes longer than a tenth of a second."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import time
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from backend.artifacts import LocalStore
from backend.db.session import Database
from backend.main import create_app
from backend.settings import Settings
from tests.benchmarks import load_clients
from tests.benchmarks.load_data import Size, fill
from tests.conftest import free_port

_spawn = multiprocessing.get_context("spawn")
SLOW_SECONDS = 0.1


def ask(port: int, requests: list[tuple[str, str]], times: int) -> None:
    """Ask for everything at once, several times, with a stream open; in a process of its own."""

    async def one(method: str, path: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        for _ in range(times):
            body = b"{}" if method == "POST" else b""
            status, answer = await load_clients.request(reader, writer, method, path, body)
            assert status == 200, (path, answer[:300])
        writer.close()

    async def everything() -> None:
        _, stream = await asyncio.open_connection("127.0.0.1", port)
        stream.write(b"GET /api/events?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await asyncio.gather(*(one(*request) for request in requests))
        stream.close()

    asyncio.run(everything())


def slow_callbacks(
    app: FastAPI, requests: list[tuple[str, str]], caplog: pytest.LogCaptureFixture
) -> list[str]:
    """What asyncio's debug mode says of slow callbacks while the service answers."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    caplog.clear()

    async def serve() -> int | None:
        asyncio.get_running_loop().slow_callback_duration = SLOW_SECONDS
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.05)
        client = _spawn.Process(target=ask, args=(port, requests, 3))
        await asyncio.to_thread(client.start)
        await asyncio.to_thread(client.join)
        server.should_exit = True
        await serving
        return client.exitcode

    with caplog.at_level(logging.WARNING, logger="asyncio"):
        assert asyncio.run(serve(), debug=True) == 0
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "asyncio" and " took " in record.getMessage()
    ]


def test_no_callback_is_slow_while_everything_is_asked_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=tmp_path / "data", device="cpu")
    database = Database(settings.resolved_database_url)
    database.migrate()
    store = LocalStore(settings.data_path / "artifacts")
    filled = fill(database, store, Size(3, 10, 50, 6000), live_runs=2)
    database.close()
    long, compared = f"/experiments/{filled.long}", filled.compared[0]
    requests = [
        ("GET", "/experiments?limit=200"),
        ("GET", long),
        *(("GET", f"{long}/figures/{name}") for name in ("loss", "local-angle", "update-angle")),
        ("GET", f"{long}/figures/local-angle?theme=dark"),
        ("POST", f"/experiments/{compared}/comparisons"),
        ("GET", "/system"),
        ("GET", "/events/list"),
    ]
    found: list[str] = []
    # On a machine that is busy with other things any callback may be held up; one that blocks is
    # slow each time.
    for _ in range(3):
        found = slow_callbacks(create_app(settings), requests, caplog)
        if not found:
            return
    pytest.fail("\n".join(found))


def test_a_callback_that_blocks_is_found(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = FastAPI()

    @app.get("/api/blocking")
    async def block() -> None:
        time.sleep(2 * SLOW_SECONDS)

    assert slow_callbacks(app, [("GET", "/blocking")], caplog)
