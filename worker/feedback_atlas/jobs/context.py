"""The parts of one worker process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from feedback_atlas.server.artifacts import ArtifactStore, open_store
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.settings import Settings


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """Settings, database and artifact store of this process."""

    settings: Settings
    database: Database
    store: ArtifactStore

    @property
    def data_sets(self) -> Path:
        """Folder of downloaded data sets."""
        return self.settings.data_path / "datasets"

    @property
    def decoded_images(self) -> Path:
        """Folder of decoded image folders."""
        return self.settings.data_path / "cache"


@cache
def worker_context() -> WorkerContext:
    """Return the context of this process, made when its first task runs (never before a fork)."""
    settings = Settings()
    return WorkerContext(
        settings=settings,
        database=Database(settings.resolved_database_url),
        store=open_store(settings),
    )


def train_concurrency(settings: Settings) -> int:
    """Return training runs at a time: as set, else one on a GPU, else up to four by cores."""
    if settings.train_concurrency:
        return settings.train_concurrency
    return 1 if has_gpu(settings) else min(4, os.cpu_count() or 1)


def has_gpu(settings: Settings) -> bool:
    """Return True where runs train on an NVIDIA GPU, told without loading torch."""
    return settings.device != "cpu" and Path("/dev/nvidia0").exists()


def threads_per_run(settings: Settings) -> int:
    """Return CPU threads of one training run: as set, else an equal share of the cores."""
    cores = os.cpu_count() or 1
    return settings.threads_per_run or max(1, cores // train_concurrency(settings))
