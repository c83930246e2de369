"""A worker's machine, told without loading torch: its processes fork before they load it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from feedback_atlas.jobs.context import has_gpu
from feedback_atlas.server.queue.workers import Described
from feedback_atlas.server.settings import Settings

_ASK_SECONDS = 10.0


def describe(settings: Settings, *, queues: str, concurrency: int) -> Described:
    """Describe this machine for the System page; memory is the GPU's where runs train on one."""
    device, memory = _processor(), psutil.virtual_memory().total
    if has_gpu(settings):
        device, memory = _gpu(_gpu_id(settings.device), memory)
    return Described(
        queue=queues,
        device=device,
        memory_bytes=memory,
        concurrency=concurrency,
        python_version=platform.python_version(),
        torch_version=version("torch"),
    )


def _processor() -> str:
    """Return the CPU's model and number of cores, such as ``AMD EPYC 7B13, 2 cores``."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    model = found[1] if found else platform.processor() or platform.machine()
    cores = os.cpu_count() or 1
    return f"{' '.join(model.split())}, {cores} core{'s' if cores > 1 else ''}"


def _gpu_id(device: str) -> str:
    """Return NVIDIA's id of the GPU that ``device`` means to this process."""
    index = int(device.partition(":")[2] or 0)
    visible = [name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name]
    return visible[index] if index < len(visible) else str(index)


def _gpu(gpu: str, host_memory: int) -> tuple[str, int]:
    """Name and bytes of a GPU; where the driver does not say, that it is one and the host's."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return "NVIDIA GPU", host_memory
    try:
        answer = subprocess.run(
            [program, f"--id={gpu}", "--query-gpu=name,memory.total",
             "--format=csv,noheader,nounits"],
            capture_output=True, text=True, timeout=_ASK_SECONDS, check=True,
        ).stdout  # fmt: skip
        name, _, mebibytes = answer.strip().splitlines()[0].rpartition(", ")
        return name, int(mebibytes) * 2**20
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return "NVIDIA GPU", host_memory
