"""A worker's description of its machine, and its number of runs at a time."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest

from feedback_atlas.jobs import context, machine
from feedback_atlas.jobs.context import train_concurrency
from feedback_atlas.server import __version__
from feedback_atlas.server.settings import Settings


def as_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "has_gpu", lambda settings: settings.device != "cpu")
    monkeypatch.setattr(context, "has_gpu", lambda settings: settings.device != "cpu")


def test_a_cpu_is_named_with_its_cores_and_memory() -> None:
    told = machine.describe(Settings(device="cpu"), queues="analysis,train", concurrency=3)
    assert told.device.endswith(f", {os.cpu_count()} cores") or os.cpu_count() == 1
    assert len(told.device.split(",")[0]) > 2
    assert told.memory_bytes == psutil.virtual_memory().total
    assert (told.queue, told.concurrency) == ("analysis,train", 3)
    assert told.version == __version__
    assert told.python_version == platform.python_version()
    assert told.torch_version == version("torch")


def test_a_gpu_is_named_as_its_driver_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ask the driver's program for the device that the process would use."""
    as_on_a_gpu(monkeypatch)
    program = tmp_path / "nvidia-smi"
    program.write_text('#!/bin/sh\necho "$1" > "$0.asked"\necho "NVIDIA H100 80GB HBM3, 81559"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    told = machine.describe(Settings(device="auto"), queues="train", concurrency=1)
    assert (told.device, told.memory_bytes) == ("NVIDIA H100 80GB HBM3", 81_559 * 2**20)
    asked = Path(f"{program}.asked")
    assert asked.read_text() == "--id=0\n"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,GPU-8f")
    machine.describe(Settings(device="cuda:1"), queues="train", concurrency=1)
    assert asked.read_text() == "--id=GPU-8f\n"


@pytest.mark.parametrize("answer", ["exit 9", "echo nonsense", "true"])
def test_a_driver_that_does_not_say_leaves_a_gpu_without_a_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    as_on_a_gpu(monkeypatch)
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    told = machine.describe(Settings(), queues="train", concurrency=1)
    assert (told.device, told.memory_bytes) == ("NVIDIA GPU", psutil.virtual_memory().total)


@pytest.mark.parametrize(
    ("device", "asked_for", "expected"), [("auto", 0, 1), ("cuda:1", 0, 1), ("auto", 3, 3)]
)
def test_a_gpu_worker_takes_one_run_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, device: str, asked_for: int, expected: int
) -> None:
    as_on_a_gpu(monkeypatch)
    settings = Settings(device=device, train_concurrency=asked_for)
    assert train_concurrency(settings) == expected


def test_a_cpu_worker_takes_a_run_a_core_up_to_four(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, expected in ((1, 1), (2, 2), (64, 4)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert train_concurrency(Settings(device="cpu")) == expected


def test_the_worker_is_started_for_so_many_runs_without_loading_torch(tmp_path: Path) -> None:
    """Give the Celery application the number; its parent process stays small."""
    code = (
        "import sys\n"
        "from feedback_atlas.jobs import context\n"
        "context.has_gpu = lambda settings: True\n"
        "from feedback_atlas.jobs.app import app, describe, settings\n"
        "describe(settings, queues='train', concurrency=1)\n"
        "assert 'torch' not in sys.modules\n"
        "print(app.conf.worker_concurrency)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ATLAS_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert finished.stdout == "1\n", finished.stderr
