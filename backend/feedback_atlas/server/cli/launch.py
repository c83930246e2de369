"""Launching a YAML file on a running service, as `atlas launch` does."""

from __future__ import annotations

from pathlib import Path

from feedback_atlas.server.cli.client import ServiceCallError, ServiceClient, reason
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.specs.yaml import read_spec, with_lines


class LaunchError(Exception):
    """Why nothing was launched, in words for the person at the terminal."""


def launch_file(path: Path, address: str, token: str = "") -> str:
    """Launch the experiment that a file describes; the address of its page. Raises LaunchError."""
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
        raise LaunchError(f"{service.address} did not launch it: {error}") from error
    except (KeyError, TypeError) as error:
        raise LaunchError(str(service.not_ours())) from error


def _listed(path: Path, messages: list[str]) -> str:
    return "\n".join((f"{path} was not launched:", *(f"  {message}" for message in messages)))
