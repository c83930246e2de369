"""The whole product as a user starts it: `atlas up` in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.conftest import ATLAS_COMMAND, free_port, missing, wait_until
from tests.kept import copy_kept

_FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
_DIST = Path(__file__).resolve().parents[2] / "backend/feedback_atlas/server/page/index.html"
_AXE = _FRONTEND / "node_modules/axe-core/axe.min.js"


@dataclass
class RunningAtlas:
    """A started product: its address, its process, its data folder."""

    address: str
    process: subprocess.Popen[str]
    data: Path

    def get(self, path: str) -> Any:
        """Return JSON of a GET below /api."""
        with urllib.request.urlopen(f"{self.address}/api{path}", timeout=10) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any = None) -> Any:
        """Return JSON of a POST below /api."""
        request = urllib.request.Request(
            f"{self.address}/api{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def family(self) -> list[psutil.Process]:
        """Return the supervisor and every process below it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Stop as Ctrl-C does; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(40)

    def logs(self) -> str:
        """Return the end of every log, for messages of failed tests."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text()[-3000:]}"
            for path in sorted((self.data / "logs").glob("*.log"))
        )


@contextmanager
def running_atlas(
    data: Path,
    folder: Path | None = None,
    program: Sequence[str] = ATLAS_COMMAND,
    **environment: str,
) -> Iterator[RunningAtlas]:
    """Run `atlas up` with this data folder and ATLAS_* settings, in ``folder``."""
    port = free_port()
    process = subprocess.Popen(
        [*program, "up"],
        cwd=folder,
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
    assert process.stdout is not None
    try:
        if not any(atlas.address in line for line in process.stdout):
            pytest.fail(f"atlas up ended with {process.wait()}\n{atlas.logs()}")
        yield atlas
    finally:
        atlas.stop()
        process.stdout.close()


@pytest.fixture
def start_atlas(tmp_path: Path) -> Iterator[Callable[..., RunningAtlas]]:
    """Start `atlas up`, as `running_atlas` does; everything started is stopped after the test."""
    with ExitStack() as started:
        yield lambda **given: started.enter_context(running_atlas(tmp_path / "data", **given))


@dataclass(frozen=True)
class TrainedAtlas:
    """A product with one small experiment that has completed: three rules, two seeds."""

    atlas: RunningAtlas
    experiment_id: str


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrainedAtlas]:
    """One real experiment for every test that only looks; tests add to it, and change nothing."""
    folder = tmp_path_factory.mktemp("trained") / "data"
    copy_kept("e2e", _train_and_compare, folder)
    with running_atlas(folder) as atlas:
        (experiment,) = atlas.get("/experiments")["items"]
        yield TrainedAtlas(atlas, experiment["id"])


def _train_and_compare(folder: Path) -> None:
    with running_atlas(folder) as atlas:
        spec = atlas.get("/presets/default") | {
            "name": "Three rules on digits",
            "rules": [{"rule": rule} for rule in ("bp", "usf_sn", "fa_dense")],
            "seeds": [0, 1],
            "epochs": 3,
        }
        experiment = atlas.post("/experiments", spec)
        wait_for_runs(atlas, experiment["id"], 240)
        wait_for_panels(atlas, experiment["id"])
        # What pages ask for by themselves: the epochs beside the shown one.
        for epoch in ("first", 1, 2, 3):
            wait_for_panels(atlas, experiment["id"], epoch=epoch)
        paper = f"/experiments/{experiment['id']}/paper"
        atlas.post(paper)
        wait_until(
            lambda: atlas.get(paper)["state"] == "completed", 240, f"no paper\n{atlas.logs()}"
        )


@pytest.fixture(scope="session")
def comparison(trained: TrainedAtlas) -> dict[str, Any]:
    """The default comparison with all of its panels."""
    return wait_for_panels(trained.atlas, trained.experiment_id)


@dataclass(frozen=True)
class Chromium:
    """A browser and how it is started."""

    type: BrowserType
    options: dict[str, Any]


# Playwright's loop runs as long as this lives, and tests of other modules start loops of their own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """The system's Chromium, not started."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        missing("Chromium", "install Debian's chromium")
    if not _DIST.is_file():
        missing("the built page", "run `make build`")
    with sync_playwright() as playwright:
        yield Chromium(
            playwright.chromium,
            {
                "executable_path": program,
                "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            },
        )


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[Browser]:
    """A browser whose contexts have seen nothing."""
    started = chromium.type.launch(**chromium.options)
    yield started
    started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The program that looks for barriers."""
    if not _AXE.is_file():
        missing("axe-core", "run `npm --prefix frontend ci`")
    return _AXE.read_text()


def wait_for_runs(atlas: RunningAtlas, experiment_id: str, seconds: float) -> dict[str, Any]:
    """Wait until no run waits or runs; the experiment's JSON then."""
    experiment: dict[str, Any] = {}

    def ended() -> bool:
        experiment.update(atlas.get(f"/experiments/{experiment_id}"))
        return all(run["state"] not in ("queued", "running") for run in experiment["runs"])

    wait_until(ended, seconds, f"runs have not ended\n{atlas.logs()}")
    return experiment


def wait_for_comparison(
    atlas: RunningAtlas, experiment_id: str, seconds: float, **request: Any
) -> dict[str, Any]:
    """Ask for a comparison, the default one if nothing is said, and wait for it; its JSON."""
    comparison: dict[str, Any] = atlas.post(f"/experiments/{experiment_id}/comparisons", request)

    def computed() -> bool:
        comparison.update(atlas.get(f"/comparisons/{comparison['id']}"))
        return comparison["state"] in ("completed", "failed")

    wait_until(computed, seconds, f"the comparison is not computed\n{atlas.logs()}")
    assert comparison["state"] == "completed", comparison["error"]
    return comparison


def wait_for_panels(atlas: RunningAtlas, experiment_id: str, **request: Any) -> dict[str, Any]:
    """Wait until all of a comparison is computed; its JSON."""
    found = wait_for_comparison(atlas, experiment_id, 180, **request)

    def whole() -> bool:
        found.update(atlas.get(f"/comparisons/{found['id']}"))
        return not found["pending"]

    wait_until(whole, 240, f"panels are not computed\n{atlas.logs()}")
    return found
