"""`atlas migrate`: bring the database to this release."""

from __future__ import annotations

import typer

from feedback_atlas.server.cli.data_folder import DataDir, settings_in


def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to this release's version."""
    from feedback_atlas.server.db.session import Database

    database = Database(settings_in(data_dir).resolved_database_url)
    database.migrate()
    typer.echo(f"The {database.url.get_backend_name()} database is up to date.")
