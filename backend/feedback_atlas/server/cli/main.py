"""The `atlas` command: start everything, or one part of it."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from feedback_atlas.server.cli import tokens as token_commands
from feedback_atlas.server.settings import Settings

app = typer.Typer(
    help="Feedback Atlas: train networks by feedback alignment, compare what they learned.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(token_commands.app, name="token")


@app.command()
def up() -> None:
    """Start the service with its workers, and stop them all on Ctrl-C."""
    from feedback_atlas.server.cli.supervisor import Supervisor

    raise typer.Exit(Supervisor(Settings()).run())


@app.command()
def serve() -> None:
    """Start the HTTP service alone."""
    import uvicorn

    from feedback_atlas.server.access.tokens import why_not_start
    from feedback_atlas.server.artifacts import open_store
    from feedback_atlas.server.db.session import Database
    from feedback_atlas.server.main import create_app, prepare
    from feedback_atlas.server.sharing.upgrade import bring_up_to_date

    settings = Settings()
    database = Database(settings.resolved_database_url)
    bring_up_to_date(database, open_store(settings))
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


@app.command()
def worker(
    queues: Annotated[
        str, typer.Option(help="Queues to take work from: train, analysis, or both.")
    ] = "train,analysis",
    concurrency: Annotated[
        int, typer.Option(help="Jobs at a time; 0 chooses by cores or GPU.", min=0)
    ] = 0,
    name: Annotated[str, typer.Option(help="Name of this worker on its machine.")] = "",
) -> None:
    """Start a worker that trains runs and computes analyses."""
    name = name or f"{queues.replace(',', '-')}-{os.getpid()}"
    arguments = ["-A", "feedback_atlas.jobs.app", "worker", "-Q", queues, "-n", f"{name}@%h"]
    if concurrency:
        arguments += ["-c", str(concurrency)]
    arguments += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    # The worker package is started by name: the service never imports it.
    os.execv(sys.executable, [sys.executable, "-m", "celery", *arguments])


@app.command()
def launch(
    file: Annotated[Path, typer.Argument(help="A YAML file, as the page exports it.")],
    address: Annotated[
        str, typer.Option(help="Address of the running service; this machine's if left out.")
    ] = "",
) -> None:
    """Launch the experiment of a YAML file on a running service, and print its address.

    A service that asks for a token gets the one in the environment variable ATLAS_TOKEN.
    """
    from feedback_atlas.server.cli.client import address_of
    from feedback_atlas.server.cli.launch import LaunchError, launch_file

    token = os.environ.get("ATLAS_TOKEN", "")
    try:
        typer.echo(launch_file(file, address or address_of(Settings()), token))
    except LaunchError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


class PaperVariant(StrEnum):
    """Whose description is followed where the paper's text and code disagree."""

    code = "code"
    text = "text"


@app.command()
def paper(
    epochs: Annotated[int, typer.Option(help="Epochs of each run.")] = 50,
    seeds: Annotated[str, typer.Option(help="Seeds, such as 42 or 0-9.")] = "42",
    data: Annotated[
        str,
        typer.Option(help="cifar10, digits, or folder:PATH inside a root that the service allows."),
    ] = "cifar10",
    search: Annotated[
        bool, typer.Option("--search", help="Search the paper's grid of settings first.")
    ] = False,
    variant: Annotated[
        PaperVariant,
        typer.Option(help="What to follow where the paper's text and code disagree."),
    ] = PaperVariant.code,
    address: Annotated[
        str, typer.Option(help="Address of the running service; this machine's if left out.")
    ] = "",
    wait: Annotated[bool, typer.Option(help="Wait for every panel and print the verdicts.")] = True,
) -> None:
    """Reproduce the paper on a running service: train, compare, print a verdict a panel.

    A service that asks for a token gets the one in the environment variable ATLAS_TOKEN.
    """
    from feedback_atlas.server.catalog.published import Variant
    from feedback_atlas.server.cli.client import address_of
    from feedback_atlas.server.cli.launch import LaunchError
    from feedback_atlas.server.cli.paper import reproduce, spec_of

    try:
        spec = spec_of(
            epochs=epochs, seeds=seeds, data=data, search=search, variant=Variant(variant.value)
        )
        complete = reproduce(
            spec,
            address or address_of(Settings()),
            wait=wait,
            token=os.environ.get("ATLAS_TOKEN", ""),
            tell=lambda line: typer.echo(line, err=True),
            say=typer.echo,
        )
    except LaunchError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if not complete:
        raise typer.Exit(1)


