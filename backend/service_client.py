"""A running service as seen from a terminal: JSON over HTTP, and why it did not answer."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from backend.settings import Settings

_PATIENCE_SECONDS = 30
_EVERY_INTERFACE = ("0.0.0.0", "::", "")


class LaunchError(Exception):
    """Why nothing was launched, in words for the person at the terminal."""


class RefusedError(Exception):
    """The service answered with an error; ``problem`` is its problem+json, {} where it is none."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail", f"it answered with status {status}"))
        self.status = status
        self.problem = problem

    @property
    def wrong_values(self) -> list[tuple[str, str]]:
        """Each wrong value's field, and what is wrong with it."""
        return [(one["field"], one["message"]) for one in self.problem.get("errors", [])]


def address_of(settings: Settings) -> str:
    """Where the service of these settings answers on this machine."""
    host = "127.0.0.1" if settings.host in _EVERY_INTERFACE else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


class Service:
    """The service at an address."""

    def __init__(self, address: str) -> None:
        """Call nobody yet. Raises LaunchError for what is no address."""
        self.address = address.rstrip("/")
        if not self.address.startswith(("http://", "https://")):
            raise LaunchError(f"{address} is no address; give one such as http://127.0.0.1:8000.")

    def get(self, path: str) -> dict[str, Any]:
        """The object at a path below /api. Raises as `post`."""
        return self._call(Request(f"{self.address}/api{path}"))

    def post(self, path: str, body: str = "") -> dict[str, Any]:
        """What a POST of JSON text below /api answers.

        Raises RefusedError for an error, LaunchError where nobody or something else answers.
        """
        headers = {"Content-Type": "application/json"}
        return self._call(Request(f"{self.address}/api{path}", body.encode(), headers))

    def file(self, path: str) -> bytes:
        """The file at a path below /api. Raises as `post`."""
        return self._read(Request(f"{self.address}/api{path}"))

    def _call(self, request: Request) -> dict[str, Any]:
        try:
            found = json.loads(self._read(request))
        except ValueError as error:
            raise self.stranger() from error
        if not isinstance(found, dict):
            raise self.stranger()
        return found

    def _read(self, request: Request) -> bytes:
        try:
            with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            raise RefusedError(error.code, _problem(error)) from error
        except (URLError, OSError, HTTPException) as error:
            raise LaunchError(
                f"No service answers at {self.address} ({reason(error)}). Start one with "
                "`atlas up`, or say where it runs with --address."
            ) from error

    def stranger(self) -> LaunchError:
        """What to say of an answer that is not the service's."""
        return LaunchError(f"What answers at {self.address} is not Feedback Atlas.")


def reason(error: Exception) -> str:
    """What went wrong, in a few words."""
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
