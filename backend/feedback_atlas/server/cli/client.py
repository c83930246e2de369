"""A client of a running service, for the commands that need no database."""

from __future__ import annotations

import json
import os
from http import HTTPStatus
from http.client import HTTPException
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import typer

from feedback_atlas.server.settings import Settings

Address = Annotated[
    str, typer.Option(help="Address of the running service; default: this machine's.")
]

_PATIENCE_SECONDS = 30
_EVERY_INTERFACE = ("0.0.0.0", "::", "")


class ServiceCallError(Exception):
    """A failed call of the service, in words for the person at the terminal.

    ``problems`` are pairs of a field and a sentence, if the service sent any.
    """

    def __init__(
        self, message: str, problems: list[tuple[str, str]] | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.problems = problems or []
        self.status = status


class ServiceClient:
    """A running service, and the token to use with it."""

    def __init__(self, address: str, token: str = "") -> None:
        """Connect to ``address``. Raises ServiceCallError if it is no address."""
        self.address = address.rstrip("/")
        if not self.address.startswith(("http://", "https://")):
            raise ServiceCallError(
                f"{self.address} is not a valid address; use one such as http://127.0.0.1:8000."
            )
        self._token = token.strip()
        if not self._token.isascii() or not (self._token.isprintable()):
            raise ServiceCallError(
                "ATLAS_TOKEN is not a valid token: tokens contain only letters, digits, - and _."
            )

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON of the service's answer. Raises ServiceCallError."""
        try:
            return json.loads(self._read(method, path, body))
        except ValueError as error:
            raise self.not_ours() from error

    def file(self, path: str) -> bytes:
        """Return the file at a path below /api. Raises ServiceCallError."""
        return self._read("GET", path)

    def _read(self, method: str, path: str, body: Any = None) -> bytes:
        request = Request(
            f"{self.address}/api{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        if self._token:
            # Not sent on if the answer redirects to another server.
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            with error:
                raise self._refusal(error) from error
        except (URLError, OSError, HTTPException) as error:
            raise ServiceCallError(
                f"No service responds at {self.address} ({reason(error)}). Start one with "
                "`atlas up`, or give its address with --address."
            ) from error

    def not_ours(self) -> ServiceCallError:
        """Return the error for a server that is not Feedback Atlas."""
        return ServiceCallError(f"The server at {self.address} is not Feedback Atlas.")

    def _refusal(self, error: HTTPError) -> ServiceCallError:
        if error.code == HTTPStatus.UNAUTHORIZED:
            return ServiceCallError(
                f"{self.address} asks for a token. Set ATLAS_TOKEN to an owner's; on the "
                "machine that runs the service, `atlas token create NAME --role owner` "
                "creates one.",
                status=error.code,
            )
        problem = _problem(error)
        detail = problem.get("detail", f"it returned status {error.code}")
        found = [(one["field"], one["message"]) for one in problem.get("errors", [])]
        return ServiceCallError(str(detail), found, error.code)


def token_of_environment() -> str:
    """Return the token in the environment, for a service that requires one."""
    return os.environ.get("ATLAS_TOKEN", "")


def address_of(settings: Settings) -> str:
    """Return the local address of the service with these settings."""
    host = "127.0.0.1" if settings.host in _EVERY_INTERFACE else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def reason(error: Exception) -> str:
    """Return the reason of an error in a few words."""
    if isinstance(error, URLError) and isinstance(error.reason, OSError):
        error = error.reason
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error)


def _problem(error: HTTPError) -> dict[str, Any]:
    try:
        problem = json.load(error)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
