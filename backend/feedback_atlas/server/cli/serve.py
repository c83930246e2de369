"""`atlas serve`: start the HTTP service alone."""

from __future__ import annotations

import typer

from feedback_atlas.server.cli.data_folder import DataDir, settings_in


def serve(data_dir: DataDir = None) -> None:
    """Start the HTTP service alone."""
    import uvicorn

    from feedback_atlas.server.access.tokens import why_not_start
    from feedback_atlas.server.db.session import Database
    from feedback_atlas.server.main import create_app, prepare

    settings = settings_in(data_dir)
    database = Database(settings.resolved_database_url)
    database.migrate()
    with database.read() as session:
        refusal = why_not_start(session, settings)
    database.close()
    if refusal is not None:
        typer.echo(f"Feedback Atlas did not start. {refusal}", err=True)
        raise typer.Exit(1)
    service = create_app(settings)
    prepare(service)
    uvicorn.run(
        service,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
