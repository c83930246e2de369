"""Who did what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_atlas.server.access.tokens import Visitor
from feedback_atlas.server.db.models import AuditEntry, Experiment, Run

Action = Literal[
    "launch",
    "cancel",
    "cancel-run",
    "retry",
    "retry-run",
    "delete",
    "share",
    "revoke-share",
    "create-token",
    "revoke-token",
    "sign-in",
]

_MAX_SUBJECT = 300


def record(
    session: Session,
    visitor: Visitor,
    action: Action,
    subject: str,
    experiment_id: str | None = None,
) -> None:
    """Note in the transaction of an act that ``visitor`` did it to ``subject``."""
    session.add(
        AuditEntry(
            at=datetime.now(UTC),
            who=visitor.name,
            action=action,
            subject=subject[:_MAX_SUBJECT],
            experiment_id=experiment_id,
        )
    )


def record_run(session: Session, visitor: Visitor, action: Action, run: Run) -> None:
    """Note that ``visitor`` did something to a run."""
    experiment = session.get_one(Experiment, run.experiment_id)
    subject = f"{run.rule}, seed {run.seed}, of {experiment.name}"
    record(session, visitor, action, subject, experiment.id)


def page(session: Session, before: int | None, limit: int) -> Sequence[AuditEntry]:
    """Entries with an id below ``before``, the newest first."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    return session.scalars(query if before is None else query.where(AuditEntry.id < before)).all()
