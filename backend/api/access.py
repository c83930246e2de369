"""Who may use a route. Each says so in one line above its function; one that does not is refused.

    @router.get("/{run_id}", responses=problems(404))
    @for_viewers
    def read_run(...)

on a router with ``route_class=AccessRoute``. `tests/backend/test_access.py` walks all routes.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from backend.api.deps import Context, Token, problem_responses
from backend.db.models import Share
from backend.services import passphrases, shares, tokens
from backend.services.errors import (
    ForbiddenError,
    PassphraseError,
    SignInError,
    UnknownLinkError,
)
from backend.services.tokens import LOCAL_USER, Visitor

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_ATTRIBUTE = "atlas_access"
# A key to a link that has a passphrase: the cookie in browsers, where only paths of that link get
# it; the header for scripts.
LINK_COOKIE = "atlas-link"
LINK_KEY_HEADER = "Atlas-Link-Key"
_BEARER = HTTPBearer(auto_error=False, description="A token that `atlas token create` has made.")


class Access(Enum):
    """Who may use a route."""

    ANYONE = "anyone"
    DOOR = "whoever has a link, before saying its passphrase"
    LINK = "whoever has a link, and knows its passphrase where it has one"
    VIEWER = "viewers and owners"
    OWNER = "owners"


def for_anyone(endpoint: _Endpoint) -> _Endpoint:
    """The route tells nothing that is not public."""
    return _declared(endpoint, Access.ANYONE)


def for_link_holders(endpoint: _Endpoint) -> _Endpoint:
    """The route tells only what the link in its path shows, which it gets as a `LinkDep`."""
    return _declared(endpoint, Access.LINK)


def at_the_door(endpoint: _Endpoint) -> _Endpoint:
    """The route tells whether the link in its path asks for a passphrase, and hears it."""
    return _declared(endpoint, Access.DOOR)


def for_viewers(endpoint: _Endpoint) -> _Endpoint:
    """The route reads, or computes what is read."""
    return _declared(endpoint, Access.VIEWER)


def for_owners(endpoint: _Endpoint) -> _Endpoint:
    """The route changes something, or tells about the machine or about others."""
    return _declared(endpoint, Access.OWNER)


def access_of(endpoint: Callable[..., Any]) -> Access | None:
    """What a route's function declares."""
    found: Access | None = getattr(endpoint, _ATTRIBUTE, None)
    return found


class AccessRoute(APIRoute):
    """A route that asks who comes before it reads anything of the request."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        """Make the route. Raises TypeError where ``endpoint`` does not say who may use it."""
        declared = access_of(endpoint)
        if declared is None:
            raise TypeError(f"{endpoint.__name__} ({path}) does not say who may use it")
        self.access = declared
        given["responses"] = _refusals(declared) | (given.get("responses") or {})
        if declared in (Access.VIEWER, Access.OWNER):
            # It only tells the OpenAPI document that a token can be sent.
            given["dependencies"] = [Depends(_BEARER), *(given.get("dependencies") or ())]
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's function behind the question who comes."""
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            if self.access in (Access.LINK, Access.DOOR):
                request.state.link = await run_in_threadpool(_admitted_link, request, self.access)
            elif self.access is not Access.ANYONE:
                request.state.visitor = await admitted(request, self.access)
            return await answer(request)

        return guarded


async def admitted(request: Request, access: Access) -> Visitor:
    """Who asks. Raises SignInError for nobody, ForbiddenError for who may not do this."""
    visitor = await recognised(request)
    if visitor is None:
        raise SignInError(
            "Sign in at /sign-in, or send `Authorization: Bearer TOKEN`. On the machine of the "
            "service, `atlas token create NAME` makes a token."
        )
    if access is Access.OWNER and visitor.role != "owner":
        raise ForbiddenError(
            f"The token {visitor.name!a} is a viewer's: it can look at everything and change "
            "nothing. Ask an owner to do this, or for an owner's token."
        )
    return visitor


async def recognised(request: Request) -> Visitor | None:
    """Who asks, by the token or the cookie of the request."""
    context: Context = request.app.state.context
    if context.settings.is_open:
        return LOCAL_USER
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await run_in_threadpool(_bearer, context, bearer.strip(), address_of(request))
    cookie = request.cookies.get(cookie_name(context))
    return None if cookie is None else await run_in_threadpool(_cookie, context, cookie)


def cookie_name(context: Context) -> str:
    """Name of the cookie of a browser that signed in. Cookies of a host know no ports."""
    return f"atlas-session-{context.settings.port}"


def address_of(request: Request) -> str:
    """Where a request comes from; of whoever a trusted proxy sent it for."""
    return request.client.host if request.client else ""


def _bearer(context: Context, token: str, address: str) -> Visitor | None:
    context.token_guesses.check(address)
    with context.database.read() as session:
        found = tokens.visitor(session, token)
    if found is None:
        context.token_guesses.count(address)
        return None
    return found[1]


def _cookie(context: Context, cookie: str) -> Visitor | None:
    with context.database.read() as session:
        return tokens.signed_in(session, cookie)


def found_link(context: Context, token: str, address: str) -> Share:
    """The link with this token. Raises UnknownLinkError, TooManyError after many from an address.

    Which tells of no link that has ended.
    """
    context.link_guesses.check(address)
    try:
        with context.database.read() as session:
            return shares.find(session, token)
    except UnknownLinkError:
        context.link_guesses.count(address)
        raise


def is_unlocked(request: Request, link: Share, token: str) -> bool:
    """Whether a link has no passphrase, or whoever asks has a key to it."""
    if link.passphrase is None:
        return True
    key = request.headers.get(LINK_KEY_HEADER) or request.cookies.get(LINK_COOKIE)
    return key is not None and passphrases.fits(link.passphrase, token, key)


def _admitted_link(request: Request, access: Access) -> Share:
    context: Context = request.app.state.context
    token = request.path_params["token"]
    link = found_link(context, token, address_of(request))
    if access is Access.LINK and not is_unlocked(request, link, token):
        raise PassphraseError(
            "This link has a passphrase. Send it to POST /api/shared/TOKEN/access, and the key "
            f"that it answers with in the header {LINK_KEY_HEADER}."
        )
    return link


def _declared(endpoint: _Endpoint, access: Access) -> _Endpoint:
    setattr(endpoint, _ATTRIBUTE, access)
    return endpoint


def _refusals(access: Access) -> dict[int | str, dict[str, Any]]:
    if access is Access.ANYONE:
        return {}
    if access is Access.DOOR:
        return problem_responses(404, 429)
    if access is Access.LINK:
        return problem_responses(401, 404, 429)
    return problem_responses(401, 403, 429)


def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


def _link(request: Request, token: Token) -> Share:
    link: Share = request.state.link
    return link


LinkDep = Annotated[Share, Depends(_link)]
VisitorDep = Annotated[Visitor, Depends(_visitor)]
