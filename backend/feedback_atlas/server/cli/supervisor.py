"""The service and its workers as child processes, started and stopped together."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from feedback_atlas.server.access.tokens import start_refusal
from feedback_atlas.server.artifacts import open_store
from feedback_atlas.server.cli.client import address_of
from feedback_atlas.server.cli.data_folder import environment_of
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.sharing.upgrade import bring_up_to_date

_START_SECONDS = 90.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.1
# A part that ends by itself is restarted at most this often in this many seconds.
_RESTARTS = 5
_RESTART_WINDOW = 120.0


class StartError(Exception):
    """A failed start of a part; the message says which one and where to look."""


@dataclass(slots=True)
class _Child:
    name: str
    arguments: tuple[str, ...]
    log: Path
    process: subprocess.Popen[bytes]
    restarts: list[float] = field(default_factory=list)


class Supervisor:
    """One API process and two workers, so that training never delays a comparison."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._children: list[_Child] = []
        self._stopping = False

    def run(self) -> int:
        """Start everything, wait for Ctrl-C or SIGTERM, stop everything; return an exit status."""
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        try:
            self._start()
            self._wait()
        except StartError as error:
            print(f"\nFeedback Atlas did not start. {error}", file=sys.stderr)
            return 1
        finally:
            self._stop()
        return 0

    def _start(self) -> None:
        self._check_port()
        database = Database(self._settings.resolved_database_url)
        bring_up_to_date(database, open_store(self._settings))
        with database.read() as session:
            refusal = start_refusal(session, self._settings)
        database.close()
        if refusal is not None:
            raise StartError(refusal)
        pid = os.getpid()
        self._spawn("api", "serve")
        self._spawn("train", "worker", "--queues", "train", "--name", f"train-{pid}")
        self._spawn(
            "analysis", "worker", "--queues", "analysis", "--concurrency", "1",
            "--name", f"analysis-{pid}",
        )  # fmt: skip
        deadline = time.monotonic() + _START_SECONDS
        while not self._stopping and not self._healthy():
            self._check_children()
            if time.monotonic() > deadline:
                raise StartError(
                    f"It was not healthy after {_START_SECONDS:.0f} s; see {self._logs}."
                )
            time.sleep(_POLL_SECONDS)
        if not self._stopping:
            print(f"\n  Feedback Atlas is ready:  {address_of(self._settings)}", flush=True)
            print(f"  Data and logs: {self._settings.data_path}", flush=True)
            print("  Ctrl-C stops it; running training resumes with the next start.\n", flush=True)

    @property
    def _logs(self) -> Path:
        return self._settings.data_path / "logs"

    def _spawn(self, name: str, *arguments: str) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        self._children.append(_Child(name, arguments, log, self._process(arguments, log)))

    def _process(self, arguments: tuple[str, ...], log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as file:
            return subprocess.Popen(
                # -P: nothing is imported from the current folder.
                [
                    sys.executable,
                    "-P",
                    "-c",
                    "from feedback_atlas.server.cli.main import main; main()",
                    *arguments,
                ],
                env=environment_of(self._settings),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                # Its own group: Ctrl-C reaches only this process, which stops the others in order.
                start_new_session=True,
            )

    def _check_port(self) -> None:
        host, port = self._settings.host, self._settings.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise StartError(
                    f"Port {port} on {host} cannot be used ({error.strerror}). "
                    "Choose another with ATLAS_PORT, such as ATLAS_PORT=8001."
                ) from error

    def _healthy(self) -> bool:
        try:
            url = f"{address_of(self._settings)}/api/health"
            with urllib.request.urlopen(url, timeout=2) as answer:
                workers: int = json.load(answer)["workers"]
        except (urllib.error.URLError, OSError, ValueError, KeyError):
            return False
        return workers >= 2

    def _check_children(self) -> None:
        for child in self._children:
            status = child.process.poll()
            if status is not None:
                tail = child.log.read_text(errors="replace").splitlines()[-5:]
                raise StartError(
                    f"Its part '{child.name}' ended with status {status}:\n  "
                    + "\n  ".join(tail)
                    + f"\nSee {child.log}."
                )

    def _wait(self) -> None:
        while not self._stopping:
            for child in self._children:
                if child.process.poll() is not None:
                    self._restart(child)
            time.sleep(_POLL_SECONDS)

    def _restart(self, child: _Child) -> None:
        now = time.monotonic()
        child.restarts = [at for at in child.restarts if now - at < _RESTART_WINDOW]
        if len(child.restarts) >= _RESTARTS:
            self._check_children()
        status = child.process.returncode
        print(
            f"  The part '{child.name}' ended with status {status}; starting it again.", flush=True
        )
        _end_group(child)
        child.restarts.append(now)
        child.process = self._process(child.arguments, child.log)

    def _on_signal(self, _: int, __: FrameType | None) -> None:
        self._stopping = True

    def _stop(self) -> None:
        for child in self._children:
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for child in self._children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
            _end_group(child)
            child.process.wait()


def _end_group(child: _Child) -> None:
    """End the processes that a dead part left in its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
