"""The whole product as a user starts it: `atlas up` in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import free_port, wait_until

_START_SECONDS = 90


@dataclass
class RunningAtlas:
    """A started product: its address, its process, its data folder."""

    address: str
    process: subprocess.Popen[str]
    data: Path

    def get(self, path: str) -> Any:
        """JSON of a GET below /api."""
        with urllib.request.urlopen(f"{self.address}/api{path}", timeout=10) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any = None) -> Any:
        """JSON of a POST below /api."""
        request = urllib.request.Request(
            f"{self.address}/api{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def family(self) -> list[psutil.Process]:
        """The supervisor and every process below it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Stop as Ctrl-C does; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(40)

    def logs(self) -> str:
        """The end of every log, for messages of failed tests."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text()[-3000:]}"
            for path in sorted((self.data / "logs").glob("*.log"))
        )


@pytest.fixture
def start_atlas(tmp_path: Path) -> Iterator[Callable[..., RunningAtlas]]:
    """Start `atlas up` with ATLAS_* settings; everything started is stopped after the test."""
    started: list[RunningAtlas] = []

    def start(**environment: str) -> RunningAtlas:
        port = free_port()
        data = tmp_path / "data"
        process = subprocess.Popen(
            [sys.executable, "-c", "from backend.cli import main; main()", "up"],
            env={
                **os.environ,
                "ATLAS_DATA_DIR": str(data),
                "ATLAS_PORT": str(port),
                "ATLAS_DEVICE": "cpu",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        atlas = RunningAtlas(f"http://127.0.0.1:{port}", process, data)
        started.append(atlas)
        assert process.stdout is not None
        for line in process.stdout:
            if atlas.address in line:
                return atlas
        pytest.fail(f"atlas up ended with {process.wait()}\n{atlas.logs()}")

    yield start
    for atlas in started:
        atlas.stop()
        assert atlas.process.stdout is not None
        atlas.process.stdout.close()


def wait_for_runs(atlas: RunningAtlas, experiment_id: str, seconds: float) -> dict[str, Any]:
    """Wait until no run waits or runs; the experiment's JSON then."""
    experiment: dict[str, Any] = {}

    def ended() -> bool:
        experiment.update(atlas.get(f"/experiments/{experiment_id}"))
        return all(run["state"] not in ("queued", "running") for run in experiment["runs"])

    wait_until(ended, seconds, f"runs have not ended\n{atlas.logs()}")
    return experiment


def wait_for_comparison(atlas: RunningAtlas, experiment_id: str, seconds: float) -> dict[str, Any]:
    """Ask for the default comparison and wait until it is computed; its JSON."""
    comparison: dict[str, Any] = atlas.post(f"/experiments/{experiment_id}/comparisons", {})

    def computed() -> bool:
        comparison.update(atlas.get(f"/comparisons/{comparison['id']}"))
        return comparison["state"] in ("completed", "failed")

    wait_until(computed, seconds, f"the comparison is not computed\n{atlas.logs()}")
    assert comparison["state"] == "completed", comparison["error"]
    return comparison
