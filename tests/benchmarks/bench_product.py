"""Waits of a user: for the service to start, and from a click to the comparison.

    python tests/benchmarks/bench_product.py [--json PATH]

Starts the whole product in a temporary folder, launches the form's default (five rules on digits,
ten epochs), waits for the five runs and asks for the comparison. Absolute seconds: they depend on
the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.conftest import ATLAS_COMMAND, free_port

_POLL_SECONDS = 0.05


def call(address: str, path: str, body: Any = None, *, post: bool = False) -> Any:
    """Return JSON of a request below /api."""
    request = urllib.request.Request(
        f"{address}/api{path}",
        data=json.dumps(body).encode() if post else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def seconds_until(address: str, path: str, field: str, wanted: object, limit: float) -> float:
    """Return seconds until the JSON at ``path`` holds ``wanted``, or raise TimeoutError."""
    started = time.perf_counter()
    while time.perf_counter() - started < limit:
        try:
            if call(address, path)[field] == wanted:
                return time.perf_counter() - started
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(_POLL_SECONDS)
    raise TimeoutError(f"{path} did not come to {field} = {wanted}")


def start(command: str, folder: Path, **settings: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start `atlas COMMAND` on a free port; its process and address."""
    port = free_port()
    process = subprocess.Popen(
        [*ATLAS_COMMAND, command],
        env={**os.environ, "ATLAS_DATA_DIR": str(folder), "ATLAS_PORT": str(port), **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return process, f"http://127.0.0.1:{port}"


def measure(folder: Path) -> dict[str, float]:
    """Measure seconds of each wait."""
    waits: dict[str, float] = {}
    process, address = start("serve", folder)
    waits["API from nothing to its first answer"] = seconds_until(
        address, "/health", "status", "no workers", 60
    )
    process.terminate()
    process.wait()
    process, address = start("up", folder)
    try:
        waits["everything, as a second `make up` starts it"] = seconds_until(
            address, "/health", "workers", 2, 90
        )
        clicked = time.perf_counter()
        spec = call(address, "/presets/default")
        experiment = call(address, "/experiments", spec, post=True)
        path = f"/experiments/{experiment['id']}"
        done = {
            "searching": 0,
            "queued": 0,
            "running": 0,
            "completed": 5,
            "failed": 0,
            "cancelled": 0,
        }
        seconds_until(address, path, "counts", done, 900)
        waits["five digits runs of ten epochs, from the click"] = time.perf_counter() - clicked
        comparison = call(address, f"{path}/comparisons", {}, post=True)
        seconds_until(address, f"/comparisons/{comparison['id']}", "state", "completed", 120)
        waits["from the click to the comparison"] = time.perf_counter() - clicked
        again = time.perf_counter()
        call(address, f"{path}/comparisons", {}, post=True)
        waits["the same comparison, asked for again"] = time.perf_counter() - again
    finally:
        process.terminate()
        process.wait()
    return waits


def main(arguments: list[str] | None = None) -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        waits = measure(Path(folder))
    print("\nWaits, in seconds")
    for what, seconds in waits.items():
        print(f"  {seconds:8.2f}  {what}")
    if options.json:
        options.json.write_text(json.dumps(waits, indent=2))


if __name__ == "__main__":
    main()
