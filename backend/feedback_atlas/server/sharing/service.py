"""Links to frozen comparisons. Only a hash of a link's token is stored."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from feedback_atlas.server.access.tokens import hashed
from feedback_atlas.server.artifacts import Stored
from feedback_atlas.server.core.errors import (
    InvalidSpecError,
    NotFoundError,
    SharedError,
    UnknownLinkError,
)
from feedback_atlas.server.core.text_checks import text_problems
from feedback_atlas.server.db.models import Comparison, Experiment, Share
from feedback_atlas.server.sharing import passphrases

_TOKEN_BYTES = 32
_KEY_FITS = timedelta(days=7)
MAX_LABEL_LENGTH = 120
LONGEST_HOURS = 24 * 3650

State = Literal["open", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Terms:
    """Label and terms of a link; ``lifetime`` None means no end."""

    label: str = ""
    lifetime: timedelta | None = None
    passphrase: str | None = None
    embeddable: bool = False


def create(
    session: Session,
    *,
    share_id: str,
    snapshot: Stored,
    experiment_id: str,
    comparison_id: str,
    title: str,
    terms: Terms,
) -> tuple[Share, str]:
    """Make a link to a stored snapshot; returns its row and the only copy of its token."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    now = datetime.now(UTC)
    share = Share(
        id=share_id,
        token_sha256=hashed(token),
        experiment_id=experiment_id,
        comparison_id=comparison_id,
        title=title,
        label=terms.label,
        key=snapshot.key,
        sha256=snapshot.sha256,
        created_at=now,
        expires_at=None if terms.lifetime is None else now + terms.lifetime,
        passphrase=None if terms.passphrase is None else passphrases.hashed(terms.passphrase),
        embeddable=terms.embeddable,
    )
    session.add(share)
    session.flush()
    return share, token


def checked(terms: Terms) -> Terms:
    """Return ``terms`` as they are stored. Raises InvalidSpecError where they cannot be."""
    label = terms.label.strip()
    problems = list(text_problems("label", label, MAX_LABEL_LENGTH)) if label else []
    if terms.passphrase is not None and terms.embeddable:
        problems.append(
            (
                "embeddable",
                "A link with a passphrase cannot be embedded: browsers do not keep its "
                "cookie in a frame on another website.",
            )
        )
    if problems:
        raise InvalidSpecError(problems)
    passphrase = None if terms.passphrase is None else passphrases.checked(terms.passphrase)
    return replace(terms, label=label, passphrase=passphrase)


def state(share: Share) -> State:
    """Return the state of a link: open, or the reason why it ended."""
    if share.revoked_at is not None:
        return "revoked"
    return "expired" if _has_expired(share) else "open"


def page(session: Session, before: str | None, limit: int) -> list[tuple[Share, bool]]:
    """Return links older than the id ``before``, newest first; each with whether its experiment
    exists.

    Raises InvalidSpecError where there is no such link.
    """
    query = (
        select(Share, Experiment.id.is_not(None))
        .outerjoin(Experiment, Experiment.id == Share.experiment_id)
        .order_by(Share.created_at.desc(), Share.id)
        .limit(limit)
    )
    if before is not None:
        last = session.get(Share, before)
        if last is None:
            raise InvalidSpecError.at(
                "before", "This link no longer exists; start from the first page."
            )
        query = query.where(
            or_(
                Share.created_at < last.created_at,
                and_(Share.created_at == last.created_at, Share.id > last.id),
            )
        )
    return [(share, exists) for share, exists in session.execute(query)]


def of_experiment(session: Session, experiment_id: str) -> list[Share]:
    """Return links to comparisons of an experiment, newest first."""
    return list(
        session.scalars(
            select(Share)
            .where(Share.experiment_id == experiment_id)
            .order_by(Share.created_at.desc(), Share.id)
        )
    )


def open_links(session: Session, experiment_id: str) -> list[Share]:
    """Return links that show runs of an experiment and have not ended, newest first.

    Those to its own comparisons, and those to comparisons of others that took runs of it.
    """
    own = [share for share in of_experiment(session, experiment_id) if state(share) == "open"]
    others = session.execute(
        select(Share, Comparison.content)
        .join(Comparison, Comparison.id == Share.comparison_id)
        .where(_is_open(), Share.experiment_id != experiment_id)
        .order_by(Share.created_at.desc(), Share.id)
    )
    return own + [
        share
        for share, content in others
        if any(one["id"] == experiment_id for one in content["experiments"])
    ]


def forget_ended(session: Session, experiment_id: str) -> list[str]:
    """Delete the rows of links that have ended; returns the keys of their files, to be deleted."""
    return list(
        session.scalars(
            delete(Share)
            .where(Share.experiment_id == experiment_id, ~_is_open())
            .returning(Share.key)
        )
    )


def release_links(session: Session, experiment_id: str, *, force: bool) -> list[str]:
    """Let an experiment be deleted: delete its ended links; return the keys of their files.

    Raises SharedError, naming the links, while there are some that have not ended. With ``force``
    these keep working: they show frozen copies.
    """
    links = open_links(session, experiment_id)
    if links and not force:
        raise SharedError([_named(share) for share in links])
    return forget_ended(session, experiment_id)


def _named(share: Share) -> str:
    named = f"“{share.label}”" if share.label else "A link without a label"
    return f"{named}, made on {share.created_at:%d %B %Y}."


def get(session: Session, share_id: str) -> Share:
    """Return a link by its id. Raises NotFoundError."""
    share = session.get(Share, share_id)
    if share is None:
        raise NotFoundError("This link does not exist.")
    return share


def revoke(session: Session, share_id: str) -> Share:
    """End a link; returns it, since its file must go too. Raises NotFoundError.

    Its row stays with its experiment, and goes where that was deleted.
    """
    share = get(session, share_id)
    if share.revoked_at is None:
        share.revoked_at = datetime.now(UTC)
    if session.get(Experiment, share.experiment_id) is None:
        session.delete(share)
    session.flush()
    return share


def find(session: Session, token: str) -> Share:
    """Return the link with this token.

    Raises UnknownLinkError, the same for a link that has ended and one that never was.
    """
    digest = hashed(token)
    share = session.scalar(select(Share).where(Share.token_sha256 == digest))
    if (
        share is None
        or not hmac.compare_digest(share.token_sha256, digest)
        or state(share) != "open"
    ):
        raise UnknownLinkError(
            "This link does not work: it was revoked, it has expired, or it never existed."
        )
    return share


def count_opening(session: Session, share_id: str) -> None:
    """Note that someone opened a link."""
    session.execute(
        update(Share)
        .where(Share.id == share_id)
        .values(opens=Share.opens + 1, opened_at=datetime.now(UTC))
    )


def key_ends(share: Share) -> datetime:
    """Return the time at which a key that is made now expires."""
    week = datetime.now(UTC) + _KEY_FITS
    return week if share.expires_at is None else min(week, share.expires_at)


def _has_expired(share: Share) -> bool:
    return share.expires_at is not None and share.expires_at <= datetime.now(UTC)


def _is_open() -> ColumnElement[bool]:
    return and_(
        Share.revoked_at.is_(None),
        or_(Share.expires_at.is_(None), Share.expires_at > datetime.now(UTC)),
    )
