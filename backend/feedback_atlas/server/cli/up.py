"""`atlas up`: start everything on this machine."""

from __future__ import annotations

import typer

from feedback_atlas.server.cli.data_folder import DataDir, settings_in


def up(data_dir: DataDir = None) -> None:
    """Start the service with its workers, and stop them all on Ctrl-C."""
    from feedback_atlas.server.cli.supervisor import Supervisor

    raise typer.Exit(Supervisor(settings_in(data_dir)).run())
