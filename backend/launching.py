"""Launching a YAML file on a running service, as `atlas launch` does."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from backend.services.errors import InvalidSpecError
from backend.services.spec_yaml import read_spec, with_lines
from backend.settings import Settings

_PATIENCE_SECONDS = 30
_EVERY_INTERFACE = ("0.0.0.0", "::", "")


class LaunchError(Exception):
    """Why nothing was launched, in words for the person at the terminal."""


def address_of(settings: Settings) -> str:
    """Where the service of these settings answers on this machine."""
    host = "127.0.0.1" if settings.host in _EVERY_INTERFACE else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def launch_file(path: Path, address: str, token: str = "") -> str:
    """Launch the experiment that a file describes; the address of its page. Raises LaunchError."""
    address = address.rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise LaunchError(f"{address} is no address; give one such as http://127.0.0.1:8000.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LaunchError(f"{path} cannot be read: {_reason(error)}.") from error
    try:
        spec, document = read_spec(text)
    except InvalidSpecError as error:
        raise LaunchError(_listed(path, [message for _, message in error.problems])) from error
    request = Request(
        f"{address}/api/experiments",
        data=spec.model_dump_json().encode(),
        headers={"Content-Type": "application/json"},
    )
    if token:
        # Not for whomever the answer might send us on to.
        request.add_unredirected_header("Authorization", _bearer(token))
    try:
        with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
            created = json.load(answer)
        return f"{address}/experiments/{created['id']}"
    except HTTPError as error:
        problem = _problem(error)
        found = [(one["field"], one["message"]) for one in problem.get("errors", [])]
        if found:
            said = [message for _, message in with_lines(found, document)]
            raise LaunchError(_listed(path, said)) from error
        if error.code == HTTPStatus.UNAUTHORIZED:
            raise LaunchError(
                f"{address} asks for a token. Set ATLAS_TOKEN to an owner's; on the machine of the "
                "service, `atlas token create NAME --role owner` makes one."
            ) from error
        detail = problem.get("detail", f"it answered with status {error.code}")
        raise LaunchError(f"{address} did not launch it: {detail}") from error
    except (URLError, OSError, HTTPException) as error:
        raise LaunchError(
            f"No service answers at {address} ({_reason(error)}). Start one with `atlas up`, or "
            "say where it runs with --address."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise LaunchError(f"What answers at {address} is not Feedback Atlas.") from error


def _bearer(token: str) -> str:
    token = token.strip()
    if not token.isascii() or not token.isprintable():
        raise LaunchError("ATLAS_TOKEN holds no token: these have letters, digits, - and _ only.")
    return f"Bearer {token}"


def _problem(error: HTTPError) -> dict[str, Any]:
    try:
        problem = json.load(error)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _reason(error: Exception) -> str:
    if isinstance(error, URLError) and isinstance(error.reason, OSError):
        error = error.reason
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error)


def _listed(path: Path, messages: list[str]) -> str:
    return "\n".join((f"{path} was not launched:", *(f"  {message}" for message in messages)))
