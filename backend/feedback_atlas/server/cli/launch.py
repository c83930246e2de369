"""`atlas launch`: launch the experiment of a YAML file on a running service."""

from __future__ import annotations

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
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs.yaml import read_spec, with_lines


class LaunchError(Exception):
    """A failed launch, in words for the person at the terminal."""


def launch(
    file: Annotated[Path, typer.Argument(help="A YAML file, as the page exports it.")],
    address: Address = "",
) -> None:
    """Launch the experiment of a YAML file on a running service, and print its address.

    If the service requires a token, set the environment variable ATLAS_TOKEN.
    """
    try:
        typer.echo(launch_file(file, address or address_of(Settings()), token_of_environment()))
    except LaunchError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def launch_file(path: Path, address: str, token: str = "") -> str:
    """Launch the experiment of a file; return the address of its page. Raises LaunchError."""
    try:
        service = ServiceClient(address, token)
        text = path.read_text(encoding="utf-8")
        spec, document = read_spec(text)
        created = service.ask("POST", "/experiments", spec.model_dump(mode="json"))
        return f"{service.address}/experiments/{created['id']}"
    except (OSError, UnicodeDecodeError) as error:
        raise LaunchError(f"{path} cannot be read: {reason(error)}.") from error
    except InvalidSpecError as error:
        raise LaunchError(_listed(path, [message for _, message in error.problems])) from error
    except ServiceCallError as error:
        if error.problems:
            said = [message for _, message in with_lines(error.problems, document)]
            raise LaunchError(_listed(path, said)) from error
        if error.status in (None, 401):
            raise LaunchError(str(error)) from error
        raise LaunchError(f"{service.address} refused it: {error}") from error
    except (KeyError, TypeError) as error:
        raise LaunchError(str(service.not_ours())) from error


def _listed(path: Path, messages: list[str]) -> str:
    return "\n".join((f"{path} was not launched:", *(f"  {message}" for message in messages)))
