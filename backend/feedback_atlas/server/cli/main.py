"""The `atlas` command: its subcommands, each in a module of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from feedback_atlas.server import __version__
from feedback_atlas.server.cli import tokens
from feedback_atlas.server.cli.launch import launch
from feedback_atlas.server.cli.migrate import migrate
from feedback_atlas.server.cli.openapi import openapi
from feedback_atlas.server.cli.paper import paper
from feedback_atlas.server.cli.report import report
from feedback_atlas.server.cli.serve import serve
from feedback_atlas.server.cli.share import share
from feedback_atlas.server.cli.up import up
from feedback_atlas.server.cli.worker import worker

app = typer.Typer(
    help="Feedback Atlas: train networks by feedback alignment, compare what they learned.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (up, serve, worker, launch, paper, report, share, migrate, openapi):
    app.command()(command)
app.add_typer(tokens.app, name="token")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"Feedback Atlas {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Take the options of `atlas` itself, which its callbacks act on."""


def main() -> None:
    """Run the `atlas` command."""
    app()
