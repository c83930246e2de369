"""`atlas token`: make, list and revoke access tokens, on the machine of the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from feedback_atlas.server.access import audit, tokens
from feedback_atlas.server.access.tokens import COMMAND_LINE
from feedback_atlas.server.cli.data_folder import DataDir, settings_in
from feedback_atlas.server.core.errors import ServiceError
from feedback_atlas.server.db.session import Database

app = typer.Typer(help="Create, list and revoke access tokens.", no_args_is_help=True)


class RoleName(StrEnum):
    """The role of a token."""

    owner = "owner"
    viewer = "viewer"


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="The person or script that will use the token.")],
    role: Annotated[
        RoleName, typer.Option(help="Owners can do everything, viewers can only read.")
    ] = RoleName.viewer,
    expires: Annotated[
        str, typer.Option(help="How long the token is valid: 12h, 90d or never.")
    ] = "90d",
    data_dir: DataDir = None,
) -> None:
    """Create a token, and print it once."""
    with _database(data_dir) as database, database.write() as session:
        lifetime = tokens.read_lifetime(expires)
        row, token = tokens.create(session, name, role.value, lifetime)
        audit.record(session, COMMAND_LINE, "create-token", f"{row.name}, {row.role}")
        until = "does not expire" if row.expires_at is None else f"expires {_day(row.expires_at)}"
        typer.echo(f"{row.name} ({row.role}, {until}). It is not shown again:", err=True)
    typer.echo(token)


@app.command("list")
def list_tokens(data_dir: DataDir = None) -> None:
    """List the tokens by name, without their secrets."""
    with _database(data_dir) as database, database.read() as session:
        rows = tokens.listed(session)
    if not rows:
        typer.echo("There are no tokens. `atlas token create NAME --role owner` creates one.")
        return
    width = max(4, *(len(row.name) for row in rows))
    typer.echo(f"{'NAME':<{width}}  ROLE    MADE              EXPIRES")
    for row in rows:
        expires = "never" if row.expires_at is None else _day(row.expires_at)
        gone = row.expires_at is not None and row.expires_at <= datetime.now(UTC)
        typer.echo(
            f"{row.name:<{width}}  {row.role:<6}  {_day(row.created_at)}  {expires}"
            + (" (expired)" if gone else "")
        )


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Name of the token.")], data_dir: DataDir = None
) -> None:
    """Revoke a token, and sign out every browser signed in with it."""
    with _database(data_dir) as database, database.write() as session:
        row = tokens.revoke(session, tokens.named(session, name).id)
        audit.record(session, COMMAND_LINE, "revoke-token", f"{row.name}, {row.role}")
    typer.echo(f"{row.name} is revoked.")


@contextmanager
def _database(data_dir: Path | None) -> Iterator[Database]:
    database = Database(settings_in(data_dir).resolved_database_url)
    try:
        database.migrate()
        yield database
    except ServiceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        database.close()


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
