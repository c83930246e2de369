"""`atlas paper`: reproduce the paper on a running service: launch, wait, print verdicts."""

from __future__ import annotations

import shutil
import textwrap
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from feedback_atlas.server.catalog.published import Variant
from feedback_atlas.server.cli.client import (
    Address,
    ServiceCallError,
    ServiceClient,
    address_of,
    token_of_environment,
)
from feedback_atlas.server.cli.launch import LaunchError
from feedback_atlas.server.settings import Settings
from feedback_atlas.server.specs.paper_recipe import paper_spec
from feedback_atlas.server.specs.schemas import ExperimentSpec
from feedback_atlas.server.specs.seeds import parse_seeds

_POLL_SECONDS = 1.0
# Seconds to bridge a restart of the service during training.
_PATIENCE_SECONDS = 60.0
_WIDEST = 120
_VERDICTS = {"agrees": "agrees", "differs": "differs", "not_comparable": "not comparable"}

Say = Callable[[str], None]


class PaperVariant(StrEnum):
    """The description to follow where the paper's text and code disagree."""

    code = "code"
    text = "text"


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
        typer.Option(help="Follow the paper's code or its text where they disagree."),
    ] = PaperVariant.code,
    address: Address = "",
    wait: Annotated[bool, typer.Option(help="Wait for every panel and print the verdicts.")] = True,
) -> None:
    """Reproduce the paper on a running service: train, compare, print one verdict per panel.

    If the service requires a token, set the environment variable ATLAS_TOKEN.
    """
    try:
        spec = spec_of(
            epochs=epochs, seeds=seeds, data=data, search=search, variant=Variant(variant.value)
        )
        complete = reproduce(
            spec,
            address or address_of(Settings()),
            wait=wait,
            token=token_of_environment(),
            tell=lambda line: typer.echo(line, err=True),
            say=typer.echo,
        )
    except LaunchError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if not complete:
        raise typer.Exit(1)


def spec_of(
    *, epochs: int, seeds: str, data: str, search: bool, variant: Variant
) -> ExperimentSpec:
    """Return the paper's experiment with a command's options.

    ``data`` is a data set's id, or `folder:` and a path inside a root that the service allows.
    Raises LaunchError.
    """
    dataset, _, folder = data.partition(":")
    try:
        return paper_spec(
            dataset=dataset,
            folder=folder or None,
            epochs=epochs,
            seeds=parse_seeds(seeds),
            search=search,
            variant=variant,
        )
    except KeyError as error:
        raise LaunchError(
            f"{dataset!a} is not a data set here; use cifar10, digits or folder:/path/to/images."
        ) from error
    except ValueError as error:
        raise LaunchError(str(error)) from error


def reproduce(
    spec: ExperimentSpec, address: str, *, wait: bool, tell: Say, say: Say, token: str = ""
) -> bool:
    """Launch the experiment and, with ``wait``, follow runs and panels to the verdicts.

    Progress goes to ``tell``; the table and the page's address, last, to ``say``. Returns whether
    every panel has a verdict (without waiting: True). Raises LaunchError.
    """
    try:
        service = ServiceClient(address, token)
        experiment = service.ask("POST", "/experiments", spec.model_dump(mode="json"))["id"]
        page = f"{service.address}/experiments/{experiment}/paper"
        if not wait:
            say(page)
            return True
        tell(f"Launched {spec.name}: {service.address}/experiments/{experiment}")
        _follow_runs(service, experiment, tell)
        view = _follow_panels(service, experiment, tell)
    except ServiceCallError as error:
        if error.status in (None, 401):
            raise LaunchError(str(error)) from error
        said = "".join(f"\n  {field}: {message}" for field, message in error.problems)
        raise LaunchError(f"{service.address} refused it: {said or error}") from error
    except (KeyError, TypeError) as error:
        raise LaunchError(str(service.not_ours())) from error
    say(verdict_table(view["panels"]))
    say(page)
    return bool(view["state"] == "completed")


def verdict_table(panels: list[dict[str, Any]]) -> str:
    """Write a line per panel, with its sentence wrapped beside it."""
    places = max((len(panel["place"]) for panel in panels), default=0)
    verdicts = max(map(len, _VERDICTS.values()))
    indent = places + verdicts + 4
    width = min(shutil.get_terminal_size((_WIDEST, 0)).columns, _WIDEST)
    lines = []
    for panel in panels:
        verdict = _VERDICTS.get(panel["verdict"] or "", "missing")
        head = f"{panel['place']:<{places}}  {verdict:<{verdicts}}  "
        lines.append(
            textwrap.fill(
                panel["sentence"],
                max(width, indent + 40),
                initial_indent=head,
                subsequent_indent=" " * indent,
            )
        )
    return "\n".join(lines)


def _follow_runs(service: ServiceClient, experiment: str, tell: Say) -> None:
    last = ""
    while True:
        found = _with_retries(lambda: service.ask("GET", f"/experiments/{experiment}"))
        networks = [*found["runs"], *found["trials"]]
        ended = [one for one in networks if one["state"] in ("completed", "failed", "cancelled")]
        line = (
            f"Training: {len(ended)} of {len(networks)} runs have ended, "
            f"{100 * found['progress']:.0f} % of all epochs."
        )
        if line != last:
            tell(line)
            last = line
        if len(ended) == len(networks):
            for run in found["runs"]:
                if run["state"] != "completed":
                    why = "" if run["error"] is None else f": {run['error']}"
                    tell(f"{run['rule_name']}, seed {run['seed']}, {run['state']}{why}")
            return
        time.sleep(_POLL_SECONDS)


def _follow_panels(service: ServiceClient, experiment: str, tell: Say) -> dict[str, Any]:
    path = f"/experiments/{experiment}/paper"
    view: dict[str, Any] = service.ask("POST", path)
    last = ""
    while True:
        ready = sum(panel["state"] == "ready" for panel in view["panels"])
        line = f"Comparing: {ready} of {len(view['panels'])} panels are ready."
        if line != last:
            tell(line)
            last = line
        if view["state"] == "empty":
            raise LaunchError("No run has completed, so there is nothing to compare.")
        if view["state"] in ("completed", "incomplete"):
            return view
        time.sleep(_POLL_SECONDS)
        view = _with_retries(lambda: service.ask("GET", path))


def _with_retries(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return an answer, retried while the service or its database is away for a moment."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except ServiceCallError as error:
            if error.status not in (None, 503) or time.monotonic() > deadline:
                raise
        time.sleep(_POLL_SECONDS)
