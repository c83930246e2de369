"""Guards that admit viewers and owners by the token or cookie of a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from feedback_atlas.server.access import tokens
from feedback_atlas.server.access.rate_limit import RateLimit
from feedback_atlas.server.access.tokens import LOCAL_USER, Visitor
from feedback_atlas.server.api.access import Access, Endpoint, address_of, declared
from feedback_atlas.server.api.deps import part, part_of
from feedback_atlas.server.core.errors import ForbiddenError, SignInError
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.settings import Settings

_BEARER = HTTPBearer(auto_error=False, description="A token created by `atlas token create`.")


class TokenAttempts(RateLimit):
    """A rate limit on wrong tokens."""

    def __init__(self) -> None:
        """Allow 10 wrong tokens a minute from an address."""
        super().__init__("tokens", 10)


async def _admit_viewer(request: Request) -> None:
    request.state.visitor = await require_visitor(request)


async def _admit_owner(request: Request) -> None:
    visitor = await require_visitor(request)
    if visitor.role != "owner":
        raise ForbiddenError(
            f"The token {visitor.name!a} is a viewer's: it can read everything but change "
            "nothing. Ask an owner to do this, or for an owner's token."
        )
    request.state.visitor = visitor


VIEWER = Access("viewers and owners", _admit_viewer, (401, 403, 429), _BEARER)
OWNER = Access("owners", _admit_owner, (401, 403, 429), _BEARER)


def for_viewers(endpoint: Endpoint) -> Endpoint:
    """Admit viewers: the route reads, or computes what is read."""
    return declared(endpoint, VIEWER)


def for_owners(endpoint: Endpoint) -> Endpoint:
    """Admit owners: the route changes something, or shows the machine or other users."""
    return declared(endpoint, OWNER)


async def require_visitor(request: Request) -> Visitor:
    """Return the visitor. Raises SignInError without a valid token or cookie."""
    visitor = await identify_visitor(request)
    if visitor is None:
        raise SignInError(
            "Sign in at /sign-in, or send `Authorization: Bearer TOKEN`. On the machine "
            "that runs the service, `atlas token create NAME` creates a token."
        )
    return visitor


async def identify_visitor(request: Request) -> Visitor | None:
    """Return the visitor by the token or cookie of the request; None without a valid one."""
    settings = part_of(request.app, Settings)
    if settings.is_open:
        return LOCAL_USER
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await run_in_threadpool(_by_token, request, bearer.strip())
    cookie = request.cookies.get(cookie_name(settings))
    return None if cookie is None else await run_in_threadpool(_by_cookie, request, cookie)


def cookie_name(settings: Settings) -> str:
    """Return the name of the sign-in cookie, which has the port: ports share a host's cookies."""
    return f"atlas-session-{settings.port}"


def _by_token(request: Request, token: str) -> Visitor | None:
    attempts, address = part_of(request.app, TokenAttempts), address_of(request)
    attempts.check(address)
    with part_of(request.app, Database).read() as session:
        found = tokens.visitor(session, token)
    if found is None:
        attempts.count(address)
        return None
    return found[1]


def _by_cookie(request: Request, cookie: str) -> Visitor | None:
    with part_of(request.app, Database).read() as session:
        return tokens.signed_in(session, cookie)


def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


TokenAttemptsDep = Annotated[TokenAttempts, part(TokenAttempts)]
VisitorDep = Annotated[Visitor, Depends(_visitor)]
