"""The report of an experiment from a terminal, as `atlas report` writes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from feedback_atlas.server.cli.client import ServiceCallError, ServiceClient, reason

_POLL_SECONDS = 1.0


def write_report(
    experiment: str,
    other: str | None,
    *,
    form: str,
    output: Path | None,
    service: ServiceClient,
    tell: Callable[[str], None],
) -> Path:
    """Ask a running service for the report, wait until it is computed, and write it.

    Args:
        experiment: its id.
        other: id of the other arm; None takes the one that the service finds.
        form: "html" or "md".
        output: where to; None is a file named after the experiment, here.
        service: that has the experiment.
        tell: told what is waited for.

    Returns:
        Where it was written. Raises ServiceCallError with the reason where it was not.
    """
    try:
        asked = service.ask("POST", f"/experiments/{experiment}/answers", {"other": other})
        arms = "both arms" if len(asked["arms"]) > 1 else "one arm"
        tell(f"The answers from {arms} are {asked['state']}.")
        while asked["state"] in ("queued", "running"):
            time.sleep(_POLL_SECONDS)
            asked = service.ask("GET", f"/answers/{asked['id']}")
        if asked["state"] != "completed":
            why = asked["error"] or "cancelled"
            raise ServiceCallError(f"The answers could not be computed: {why}")
        service.ask("POST", f"/experiments/{asked['arms'][0]['experiment_id']}/paper")
        content = _when_ready(service, f"/answers/{asked['id']}/report.{form}", tell)
    except (KeyError, TypeError) as error:
        raise service.not_ours() from error
    path = Path(f"{experiment}-report.{form}") if output is None else output
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ServiceCallError(f"{path} cannot be written: {reason(error)}.") from error
    return path


def _when_ready(service: ServiceClient, path: str, tell: Callable[[str], None]) -> bytes:
    """A file that is made of what may still be computed."""
    told = ""
    while True:
        try:
            return service.file(path)
        except ServiceCallError as error:
            if error.status != 503 or "being computed" not in str(error):
                raise
            if told != str(error):
                told = str(error)
                tell(told)
        time.sleep(_POLL_SECONDS)
