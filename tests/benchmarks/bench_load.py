"""Load: many readers of a large database while workers write.

    python -m tests.benchmarks.bench_load [--experiments 500] [--readers 50] [--json PATH]

Fills a database in a temporary folder (SQLite, and PostgreSQL where its programs are installed),
starts the service on a free port of loopback, and lets readers ask for pages while writers report
as workers do. A reader asks once a second on average, as somebody does who opens a page with six
figures every eight seconds; a writer reports twice a second, the most that a run may. The same on a
database that holds nothing but the experiments that are read gives the ratios. Then streams are
opened, and the processor time of the service with and without them is compared.

Milliseconds depend on the machine and on what else it does; the service's processor time does less.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.runs.curves import CURVE_NAMES
from tests.benchmarks import load_clients
from tests.benchmarks.bench_product import call, start
from tests.benchmarks.load_data import Filled, Size, fill, start_again
from tests.postgresql import programs, running_server

_spawn = multiprocessing.get_context("spawn")


def requests_for(filled: Filled, comparison: str) -> load_clients.Requests:
    """Return the requests of readers, each for an experiment drawn at random."""

    def get(path: str) -> tuple[str, str, bytes]:
        return "GET", path, b""

    def curve(experiment: str, chance: random.Random) -> tuple[str, str, bytes]:
        return get(f"/experiments/{experiment}/figures/{chance.choice(CURVE_NAMES)}")

    return {
        "list": lambda _: get("/experiments?limit=20"),
        "system": lambda _: get("/system"),
        "experiment": lambda chance: get(f"/experiments/{chance.choice(filled.plain)}"),
        "series": lambda chance: curve(chance.choice(filled.plain), chance),
        "series, training": lambda chance: curve(filled.live, chance),
        "series, long": lambda chance: curve(filled.long, chance),
        "compare": lambda chance: (
            "POST", f"/experiments/{chance.choice(filled.compared)}/comparisons", b"{}",
        ),
        "compare, figure": lambda chance: get(
            f"/comparisons/{comparison}/figures/"
            + chance.choice(("accuracy", "layer-similarity", "similarity-profile", "local-angle"))
        ),
        "compare, RDMs": lambda _: get(f"/comparisons/{comparison}/figures/rdms"),
    }  # fmt: skip


@contextmanager
def writing(url: str, run_ids: list[str], seconds: float, rate: float) -> Iterator[Any]:
    """Run writers in processes of their own; yield the number of reports so far."""
    reported = _spawn.Value("i", 0)
    writers = [
        _spawn.Process(target=load_clients.write, args=(url, run_id, seconds, rate, reported))
        for run_id in run_ids
    ]
    for writer in writers:
        writer.start()
    while reported.value < len(run_ids):
        time.sleep(0.05)
    yield reported
    for writer in writers:
        writer.join()


def seconds_of_processor(process: subprocess.Popen[bytes]) -> float:
    """Return processor time that a process has used."""
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def measure(url: str, folder: Path, size: Size, options: argparse.Namespace) -> dict[str, Any]:
    """Fill the database at ``url`` and measure reading and streams."""
    database = Database(url)
    database.migrate()
    began = time.perf_counter()
    filled = fill(database, LocalStore(folder / "artifacts"), size, live_runs=options.writers)
    print(f"  filled in {time.perf_counter() - began:.0f} s", flush=True)
    service, address = start("serve", folder, ATLAS_DATABASE_URL=url)
    port = int(address.rsplit(":", 1)[1])
    try:
        wait_for(address)
        compared = call(address, f"/experiments/{filled.compared[0]}/comparisons", {}, post=True)
        assert compared["state"] == "completed", compared
        requests = requests_for(filled, compared["id"])
        waits, share = reading(url, port, service, filled, requests, options)
        start_again(database, filled.live_runs)
        streams = streaming(url, port, service, database, filled, options)
    finally:
        service.terminate()
        service.wait()
        database.close()
    percentiles = {
        name: {
            "p50": round(float(np.percentile(found, 50)), 1),
            "p95": round(float(np.percentile(found, 95)), 1),
            "requests": len(found),
        }
        for name, found in sorted(waits.items())
    }
    return {"milliseconds": percentiles, **share, **streams}


def reading(
    url: str,
    port: int,
    service: subprocess.Popen[bytes],
    filled: Filled,
    requests: load_clients.Requests,
    options: argparse.Namespace,
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Measure waits of readers while writers write, and the service's share of a core."""
    seconds = options.seconds
    with writing(url, filled.live_runs, seconds + 15, options.rate):
        # What a service does only once after it starts is not part of what readers wait for.
        asyncio.run(load_clients.read(port, requests, readers=8, seconds=5, pause=0.1))
        before, began = seconds_of_processor(service), time.perf_counter()
        waits = asyncio.run(
            load_clients.read(
                port, requests, readers=options.readers, seconds=seconds, pause=options.pause
            )
        )
        used = seconds_of_processor(service) - before
        passed = time.perf_counter() - began
    answers = sum(map(len, waits.values()))
    return waits, {
        "core share, reading": round(used / passed, 3),
        "processor ms a request": round(1000 * used / answers, 2),
        "requests a second": round(answers / passed, 1),
    }


