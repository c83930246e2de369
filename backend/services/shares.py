"""Links to frozen comparisons. Only a hash of a link's token is stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.artifacts import ArtifactStore, Stored
from backend.db.models import Comparison, Share
from backend.schemas import comparisons as schemas
from backend.services import panels
from backend.services.errors import InvalidSpecError, NotFoundError, UnknownLinkError
from backend.services.snapshots import ComparisonNumbers, freeze, thaw
from backend.services.validation import text_problems

_TOKEN_BYTES = 32
_MAX_LABEL_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a link shows."""

    share: Share
    numbers: ComparisonNumbers
    view: dict[str, Any]


def settled(view: schemas.Comparison) -> schemas.Comparison:
    """A comparison as it stays: what is still being computed will never be a part of it."""
    late = {name for name in view.pending if name not in panels.PARTIAL}
    return view.model_copy(
        update={
            "pending": [],
            "analyses": [],
            "work": [],
            "figures": [name for name in view.figures if name not in late],
            "unavailable": {
                **view.unavailable,
                **dict.fromkeys(late, "It was not computed yet when this copy was made."),
            },
        }
    )


def store_snapshot(
    store: ArtifactStore, numbers: ComparisonNumbers, view: dict[str, Any]
) -> tuple[str, Stored]:
    """Write the frozen copy; returns the new link's id and where the copy lies."""
    share_id = secrets.token_hex(8)
    return share_id, store.put(f"shares/{share_id}.safetensors", freeze(numbers, view))


def create(
    session: Session,
    *,
    share_id: str,
    snapshot: Stored,
    experiment_id: str,
    comparison_id: str,
    label: str,
) -> tuple[Share, str]:
    """Make a link to a stored snapshot; returns its row and the only copy of its token."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    share = Share(
        id=share_id,
        token_sha256=_hashed(token),
        experiment_id=experiment_id,
        comparison_id=comparison_id,
        label=label,
        key=snapshot.key,
        sha256=snapshot.sha256,
        created_at=datetime.now(UTC),
    )
    session.add(share)
    session.flush()
    return share, token


def checked_label(label: str) -> str:
    """``label`` without surrounding space. Raises InvalidSpecError when it cannot be stored."""
    label = label.strip()
    problems = list(text_problems("label", label, _MAX_LABEL_LENGTH)) if label else []
    if problems:
        raise InvalidSpecError(problems)
    return label


def of_experiment(session: Session, experiment_id: str) -> list[Share]:
    """Links to comparisons of an experiment, newest first."""
    return list(
        session.scalars(
            select(Share)
            .where(Share.experiment_id == experiment_id)
            .order_by(Share.created_at.desc(), Share.id)
        )
    )


def open_links(session: Session, experiment_id: str) -> list[Share]:
    """Links that show runs of an experiment and were not revoked, newest first.

    Those to its own comparisons, and those to comparisons of others that took runs of it.
    """
    own = [share for share in of_experiment(session, experiment_id) if share.revoked_at is None]
    others = session.execute(
        select(Share, Comparison.content)
        .join(Comparison, Comparison.id == Share.comparison_id)
        .where(Share.revoked_at.is_(None), Share.experiment_id != experiment_id)
        .order_by(Share.created_at.desc(), Share.id)
    )
    return own + [
        share
        for share, content in others
        if any(one["id"] == experiment_id for one in content.get("experiments", []))
    ]


def forget_revoked(session: Session, experiment_id: str) -> list[str]:
    """Delete the rows of revoked links; returns the keys of their files, to be deleted."""
    return list(
        session.scalars(
            delete(Share)
            .where(Share.experiment_id == experiment_id, Share.revoked_at.is_not(None))
            .returning(Share.key)
        )
    )


def revoke(session: Session, share_id: str) -> Share:
    """End a link; returns it. Raises NotFoundError."""
    share = session.get(Share, share_id)
    if share is None:
        raise NotFoundError("There is no such link.")
    if share.revoked_at is None:
        share.revoked_at = datetime.now(UTC)
    return share


def find(session: Session, token: str) -> Share:
    """The link with this token.

    Raises UnknownLinkError, the same for a link that was revoked and one that never was.
    """
    share = session.scalar(select(Share).where(Share.token_sha256 == _hashed(token)))
    if share is None or share.revoked_at is not None:
        raise UnknownLinkError("This link leads nowhere: it was revoked, or it never existed.")
    return share


def opened(share: Share, store: ArtifactStore) -> Frozen:
    """What a link shows. Raises DamagedArtifactError where its file is not intact."""
    numbers, view = thaw(store.get(share.key, share.sha256))
    # Figures of earlier versions have been taken up in others.
    known = set(get_args(schemas.ComparisonFigureName))
    view["comparison"]["figures"] = [
        name for name in view["comparison"]["figures"] if name in known
    ]
    return Frozen(share, numbers, view)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
