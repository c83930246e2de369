"""`atlas worker`: start a worker."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from feedback_atlas.server.cli.data_folder import DataDir, environment_of, settings_in


def worker(
    queues: Annotated[
        str, typer.Option(help="Queues to serve: train, analysis, or both.")
    ] = "train,analysis",
    concurrency: Annotated[
        int, typer.Option(help="Concurrent jobs; 0 chooses by cores or GPU.", min=0)
    ] = 0,
    name: Annotated[str, typer.Option(help="Name of this worker on its machine.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Start a worker that trains runs and computes analyses."""
    settings = settings_in(data_dir)
    name = name or f"{queues.replace(',', '-')}-{os.getpid()}"
    arguments = ["-Q", queues, "-n", f"{name}@%h"]
    if concurrency:
        arguments += ["-c", str(concurrency)]
    arguments += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    # The worker package is started by name: the service never imports it. With -P, nothing is
    # imported from the current folder.
    os.execve(
        sys.executable,
        [sys.executable, "-P", "-m", "feedback_atlas.jobs", *arguments],
        environment_of(settings),
    )