def streaming(
    url: str,
    port: int,
    service: subprocess.Popen[bytes],
    database: Database,
    filled: Filled,
    options: argparse.Namespace,
) -> dict[str, float]:
    """Measure the service's share of a core with and without open streams, while writers write."""
    seconds = options.seconds
    shares = []
    heard = _spawn.Array("i", options.streams)
    for streams in (0, options.streams):
        with writing(url, filled.live_runs, seconds + 6, options.rate) as reported:
            listener = _spawn.Process(
                target=load_clients.listen, args=(port, streams, seconds + 10, heard)
            )
            if streams:
                listener.start()
                time.sleep(4)
            first = reported.value
            before, began = seconds_of_processor(service), time.perf_counter()
            time.sleep(seconds)
            shares.append((seconds_of_processor(service) - before) / (time.perf_counter() - began))
            written = reported.value - first
        if streams:
            listener.join()
        start_again(database, filled.live_runs)
    return {
        "core share, no stream": round(shares[0], 3),
        "core share, streams open": round(shares[1], 3),
        "core share of the streams": round(shares[1] - shares[0], 3),
        "events a second": round(written / seconds, 1),
        "events heard by a stream, least": min(heard),
    }


def wait_for(address: str) -> None:
    """Wait until the service answers."""
    for _ in range(600):
        try:
            call(address, "/health")
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")


def both_sizes(new_url: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Measure the full database and a nearly empty one; return both, and their ratios."""
    full = Size(options.experiments, options.runs, options.epochs, options.long_steps)
    least = Size(3, options.runs, options.epochs, options.long_steps)
    found = {}
    for name, size in (("empty", least), ("full", full)):
        print(f"  {name}: {size}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            found[name] = measure(new_url(name, Path(folder)), Path(folder), size, options)
    empty, loaded = (found[name]["milliseconds"] for name in ("empty", "full"))
    found["ratio of p95"] = {
        name: round(loaded[name]["p95"] / empty[name]["p95"], 2) for name in loaded
    }
    return found


def table(kind: str, found: dict[str, Any]) -> str:
    """Write the measures of one kind of database as lines of text."""
    lines = [f"\n{kind}", f"  {'':20}{'p50 ms':>9}{'p95 ms':>9}{'empty p95':>11}{'ratio':>8}"]
    empty = found["empty"]["milliseconds"]
    for name, row in found["full"]["milliseconds"].items():
        ratio = found["ratio of p95"][name]
        lines.append(
            f"  {name:20}{row['p50']:9.1f}{row['p95']:9.1f}{empty[name]['p95']:11.1f}{ratio:8.2f}"
        )
    for name, value in found["full"].items():
        if name != "milliseconds":
            lines.append(f"  {value:9} {name}  (empty: {found['empty'][name]})")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--experiments", type=int, default=500)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--long-steps", type=int, default=17_600, help="as CIFAR-10's 50 epochs")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two requests")
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2.0, help="reports a second of a writer")
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    # Whoever stops it stops what it has started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    found: dict[str, Any] = {}
    if "sqlite" in options.databases:
        print("SQLite", flush=True)
        found["SQLite"] = both_sizes(lambda _, folder: f"sqlite:///{folder / 'atlas.db'}", options)
    if "postgresql" in options.databases and programs() is None:
        print("PostgreSQL's server programs are not installed: it is not measured.")
    elif "postgresql" in options.databases:
        print("PostgreSQL", flush=True)
        with running_server() as new_database:
            found["PostgreSQL"] = both_sizes(lambda name, _: new_database(name), options)
    for kind, measured in found.items():
        print(table(kind, measured))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    sys.exit(main())
