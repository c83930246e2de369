"""`atlas report`: write the report of an experiment."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from feedback_atlas.server.cli.client import (
    Address,
    ServiceCallError,
    ServiceClient,
    address_of,
    reason,
    token_of_environment,
)
from feedback_atlas.server.settings import Settings

_POLL_SECONDS = 1.0


class ReportFormat(StrEnum):
    """A format of the report."""

    html = "html"
    md = "md"


def report(
    experiment: Annotated[str, typer.Argument(help="Id of an experiment, as in its address.")],
    other: Annotated[
        str, typer.Argument(help="Id of its other arm; default: the newest that fits.")
    ] = "",
    form: Annotated[
        ReportFormat, typer.Option("--format", help="One HTML file with figures, or Markdown.")
    ] = ReportFormat.html,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    address: Address = "",
) -> None:
    """Write the report of an experiment: comparison with the paper, and answers over seeds.

    If the service requires a token, set the environment variable ATLAS_TOKEN.
    """
    try:
        path = write_report(
            experiment,
            other or None,
            form=form.value,
            output=output,
            service=ServiceClient(address or address_of(Settings()), token_of_environment()),
            tell=lambda line: typer.echo(line, err=True),
        )
    except ServiceCallError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(path)


def write_report(
    experiment: str,
    other: str | None,
    *,
    form: str,
    output: Path | None,
    service: ServiceClient,
    tell: Callable[[str], None],
) -> Path:
    """Request the report from a running service, wait until it is computed, and write it.

    Args:
        experiment: its id.
        other: id of the other arm; None takes the one that the service finds.
        form: "html" or "md".
        output: where to; None is a file named after the experiment, here.
        service: that has the experiment.
        tell: prints what is waited for.

    Returns:
        Where it was written. Raises ServiceCallError with the reason where it was not.
    """
    try:
        answers = service.ask("POST", f"/experiments/{experiment}/answers", {"other": other})
        arms = "both arms" if len(answers["arms"]) > 1 else "one arm"
        tell(f"The answers from {arms} are {answers['state']}.")
        while answers["state"] in ("queued", "running"):
            time.sleep(_POLL_SECONDS)
            answers = service.ask("GET", f"/answers/{answers['id']}")
        if answers["state"] != "completed":
            why = answers["error"] or "cancelled"
            raise ServiceCallError(f"The answers could not be computed: {why}")
        service.ask("POST", f"/experiments/{answers['arms'][0]['experiment_id']}/paper")
        content = _download_when_ready(service, f"/answers/{answers['id']}/report.{form}", tell)
    except (KeyError, TypeError) as error:
        raise service.not_ours() from error
    path = Path(f"{experiment}-report.{form}") if output is None else output
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ServiceCallError(f"{path} cannot be written: {reason(error)}.") from error
    return path


def _download_when_ready(service: ServiceClient, path: str, tell: Callable[[str], None]) -> bytes:
    """Return a file once what it is made of is computed."""
    last = ""
    while True:
        try:
            return service.file(path)
        except ServiceCallError as error:
            if error.status != 503 or "being computed" not in str(error):
                raise
            if last != str(error):
                last = str(error)
                tell(last)
        time.sleep(_POLL_SECONDS)
