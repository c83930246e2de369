"""The list of experiments: searched, filtered, sorted, page by page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from feedback_atlas.server.db.models import Experiment, Run, Tag
from feedback_atlas.server.experiments.cursor import Cursor, decode
from feedback_atlas.server.experiments.filters import (
    OUTCOMES,
    Outcome,
    Wanted,
    beyond,
    descends,
    filters,
    sort_key,
    standing,
)


@dataclass(slots=True)
class Listed:
    """One experiment as the list shows it; ``spec`` is the stored settings."""

    id: str
    name: str
    spec: dict[str, Any]
    created_at: datetime
    notes: str = ""
    archived_at: datetime | None = None
    tags: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    epochs: int = 0
    epochs_done: int = 0
    best_test_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, and where it lies in it.

    ``states`` counts what every filter but that of the state leaves in; ``total`` are the
    experiments of the whole list, ``offset`` those before this page.
    """

    items: list[Listed]
    total: int
    offset: int
    states: dict[Outcome, int]
    next_cursor: str | None
    previous_cursor: str | None


def listed(experiment: Experiment) -> Listed:
    """Return one experiment, whose runs and tags are loaded, as the list shows it."""
    tested = [run.test_accuracy for run in experiment.runs if run.test_accuracy is not None]
    return Listed(
        experiment.id,
        experiment.name,
        experiment.spec,
        experiment.created_at,
        experiment.notes,
        experiment.archived_at,
        [one.tag for one in experiment.tags],
        Counter(run.state for run in experiment.runs),
        sum(network.epochs for network in experiment.networks),
        sum(network.epoch for network in experiment.networks),
        max(tested, default=None),
    )


def page(session: Session, wanted: Wanted, *, cursor: str | None, limit: int) -> Page:
    """Return at most ``limit`` experiments, in four statements for any number of runs.

    Raises InvalidSpecError for a cursor that no such list gave.
    """
    at = None if cursor is None else decode(cursor, wanted.sort)
    key = sort_key(wanted.sort)
    backwards = at is not None and at.backwards
    down = descends(wanted) is not backwards
    query = select(
        Experiment.id,
        Experiment.name,
        Experiment.spec,
        Experiment.created_at,
        Experiment.notes,
        Experiment.archived_at,
        key.label("sort_key"),
    ).where(*filters(wanted))
    if wanted.state is not None:
        query = query.where(standing() == OUTCOMES.index(wanted.state))
    if at is not None:
        query = query.where(beyond(key, at, down=down))
    order = (key.desc(), Experiment.id.desc()) if down else (key.asc(), Experiment.id.asc())
    rows = list(session.execute(query.order_by(*order).limit(limit)))
    if backwards:
        rows.reverse()
    items = [Listed(*row[:6]) for row in rows]
    _add_runs(session, items)
    _add_tags(session, items)
    ends = [Cursor(wanted.sort, row.sort_key, row.id) for row in (*rows[:1], *rows[-1:])]
    states, offset = _states(session, wanted, ends[0] if ends else None)
    total = sum(states.values()) if wanted.state is None else states[wanted.state]
    return Page(
        items,
        total,
        offset,
        states,
        next_cursor=ends[1].encode() if ends and offset + len(items) < total else None,
        previous_cursor=replace(ends[0], backwards=True).encode() if ends and offset else None,
    )


def _states(
    session: Session, wanted: Wanted, first: Cursor | None
) -> tuple[dict[Outcome, int], int]:
    """Count the experiments by outcome, and those of the list that come before ``first``."""
    before = (
        literal(0)
        if first is None
        else case((beyond(sort_key(wanted.sort), first, down=not descends(wanted)), 1), else_=0)
    )
    each = (
        select(standing().label("outcome"), before.label("before"))
        .where(*filters(wanted))
        .subquery()
    )
    states: dict[Outcome, int] = dict.fromkeys(OUTCOMES, 0)
    offset = 0
    for rank, count, earlier in session.execute(
        select(each.c.outcome, func.count(), func.sum(each.c.before)).group_by(each.c.outcome)
    ):
        outcome = OUTCOMES[rank]
        states[outcome] = count
        if wanted.state in (None, outcome):
            offset += earlier
    return states, offset


def _add_runs(session: Session, found: list[Listed]) -> None:
    by_id = {one.id: one for one in found}
    tallies = session.execute(
        select(
            Run.experiment_id,
            Run.role,
            Run.state,
            func.count(),
            func.sum(Run.epochs),
            func.sum(Run.epoch),
            func.max(Run.test_accuracy),
        )
        .where(Run.experiment_id.in_(by_id))
        .group_by(Run.experiment_id, Run.role, Run.state)
    )
    for experiment_id, role, state, count, epochs, done, best in tallies:
        one = by_id[experiment_id]
        one.epochs += epochs
        one.epochs_done += done
        if role == "run":
            one.counts[state] += count
            if best is not None:
                one.best_test_accuracy = max(best, one.best_test_accuracy or 0.0)


def _add_tags(session: Session, found: list[Listed]) -> None:
    by_id = {one.id: one for one in found}
    for row in session.execute(
        select(Tag.experiment_id, Tag.tag).where(Tag.experiment_id.in_(by_id)).order_by(Tag.tag)
    ):
        by_id[row.experiment_id].tags.append(row.tag)
