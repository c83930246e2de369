"""Sign-in with a token in a browser, sign-out, and the visitor's session."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from feedback_atlas.server.access import audit, tokens
from feedback_atlas.server.access.guards import TokenAttemptsDep, cookie_name, identify_visitor
from feedback_atlas.server.access.schemas import Session, SignInRequest
from feedback_atlas.server.access.tokens import Visitor
from feedback_atlas.server.api.access import AccessRoute, address_of, for_anyone
from feedback_atlas.server.api.deps import DatabaseDep, SettingsDep, problems
from feedback_atlas.server.core.errors import SignInError

router = APIRouter(prefix="/session", tags=["access"], route_class=AccessRoute)


@router.get("", responses=problems())
@for_anyone
async def read_session(request: Request, settings: SettingsDep) -> Session:
    """Return the visitor's name and role."""
    return _out(await identify_visitor(request), is_open=settings.is_open)


@router.post("", responses=problems(401, 413, 429))
@for_anyone
def sign_in(
    wanted: SignInRequest,
    request: Request,
    response: Response,
    settings: SettingsDep,
    database: DatabaseDep,
    attempts: TokenAttemptsDep,
) -> Session:
    """Sign a browser in. It gets a cookie that scripts cannot read, for at most two weeks."""
    if settings.is_open:
        return _out(tokens.LOCAL_USER, is_open=True)
    address = address_of(request)
    attempts.check(address)
    with database.write() as session:
        found = tokens.visitor(session, wanted.token.strip())
        if found is not None:
            row, visitor = found
            cookie, until = tokens.sign_in(session, row)
            audit.record(session, visitor, "sign-in", "")
    if found is None:
        attempts.count(address)
        raise SignInError("This token is not valid: it may be incomplete, expired or revoked.")
    response.set_cookie(
        cookie_name(settings),
        cookie,
        expires=until,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return _out(Visitor(visitor.name, visitor.role, until), is_open=False)


@router.delete("", status_code=204, responses=problems())
@for_anyone
def sign_out(request: Request, settings: SettingsDep, database: DatabaseDep) -> Response:
    """Sign this browser out."""
    cookie = request.cookies.get(cookie_name(settings))
    if cookie is not None:
        with database.write() as session:
            tokens.sign_out(session, cookie)
    answer = Response(status_code=204)
    answer.delete_cookie(
        cookie_name(settings),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def _out(visitor: Visitor | None, *, is_open: bool) -> Session:
    return Session(
        required=not is_open,
        name=None if visitor is None else visitor.name,
        role=None if visitor is None else visitor.role,
        expires_at=None if visitor is None else visitor.expires_at,
    )
