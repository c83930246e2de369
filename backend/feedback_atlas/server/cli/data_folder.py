"""The choice of the data folder of a command, reported to the user."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from feedback_atlas.server.settings import Settings, default_data_dir

_VARIABLE = "ATLAS_DATA_DIR"

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help=f"Data folder. Default: {_VARIABLE} if set, else ./data if that contains a "
        "database or this folder is a checkout, else your data folder on this platform.",
        show_default=False,
    ),
]


def settings_in(data_dir: Path | None) -> Settings:
    """Return the settings with this data folder, or with the default one.

    Prints on stderr which folder that is, and why.
    """
    settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    if data_dir is not None:
        why = "--data-dir"
    elif "data_dir" not in settings.model_fields_set:
        why = default_data_dir()[1]
    elif any(name.upper() == _VARIABLE and value for name, value in os.environ.items()):
        why = _VARIABLE
    else:
        why = f"{_VARIABLE} in .env"
    typer.echo(f"Data folder: {settings.data_path} ({why})", err=True)
    return settings


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment that gives a child process the data folder of these settings."""
    return {**os.environ, _VARIABLE: str(settings.data_path)}