class ReportFormat(StrEnum):
    """What a report can be written as."""

    html = "html"
    md = "md"


@app.command()
def report(
    experiment: Annotated[str, typer.Argument(help="Id of an experiment, as in its address.")],
    other: Annotated[
        str, typer.Argument(help="Id of its other arm; the newest that fits if left out.")
    ] = "",
    form: Annotated[
        ReportFormat, typer.Option("--format", help="One HTML file with figures, or Markdown.")
    ] = ReportFormat.html,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write it.")
    ] = None,
    address: Annotated[
        str, typer.Option(help="Address of the running service; this machine's if left out.")
    ] = "",
) -> None:
    """Write the report of an experiment: the paper beside it, and the answers over seeds.

    A service that asks for a token gets the one in the environment variable ATLAS_TOKEN.
    """
    from feedback_atlas.server.cli.client import ServiceCallError, ServiceClient, address_of
    from feedback_atlas.server.cli.report import write_report

    try:
        service = ServiceClient(
            address or address_of(Settings()), os.environ.get("ATLAS_TOKEN", "")
        )
        path = write_report(
            experiment,
            other or None,
            form=form.value,
            output=output,
            service=service,
            tell=lambda line: typer.echo(line, err=True),
        )
    except ServiceCallError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(path)


@app.command()
def share(
    experiment: Annotated[
        str, typer.Argument(help="Id or name of an experiment, or the address of its page.")
    ],
    expires: Annotated[str, typer.Option(help="How long the link works: 12h, 30d or never.")] = (
        "never"
    ),
    label: Annotated[str, typer.Option(help="For the list of links; readers do not see it.")] = "",
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Ask for a passphrase that readers have to say.")
    ] = False,
    embed: Annotated[
        bool, typer.Option("--embed", help="Let other websites show it in a frame.")
    ] = False,
    address: Annotated[
        str, typer.Option(help="Address of the running service; this machine's if left out.")
    ] = "",
) -> None:
    """Freeze an experiment's comparison behind a link, and print the link: it is shown only now.

    Waits until the comparison is computed. A service that asks for a token gets the one in the
    environment variable ATLAS_TOKEN.
    """
    from feedback_atlas.server.access.tokens import read_lifetime
    from feedback_atlas.server.cli.client import ServiceCallError, ServiceClient, address_of
    from feedback_atlas.server.cli.share import LinkTerms, share_experiment
    from feedback_atlas.server.core.errors import InvalidSpecError

    try:
        lifetime = read_lifetime(expires)
        secret = None
        if passphrase:
            secret = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
        terms = LinkTerms(
            label=label,
            expires_in_hours=None if lifetime is None else lifetime // timedelta(hours=1),
            passphrase=secret,
            embeddable=embed,
        )
        service = ServiceClient(
            address or address_of(Settings()), os.environ.get("ATLAS_TOKEN", "")
        )
        link = share_experiment(service, experiment, terms, lambda said: typer.echo(said, err=True))
    except (ServiceCallError, InvalidSpecError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(link)


@app.command()
def migrate() -> None:
    """Bring the database, and the files that links show, to this release's version."""
    from feedback_atlas.server.artifacts import open_store
    from feedback_atlas.server.db.session import Database
    from feedback_atlas.server.sharing.upgrade import bring_up_to_date

    settings = Settings()
    database = Database(settings.resolved_database_url)
    bring_up_to_date(database, open_store(settings))
    typer.echo(f"The {database.url.get_backend_name()} database is up to date.")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document, from which the browser's client is generated."""
    from feedback_atlas.server.main import create_app

    typer.echo(json.dumps(create_app().openapi(), indent=2))


def main() -> None:
    """Entry point of the `atlas` command."""
    app()
