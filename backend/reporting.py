"""The report of an experiment from a terminal, as `atlas report` writes it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from backend.service_client import LaunchError, RefusedError, Service, reason

_POLL_SECONDS = 1.0


def write_report(
    experiment: str,
    other: str | None,
    *,
    form: str,
    output: Path | None,
    address: str,
    tell: Callable[[str], None],
) -> Path:
    """Ask a running service for the report, wait until it is computed, and write it.

    Args:
        experiment: its id.
        other: id of the other arm; None takes the one that the service finds.
        form: "html" or "md".
        output: where to; None is a file named after the experiment, here.
        address: of the service.
        tell: told what is waited for.

    Returns:
        Where it was written. Raises LaunchError with the reason where it was not.
    """
    service = Service(address)
    try:
        asked = service.post(f"/experiments/{experiment}/answers", json.dumps({"other": other}))
        tell(f"Answers {asked['id'][:12]} of {len(asked['arms'])} arm(s) are {asked['state']}.")
        while asked["state"] in ("queued", "running"):
            time.sleep(_POLL_SECONDS)
            asked = service.get(f"/answers/{asked['id']}")
        if asked["state"] != "completed":
            raise LaunchError(f"The answers could not be computed: {asked['error'] or 'cancelled'}")
        content = _when_ready(service, f"/answers/{asked['id']}/report.{form}", tell)
    except RefusedError as error:
        said = " ".join(message for _, message in error.wrong_values)
        raise LaunchError(f"{service.address} made no report: {said or error}") from error
    except (KeyError, TypeError) as error:
        raise service.stranger() from error
    path = Path(f"{experiment}-report.{form}") if output is None else output
    try:
        path.write_bytes(content)
    except OSError as error:
        raise LaunchError(f"{path} cannot be written: {reason(error)}.") from error
    return path


def _when_ready(service: Service, path: str, tell: Callable[[str], None]) -> bytes:
    """A file that is made of what may still be computed."""
    told = ""
    while True:
        try:
            return service.file(path)
        except RefusedError as error:
            if error.status != 503 or "being computed" not in str(error):
                raise
            if told != str(error):
                told = str(error)
                tell(told)
        time.sleep(_POLL_SECONDS)
