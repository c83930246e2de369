"""Access to routes, declared in one line above each; a route without it is refused.

    @router.get("/{run_id}", responses=problems(404))
    @for_viewers
    def read_run(...)

on a router with ``route_class=AccessRoute``. `access.guards` and `sharing.link_access` define the
kinds of visitors; `tests/backend/access/test_access.py` walks all routes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Depends, Request, Response
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute

from feedback_atlas.server.api.deps import problem_responses

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_ATTRIBUTE = "atlas_access"


@dataclass(frozen=True, slots=True)
class Access:
    """A declaration of who may use a route.

    ``admit`` runs before the body is read, stores the visitor in ``request.state`` and raises
    ServiceError to refuse; None admits everybody. ``refusals`` are the statuses of its refusals,
    ``security`` the token scheme in the OpenAPI document.
    """

    name: str
    admit: Callable[[Request], Awaitable[None]] | None = None
    refusals: tuple[int, ...] = ()
    security: Callable[..., Any] | None = None


ANYONE = Access("anyone")


def declared(endpoint: Endpoint, access: Access) -> Endpoint:
    """Declare on a route's function who may use it."""
    setattr(endpoint, _ATTRIBUTE, access)
    return endpoint


def for_anyone(endpoint: Endpoint) -> Endpoint:
    """Admit everybody: the route shows only what is public."""
    return declared(endpoint, ANYONE)


class AccessRoute(APIRoute):
    """A route that identifies the visitor before it reads anything of the request."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        """Make the route. Raises TypeError if ``endpoint`` declares no access."""
        access: Access | None = getattr(endpoint, _ATTRIBUTE, None)
        if access is None:
            raise TypeError(f"{endpoint.__name__} ({path}) does not say who may use it")
        self.access = access
        given["responses"] = problem_responses(*access.refusals) | (given.get("responses") or {})
        if access.security is not None:
            security: Dependency = Depends(access.security)
            given["dependencies"] = [security, *(given.get("dependencies") or ())]
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the route's handler behind its access check."""
        answer = super().get_route_handler()
        admit = self.access.admit
        if admit is None:
            return answer

        async def guarded(request: Request) -> Response:
            await admit(request)
            return await answer(request)

        return guarded


def address_of(request: Request) -> str:
    """Return the client's address; behind a trusted proxy, the one that it forwards."""
    return request.client.host if request.client else ""
