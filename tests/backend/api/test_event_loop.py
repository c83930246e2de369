"""Long work never blocks the event loop.

A clock cannot tell this on a busy machine, where any callback may be held up for any time by other
programs. Two things can: whether a callback calls what waits (a file, the database, a lock, a
sleep), which `blockbuster` finds, and how much processor time it takes for itself.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from blockbuster import BlockingError, blockbuster_ctx
from fastapi import FastAPI

from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.main import create_app, warm_up
from feedback_atlas.server.settings import Settings
from tests.benchmarks import load_clients
from tests.benchmarks.load_data import Size, fill
from tests.conftest import free_port

_spawn = multiprocessing.get_context("spawn")
LONG_SECONDS = 0.1


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


@dataclass
class Watched:
    """Calls of callbacks that hold up all others."""

    waits: list[str] = field(default_factory=list)
    """Calls of what waits, each with its stack."""
    computes: list[str] = field(default_factory=list)
    """Callbacks that took a tenth of a second or more of the processor's time for themselves."""
    answered: bool = False
    """Whether every request was answered with 200."""


@contextmanager
def watched() -> Iterator[Watched]:
    """Watch every callback of every event loop meanwhile; one that waits raises."""
    found = Watched()
    run = asyncio.Handle._run

    class WaitsError(BlockingError):
        def __init__(self, called: str) -> None:
            super().__init__(called)
            found.waits.append(f"{called}\n{''.join(traceback.format_stack(limit=16))}")

    def timed(handle: asyncio.Handle) -> None:
        before = time.thread_time()
        run(handle)
        took = time.thread_time() - before
        if took >= LONG_SECONDS:
            found.computes.append(f"{took:.3f} s: {handle!r}")

    with pytest.MonkeyPatch.context() as patch, blockbuster_ctx() as blocking:
        patch.setattr("blockbuster.blockbuster.BlockingError", WaitsError)
        patch.setattr(asyncio.Handle, "_run", timed)
        # FastAPI looks for each endpoint's source once, for its error messages.
        for looks in ("os.stat", "os.getcwd"):
            blocking.functions[looks].can_block_in(
                "fastapi/routing.py", "_extract_endpoint_context"
            )
        yield found


def serve(app: FastAPI, requests: list[tuple[str, str]]) -> Watched:
    """Return the blocking calls of the callbacks that answered ``requests``."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))

    async def run() -> Watched:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.05)
        client = _spawn.Process(target=ask, args=(port, requests, 3))
        with watched() as found:
            await asyncio.to_thread(client.start)
            await asyncio.to_thread(client.join)
        server.should_exit = True
        await serving
        found.answered = client.exitcode == 0
        return found

    return asyncio.run(run(), debug=True)


def test_no_callback_waits_or_computes_while_everything_is_asked_for(
    tmp_path: Path,
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
    app = create_app(settings)
    warm_up(app)
    try:
        found = serve(app, requests)
    finally:
        gc.unfreeze()
    assert not found.waits, "\n".join(found.waits)
    assert not found.computes, "\n".join(found.computes)
    assert found.answered


@pytest.mark.parametrize("path", ["/sleeps", "/reads"])
def test_a_callback_that_waits_is_found(path: str, tmp_path: Path) -> None:
    app = FastAPI()
    (tmp_path / "file").write_text("text")

    @app.get("/api/sleeps")
    async def sleep() -> None:
        time.sleep(0.001)

    @app.get("/api/reads")
    async def read() -> str:
        return (tmp_path / "file").read_text()

    found = serve(app, [("GET", path)])
    assert found.waits
    assert not found.answered


def test_a_callback_that_computes_for_long_is_found() -> None:
    app = FastAPI()

    @app.get("/api/computes")
    async def compute() -> None:
        until = time.thread_time() + 2 * LONG_SECONDS
        while time.thread_time() < until:
            pass

    found = serve(app, [("GET", "/computes")])
    assert found.computes
    assert found.answered
