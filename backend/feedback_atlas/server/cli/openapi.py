"""`atlas openapi`: print the description of the API."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from feedback_atlas.server.settings import Settings


def openapi() -> None:
    """Print the OpenAPI document, from which the browser's client is generated."""
    from feedback_atlas.server.main import create_app

    # It is the same whatever is stored, so nobody's data folder is made or opened for it.
    with TemporaryDirectory() as folder:
        document = create_app(Settings(data_dir=Path(folder))).openapi()
    typer.echo(json.dumps(document, indent=2))
