"""Launching a YAML file on a running service, as `atlas launch` does."""

from __future__ import annotations

from pathlib import Path

from backend.service_client import LaunchError, RefusedError, Service, reason
from backend.services.errors import InvalidSpecError
from backend.services.spec_yaml import read_spec, with_lines


def launch_file(path: Path, address: str) -> str:
    """Launch the experiment that a file describes; the address of its page. Raises LaunchError."""
    service = Service(address)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LaunchError(f"{path} cannot be read: {reason(error)}.") from error
    try:
        spec, document = read_spec(text)
    except InvalidSpecError as error:
        raise LaunchError(_listed(path, [message for _, message in error.problems])) from error
    try:
        created = service.post("/experiments", spec.model_dump_json())
        return f"{service.address}/experiments/{created['id']}"
    except RefusedError as error:
        if error.wrong_values:
            said = [message for _, message in with_lines(error.wrong_values, document)]
            raise LaunchError(_listed(path, said)) from error
        raise LaunchError(f"{service.address} did not launch it: {error}") from error
    except KeyError as error:
        raise service.stranger() from error


def _listed(path: Path, messages: list[str]) -> str:
    return "\n".join((f"{path} was not launched:", *(f"  {message}" for message in messages)))
