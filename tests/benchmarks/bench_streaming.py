"""Responsiveness of the page while the runs of an experiment stream.

    python -m tests.benchmarks.bench_streaming [--runs 20] [--seconds 30] [--json PATH]

Starts the service on a free port of loopback, launches an experiment of the paper's network, and
reports every run once a second through the services that workers use: five measured steps a time,
as a fast GPU gives. Chromium has the experiment's page open. What is measured there: tasks of the
main thread above 50 ms (the browser's own "long tasks"), how long a key press waits for the next
frame, how often figures are fetched, and what page and service need of a core.

Milliseconds depend on the machine and on what else it does; processor time does less.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from playwright.sync_api import Page, sync_playwright

from feedback_atlas.server.catalog import PAPER_RULES
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.runs import service as runs
from feedback_atlas.server.runs.service import Fence
from tests.benchmarks.bench_load import wait_for
from tests.benchmarks.bench_product import call, start
from tests.benchmarks.load_data import epoch_measures, step_measures

_STEPS_AN_EPOCH = 50
_EPOCHS = 400
_WATCH = """() => {
    window.longTasks = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
    }).observe({ type: 'longtask' });
    window.keyDelays = [];
    document.addEventListener('keydown', event => {
        const began = event.timeStamp;
        requestAnimationFrame(() => setTimeout(
            () => window.keyDelays.push(performance.now() - began)));
    }, true);
}"""


class Reporter(threading.Thread):
    """Reports all runs once a second until told to stop."""

    def __init__(self, url: str, run_ids: list[str]) -> None:
        super().__init__(daemon=True)
        self._database = Database(url)
        self._run_ids = run_ids
        self._stop_asked = threading.Event()
        self.reports = 0

    def run(self) -> None:
        """Claim the runs, then report them in turns."""
        fences = []
        for run_id in self._run_ids:
            with self._database.write() as session:
                fence = runs.claim(session, run_id, "bench@here")
            assert fence is not None
            fences.append(fence)
        second = 0
        while not self._stop_asked.is_set():
            began = time.perf_counter()
            for fence in fences:
                self._report(fence, second)
                time.sleep(max(0.0, 0.8 / len(fences)))
            second += 1
            time.sleep(max(0.0, 1.0 - (time.perf_counter() - began)))

    def _report(self, fence: Fence, second: int) -> None:
        steps = [second * 50 + 10 * index for index in range(5)]
        epoch = second + 1
        rows = [("step", step, epoch, step_measures(step)) for step in steps]
        rows.append(("epoch", steps[-1] + 10, epoch, epoch_measures(epoch)))
        progress = {
            "epoch": epoch,
            "val_accuracy": 0.5,
            "step": steps[-1] + 10,
            "total_steps": _STEPS_AN_EPOCH * _EPOCHS,
            "seconds_left": float(_EPOCHS - epoch),
        }
        with self._database.write() as session:
            runs.report(session, fence, progress, rows)
        self.reports += 1

    def close(self) -> None:
        """Stop reporting."""
        self._stop_asked.set()
        self.join()
        self._database.close()


def watch(page: Page, seconds: float) -> dict[str, Any]:
    """Observe the page for so long, while somebody presses a key twice a second."""
    figures: list[str] = []
    page.on(
        "request", lambda asked: figures.append(asked.url) if "/figures/" in asked.url else None
    )
    page.evaluate(_WATCH)
    inspector = page.context.new_cdp_session(page)
    inspector.send("Performance.enable")

    def processor() -> float:
        metrics = inspector.send("Performance.getMetrics")["metrics"]
        return float({entry["name"]: entry["value"] for entry in metrics}["ThreadTime"])

    used = processor()
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        page.keyboard.press("Shift")
        page.wait_for_timeout(500)
    tasks = page.evaluate("window.longTasks")
    delays = page.evaluate("window.keyDelays")
    return {
        "core share of the main thread": round((processor() - used) / seconds, 3),
        "long tasks": len(tasks),
        "long tasks, share of time": round(sum(tasks) / 1000 / seconds, 3),
        "longest task ms": round(max(tasks, default=0.0)),
        "key to frame ms, p50": round(float(np.percentile(delays, 50))),
        "key to frame ms, p95": round(float(np.percentile(delays, 95))),
        "figures fetched a second": round(len(figures) / seconds, 2),
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Stream, and observe at the top of the page and among its curves."""
    with tempfile.TemporaryDirectory() as folder:
        service, address = start("serve", Path(folder))
        reporter = None
        try:
            wait_for(address)
            spec = call(address, "/presets/default") | {
                "name": "Streamed",
                "rules": [{"rule": rule} for rule in PAPER_RULES],
                "seeds": list(range(-(-options.runs // len(PAPER_RULES)))),
                "epochs": _EPOCHS,
            }
            experiment = call(address, "/experiments", spec, post=True)
            url = f"sqlite:///{Path(folder).resolve() / 'atlas.db'}"
            reporter = Reporter(url, [run["id"] for run in experiment["runs"]][: options.runs])
            reporter.start()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"),
                    args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
                )
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.goto(f"{address}/experiments/{experiment['id']}")
                page.wait_for_selector('[data-figure="loss"][data-ready="true"]', timeout=60_000)
                page.wait_for_timeout(options.warm_up * 1000)
                found = {}
                process = psutil.Process(service.pid)
                for place in ("top", "curves"):
                    if place == "curves":
                        page.locator('[data-figure="global-angle"]').scroll_into_view_if_needed()
                        page.wait_for_timeout(3000)
                    used, began, reports = cpu(process), time.perf_counter(), reporter.reports
                    found[place] = watch(page, options.seconds)
                    passed = time.perf_counter() - began
                    found[place]["events a second"] = round(
                        (reporter.reports - reports) / passed, 1
                    )
                    found[place]["core share of the service"] = round(
                        (cpu(process) - used) / passed, 3
                    )
                browser.close()
        finally:
            if reporter is not None:
                reporter.close()
            service.terminate()
            service.wait()
    return found


def cpu(process: psutil.Process) -> float:
    """Return processor time that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--warm-up", type=float, default=20, help="seconds of curves at the start")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    found = measure(options)
    for place, values in found.items():
        print(f"\n{place}")
        for name, value in values.items():
            print(f"  {value:>9}  {name}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
