"""`atlas share`: share an experiment's comparison through a running service."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from time import sleep
from typing import Annotated, Any
from urllib.parse import quote

import typer

from feedback_atlas.server.access.tokens import read_lifetime
from feedback_atlas.server.cli.client import (
    Address,
    ServiceCallError,
    ServiceClient,
    address_of,
    token_of_environment,
)
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.settings import Settings

_ID = re.compile(r"[0-9a-f]{16}")
_ADDRESS = re.compile(r"https?://.*/experiments/([0-9a-f]{16})(?:[/?#].*)?")
_LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """The recipient and terms of a link, as the API takes them."""

    label: str = ""
    expires_in_hours: int | None = None
    passphrase: str | None = None
    embeddable: bool = False


def share(
    experiment: Annotated[
        str, typer.Argument(help="Id or name of an experiment, or the address of its page.")
    ],
    expires: Annotated[str, typer.Option(help="How long the link works: 12h, 30d or never.")] = (
        "never"
    ),
    label: Annotated[
        str, typer.Option(help="Label in the list of links; readers do not see it.")
    ] = "",
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Prompt for a passphrase that readers must enter.")
    ] = False,
    embed: Annotated[
        bool, typer.Option("--embed", help="Allow other websites to embed it.")
    ] = False,
    address: Address = "",
) -> None:
    """Create a link to a frozen copy of an experiment's comparison, and print it once.

    Waits until the comparison is computed. If the service requires a token, set the environment
    variable ATLAS_TOKEN.
    """
    try:
        lifetime = read_lifetime(expires)
        secret = None
        if passphrase:
            secret = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
        terms = LinkTerms(
            label=label,
            expires_in_hours=None if lifetime is None else lifetime // timedelta(hours=1),
            passphrase=secret,
            embeddable=embed,
        )
        service = ServiceClient(address or address_of(Settings()), token_of_environment())
        link = share_experiment(service, experiment, terms, lambda said: typer.echo(said, err=True))
    except (ServiceCallError, InvalidSpecError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(link)


def share_experiment(
    service: ServiceClient, experiment: str, terms: LinkTerms, tell: Callable[[str], None]
) -> str:
    """Share an experiment's default comparison, computed first if need be; return the new link.

    Args:
        service: that has the experiment.
        experiment: its id, its exact name, or the address of its page.
        terms: of the link.
        tell: prints what is waited for.

    Raises:
        ServiceCallError: the experiment is unknown, or cannot be compared or shared.
    """
    try:
        if service.ask("GET", "/session")["role"] == "viewer":
            # Refused before waiting for a comparison that could not be shared.
            raise ServiceCallError(
                "The token in ATLAS_TOKEN is a viewer's; sharing needs an owner's."
            )
        path = f"/experiments/{_experiment_id(service, experiment)}/comparisons"
        comparison = service.ask("POST", path, {})
        last = ""
        while (waits := _waits_for(comparison)) is not None:
            if waits != last:
                tell(waits)
                last = waits
            sleep(_LOOK_AGAIN_SECONDS)
            comparison = service.ask("GET", f"/comparisons/{comparison['id']}")
        if last:
            tell(f"{comparison['title']}: computed.")
        link = service.ask(
            "POST",
            f"/comparisons/{comparison['id']}/shares",
            asdict(terms),
        )
        return f"{service.address}{link['path']}"
    except (KeyError, TypeError) as error:
        raise service.not_ours() from error


def _experiment_id(service: ServiceClient, experiment: str) -> str:
    found = _ADDRESS.fullmatch(experiment)
    if found or _ID.fullmatch(experiment):
        return found[1] if found else experiment
    items = service.ask("GET", f"/experiments?q={quote(experiment)}&limit=200")["items"]
    named = [one for one in items if one["name"].casefold() == experiment.casefold()]
    if len(named) == 1:
        return str(named[0]["id"])
    if named:
        ids = "".join(f"\n  {one['id']}  {one['created_at'][:16]}" for one in named)
        raise ServiceCallError(f"{len(named)} experiments have this name; give an id:{ids}")
    near = "".join(f"\n  {one['id']}  {one['name']}" for one in items[:10])
    hint = f" Did you mean one of these?{near}" if near else ""
    raise ServiceCallError(f"{service.address} has no experiment named {experiment!a}.{hint}")


def _waits_for(comparison: dict[str, Any]) -> str | None:
    """Say what a comparison still waits for; None once it shows all that it can."""
    if comparison["state"] in ("failed", "cancelled"):
        why = comparison["error"] or "it was cancelled"
        raise ServiceCallError(f"{comparison['title']} could not be computed: {why}")
    if comparison["state"] != "completed":
        stands = "is being computed" if comparison["state"] == "running" else "waits for a worker"
        return f"{comparison['title']}: {stands}."
    pending = [name.replace("-", " ") for name in comparison["pending"]]
    if not pending:
        return None
    return f"{comparison['title']}: not ready yet: {', '.join(pending)}."
