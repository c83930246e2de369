"""Access by a link, and by its passphrase where it has one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.concurrency import run_in_threadpool

from feedback_atlas.server.access.rate_limit import RateLimit
from feedback_atlas.server.api.access import Access, Endpoint, address_of, declared
from feedback_atlas.server.api.deps import part, part_of
from feedback_atlas.server.core.errors import PassphraseError, UnknownLinkError
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.sharing import passphrases
from feedback_atlas.server.sharing import service as shares

# A key to a link that has a passphrase: the cookie in browsers, where only paths of that link get
# it; the header for scripts.
LINK_COOKIE = "atlas-link"
LINK_KEY_HEADER = "Atlas-Link-Key"

# Any text: what is no link's token is answered as a link that has ended.
Token = Annotated[str, Path(description="What a link's address ends with.")]


class LinkAttempts(RateLimit):
    """Rate limit of links that do not exist."""

    def __init__(self) -> None:
        """Allow 30 wrong links a minute from an address."""
        super().__init__("links", 30)


class PassphraseAttempts(RateLimit):
    """Rate limit of wrong passphrases."""

    def __init__(self) -> None:
        """Allow 10 wrong passphrases a minute from an address."""
        super().__init__("passphrases", 10)


async def _admit_visitor(request: Request) -> None:
    request.state.link = await run_in_threadpool(_requested_link, request)


async def _admit_holder(request: Request) -> None:
    link = await run_in_threadpool(_requested_link, request)
    if not is_unlocked(request, link, request.path_params["token"]):
        raise PassphraseError(
            "This link has a passphrase. Send the passphrase to POST "
            "/api/shared/TOKEN/access, then send the key it returns in the header "
            f"{LINK_KEY_HEADER}."
        )
    request.state.link = link


LINK_VISITOR = Access(
    "whoever has a link, before saying its passphrase", _admit_visitor, (404, 429)
)
LINK_HOLDER = Access(
    "whoever has a link, and knows its passphrase where it has one", _admit_holder, (401, 404, 429)
)


def for_link_holders(endpoint: Endpoint) -> Endpoint:
    """Admit holders: the route tells only what the link in its path shows, its `LinkDep`."""
    return declared(endpoint, LINK_HOLDER)


def for_link_visitors(endpoint: Endpoint) -> Endpoint:
    """Admit visitors: the route tells whether the link asks for a passphrase, and hears it."""
    return declared(endpoint, LINK_VISITOR)


def found_link(request: Request, token: str) -> Share:
    """Return the link with this token.

    Raises UnknownLinkError, and TooManyError after many of these from an address: it tells of no
    link that has ended.
    """
    attempts, address = part_of(request.app, LinkAttempts), address_of(request)
    attempts.check(address)
    try:
        with part_of(request.app, Database).read() as session:
            return shares.find(session, token)
    except UnknownLinkError:
        attempts.count(address)
        raise


def is_unlocked(request: Request, link: Share, token: str) -> bool:
    """Return whether a link has no passphrase, or whoever asks has a key to it."""
    if link.passphrase is None:
        return True
    key = request.headers.get(LINK_KEY_HEADER) or request.cookies.get(LINK_COOKIE)
    return key is not None and passphrases.fits(link.passphrase, token, key)


def _requested_link(request: Request) -> Share:
    return found_link(request, request.path_params["token"])


def _link(request: Request, token: Token) -> Share:
    link: Share = request.state.link
    return link


PassphraseAttemptsDep = Annotated[PassphraseAttempts, part(PassphraseAttempts)]
LinkDep = Annotated[Share, Depends(_link)]
