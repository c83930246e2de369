"""Readers, writers and open streams that load a service on loopback."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable

from feedback_atlas.server.db.session import Database
from feedback_atlas.server.runs import service as runs
from tests.benchmarks.load_data import epoch_measures, step_measures

Requests = dict[str, Callable[[random.Random], tuple[str, str, bytes]]]


async def request(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    method: str,
    path: str,
    body: bytes = b"",
) -> tuple[int, bytes]:
    """Return status and body of one request on a kept connection."""
    writer.write(
        f"{method} /api{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
    return int(head.split(" ", 2)[1]), await reader.readexactly(length)


async def read(
    port: int, requests: Requests, *, readers: int, seconds: float, pause: float
) -> dict[str, list[float]]:
    """Return milliseconds of every answer by kind of request.

    Each reader asks, reads for ``pause`` seconds on average, and asks for something else.
    """
    waits: dict[str, list[float]] = defaultdict(list)
    ends = time.perf_counter() + seconds

    async def one(number: int) -> None:
        chance = random.Random(number)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        names = list(requests)
        await asyncio.sleep(chance.uniform(0, pause))
        while time.perf_counter() < ends:
            name = chance.choice(names)
            method, path, body = requests[name](chance)
            asked = time.perf_counter()
            status, answer = await request(reader, writer, method, path, body)
            waits[name].append((time.perf_counter() - asked) * 1000)
            if status != 200:
                raise RuntimeError(f"{method} {path} answered {status}: {answer[:300]!r}")
            await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
        writer.close()

    await asyncio.gather(*(one(number) for number in range(readers)))
    return waits


def write(url: str, run_id: str, seconds: float, rate: float, reported: object) -> None:
    """Report a run's progress ``rate`` times a second, an epoch and five steps each time."""
    database = Database(url)
    with database.write() as session:
        fence = runs.claim(session, run_id, f"writer-{run_id}")
    assert fence is not None
    ends = time.perf_counter() + seconds
    due = time.perf_counter()
    epoch = 0
    while time.perf_counter() < ends:
        epoch += 1
        steps = [epoch * 50 + 10 * index for index in range(5)]
        with database.write() as session:
            runs.report(
                session,
                fence,
                {"epoch": min(epoch, 50), "step": steps[-1], "train_loss": 1.0},
                [
                    *(("step", step, epoch, step_measures(step)) for step in steps),
                    ("epoch", steps[-1], epoch, epoch_measures(epoch)),
                ],
            )
        with reported.get_lock():  # type: ignore[attr-defined]
            reported.value += 1  # type: ignore[attr-defined]
        due = max(due + 1 / rate, time.perf_counter())
        time.sleep(max(0.0, due - time.perf_counter()))
    database.close()


def listen(port: int, streams: int, seconds: float, heard: object) -> None:
    """Keep streams open and count the events that come."""

    async def one(number: int) -> None:
        await asyncio.sleep(number * 0.005)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        count = 0
        try:
            while chunk := await asyncio.wait_for(reader.read(65536), ends - time.perf_counter()):
                count += chunk.count(b"\nid: ")
        except TimeoutError:
            pass
        heard[number] = count  # type: ignore[index]
        writer.close()

    async def everyone() -> None:
        await asyncio.gather(*(one(number) for number in range(streams)))

    ends = time.perf_counter() + seconds
    asyncio.run(everyone())


def comparison_id(answer: bytes) -> str:
    """Return the id in a comparison's JSON."""
    found: str = json.loads(answer)["id"]
    return found
