"""`atlas migrate`: migrate the data to this release."""

from __future__ import annotations

import typer

from feedback_atlas.server.cli.data_folder import DataDir, settings_in


def migrate(data_dir: DataDir = None) -> None:
    """Migrate the database and the frozen copies of links to this release."""
    from feedback_atlas.server.artifacts import open_store
    from feedback_atlas.server.db.session import Database
    from feedback_atlas.server.sharing.upgrade import bring_up_to_date

    settings = settings_in(data_dir)
    database = Database(settings.resolved_database_url)
    bring_up_to_date(database, open_store(settings))
    typer.echo(f"The {database.url.get_backend_name()} database is up to date.")
