"""The audit log of users' actions."""

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
    """Record in the action's own transaction that ``visitor`` did it to ``subject``."""
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
    """Record an action of ``visitor`` on a run."""
    experiment = session.get_one(Experiment, run.experiment_id)
    subject = f"{run.rule}, seed {run.seed}, of {experiment.name}"
    record(session, visitor, action, subject, experiment.id)


def page(session: Session, before: int | None, limit: int) -> Sequence[AuditEntry]:
    """Return entries with an id below ``before``, newest first."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    return session.scalars(query if before is None else query.where(AuditEntry.id < before)).all()
