"""Access tokens and the browsers that signed in with them. Only hashes are stored."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback_atlas.server.core.errors import ConflictError, InvalidSpecError, NotFoundError
from feedback_atlas.server.core.text_checks import text_problems
from feedback_atlas.server.db.models import AccessToken, SignIn
from feedback_atlas.server.settings import Settings, is_loopback

Role = Literal["owner", "viewer"]

MAX_NAME_LENGTH = 60
LONGEST_DAYS = 3650
SIGNED_IN_FOR = timedelta(days=14)
# Random bytes of a secret: too many to guess, so a fast hash protects it well enough.
_BYTES = 32
_PREFIX = "atlas_"
_LIFETIME = re.compile(r"([1-9][0-9]{0,4})([hd])")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A visitor and their role."""

    name: str
    role: Role
    expires_at: datetime | None = None


LOCAL_USER = Visitor("local user", "owner")
COMMAND_LINE = Visitor("command line", "owner")


def create(
    session: Session, name: str, role: Role, lifetime: timedelta | None
) -> tuple[AccessToken, str]:
    """Make a token; return its row and the only copy of its secret.

    Raises InvalidSpecError for a name that cannot be stored, ConflictError for one that is taken.
    """
    name = name.strip()
    if problems := list(text_problems("name", name, MAX_NAME_LENGTH)):
        raise InvalidSpecError(problems)
    now = datetime.now(UTC)
    token = _PREFIX + secrets.token_urlsafe(_BYTES)
    row = AccessToken(
        id=secrets.token_hex(8),
        name=name,
        role=role,
        token_sha256=hashed(token),
        created_at=now,
        expires_at=None if lifetime is None else now + lifetime,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(
            f"There is a token named {name!a}; choose another name or revoke it first."
        ) from error
    return row, token


def read_lifetime(text: str) -> timedelta | None:
    """Parse a length of time such as `90d` or `12h`; None for `never`. Raises InvalidSpecError."""
    if text == "never":
        return None
    found = _LIFETIME.fullmatch(text)
    lifetime = None
    if found is not None:
        count = int(found[1])
        lifetime = timedelta(days=count) if found[2] == "d" else timedelta(hours=count)
    if lifetime is None or lifetime > timedelta(days=LONGEST_DAYS):
        raise InvalidSpecError.at(
            "expires",
            f"{text[:40]!a} is not a duration; write 12h, 90d (at most {LONGEST_DAYS}d) or never.",
        )
    return lifetime


def listed(session: Session) -> Sequence[AccessToken]:
    """Return every token by name, expired ones too."""
    return session.scalars(select(AccessToken).order_by(AccessToken.name)).all()


def named(session: Session, name: str) -> AccessToken:
    """Return the token of this name. Raises NotFoundError."""
    row = session.scalar(select(AccessToken).where(AccessToken.name == name))
    if row is None:
        raise NotFoundError(f"There is no token named {name[:MAX_NAME_LENGTH]!a}.")
    return row


def revoke(session: Session, token_id: str) -> AccessToken:
    """Revoke a token, and sign out every browser that signed in with it. Raises NotFoundError."""
    row = session.get(AccessToken, token_id)
    if row is None:
        raise NotFoundError("This token does not exist; it may already have been revoked.")
    session.delete(row)
    session.flush()
    return row


def start_refusal(session: Session, settings: Settings) -> str | None:
    """Say why the service must not start: others can reach it, but nobody could sign in."""
    if settings.is_open:
        return None
    owners = select(AccessToken.id).where(
        AccessToken.role == "owner", _not_expired(datetime.now(UTC))
    )
    if session.scalar(owners.limit(1)) is not None:
        return None
    if is_loopback(settings.host):
        why = "ATLAS_HOST_NAMES or ATLAS_REQUIRE_TOKEN is set"
    else:
        why = f"it would listen on {settings.host}, which other machines can reach"
    return (
        f"It needs an owner's access token, because {why}. Create one with\n  atlas token "
        "create NAME --role owner --expires 90d\nand start it again; sign in with the "
        "token it prints."
    )


def visitor(session: Session, token: str) -> tuple[AccessToken, Visitor] | None:
    """Return the holder of a token; None if it is unknown, revoked or expired."""
    digest = hashed(token)
    row = session.scalar(
        select(AccessToken).where(
            AccessToken.token_sha256 == digest, _not_expired(datetime.now(UTC))
        )
    )
    if row is None or not hmac.compare_digest(row.token_sha256, digest):
        return None
    return row, _visitor(row, row.expires_at)


def sign_in(session: Session, row: AccessToken) -> tuple[str, datetime]:
    """Sign a browser in; return its cookie's value and when it expires."""
    now = datetime.now(UTC)
    session.execute(delete(SignIn).where(SignIn.expires_at <= now))
    cookie = secrets.token_urlsafe(_BYTES)
    until = min(now + SIGNED_IN_FOR, row.expires_at or datetime.max.replace(tzinfo=UTC))
    session.add(SignIn(cookie_sha256=hashed(cookie), token_id=row.id, expires_at=until))
    session.flush()
    return cookie, until


def signed_in(session: Session, cookie: str) -> Visitor | None:
    """Return the visitor signed in with this cookie; None if there is none, or no longer."""
    now = datetime.now(UTC)
    digest = hashed(cookie)
    row = session.scalar(
        select(SignIn)
        .join(SignIn.token)
        .where(SignIn.cookie_sha256 == digest, SignIn.expires_at > now, _not_expired(now))
    )
    if row is None or not hmac.compare_digest(row.cookie_sha256, digest):
        return None
    return _visitor(row.token, row.expires_at)


def sign_out(session: Session, cookie: str) -> None:
    """Sign a browser out."""
    session.execute(delete(SignIn).where(SignIn.cookie_sha256 == hashed(cookie)))


def _visitor(row: AccessToken, until: datetime | None) -> Visitor:
    return Visitor(row.name, "owner" if row.role == "owner" else "viewer", until)


def _not_expired(now: datetime) -> ColumnElement[bool]:
    return or_(AccessToken.expires_at.is_(None), AccessToken.expires_at > now)


def hashed(secret: str) -> str:
    """Return the stored form of a secret that is too long to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
