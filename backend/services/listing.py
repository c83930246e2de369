"""The list of experiments, newest first, page by page."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from backend.db.models import Experiment, Run
from backend.services.errors import InvalidSpecError


@dataclass(slots=True)
class Listed:
    """What the list shows of an experiment; ``spec`` is the stored settings."""

    id: str
    name: str
    spec: dict[str, Any]
    created_at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    epochs: int = 0
    epochs_done: int = 0


def listed(experiment: Experiment) -> Listed:
    """What the list shows of one experiment whose runs are loaded."""
    return Listed(
        experiment.id,
        experiment.name,
        experiment.spec,
        experiment.created_at,
        Counter(run.state for run in experiment.runs),
        sum(network.epochs for network in experiment.networks),
        sum(network.epoch for network in experiment.networks),
    )


def page(session: Session, *, cursor: str | None, limit: int) -> tuple[list[Listed], str | None]:
    """Experiments newest first, at most ``limit``, and the next page's cursor if there is one.

    Two statements, however many experiments and runs there are.
    """
    query = (
        select(Experiment.id, Experiment.name, Experiment.spec, Experiment.created_at)
        .order_by(Experiment.created_at.desc(), Experiment.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(
            tuple_(Experiment.created_at, Experiment.id) < tuple_(*_decode_cursor(cursor))
        )
    found = [Listed(*row) for row in session.execute(query)]
    next_cursor = None
    if len(found) > limit:
        del found[limit:]
        next_cursor = _encode_cursor(found[-1].created_at, found[-1].id)
    _count_runs(session, found)
    return found, next_cursor


def _count_runs(session: Session, found: list[Listed]) -> None:
    by_id = {one.id: one for one in found}
    tallies = session.execute(
        select(
            Run.experiment_id,
            Run.role,
            Run.state,
            func.count(),
            func.sum(Run.epochs),
            func.sum(Run.epoch),
        )
        .where(Run.experiment_id.in_(by_id))
        .group_by(Run.experiment_id, Run.role, Run.state)
    )
    for experiment_id, role, state, count, epochs, done in tallies:
        one = by_id[experiment_id]
        one.epochs += epochs
        one.epochs_done += done
        if role == "run":
            one.counts[state] += count


def _encode_cursor(created_at: datetime, experiment_id: str) -> str:
    text = f"{created_at.isoformat()} {experiment_id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _decode_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        moment, experiment_id = text.split(" ")
        created_at = datetime.fromisoformat(moment)
        if created_at.tzinfo is None or not experiment_id.isalnum():
            raise ValueError(text)
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise InvalidSpecError(
            [("cursor", "This cursor is not one that the list gave; start from the first page.")]
        ) from error
    return created_at, experiment_id
