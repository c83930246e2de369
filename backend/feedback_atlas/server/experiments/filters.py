"""Filters and orders of the list of experiments, as conditions and keys of SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Double,
    and_,
    case,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)

from feedback_atlas.server.catalog import DATASETS, RULES
from feedback_atlas.server.db.models import Experiment, Run, Tag
from feedback_atlas.server.experiments.cursor import Cursor, Sort

Outcome = Literal["active", "failed", "completed", "cancelled"]
Archived = Literal["hide", "only", "include"]
# What is furthest to the right of any run says how an experiment stands.
OUTCOMES: tuple[Outcome, ...] = ("cancelled", "completed", "failed", "active")
_MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters and order of the list of experiments; None leaves all in."""

    query: str = ""
    state: Outcome | None = None
    dataset: str | None = None
    tag: str | None = None
    archived: Archived = "hide"
    sort: Sort = "newest"
    reverse: bool = False


def search_text(name: str, tags: Iterable[str] = (), notes: str = "") -> str:
    """Return the text that a search looks through, with its case folded."""
    return "\n".join((name, *tags, notes)).strip().casefold()


def filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return all conditions but that of the state."""
    found: list[ColumnElement[bool]] = []
    if wanted.archived != "include":
        archived = Experiment.archived_at.is_not(None)
        found.append(archived if wanted.archived == "only" else not_(archived))
    if wanted.dataset is not None:
        found.append(Experiment.dataset == wanted.dataset)
    if wanted.tag is not None:
        found.append(exists().where(Tag.experiment_id == Experiment.id, Tag.tag == wanted.tag))
    found += [_mentions(word) for word in wanted.query.casefold().split()[:_MOST_WORDS]]
    return found


def _mentions(word: str) -> ColumnElement[bool]:
    rules = [rule.id for rule in RULES.values() if _is_named(rule.id, rule.name, word)]
    datasets = [one.id for one in DATASETS.values() if _is_named(one.id, one.name, word)]
    return or_(
        Experiment.search_text.contains(word, autoescape=True),
        Experiment.dataset.in_(datasets),
        exists().where(Run.experiment_id == Experiment.id, Run.rule.in_(rules)),
    )


def _is_named(id: str, name: str, word: str) -> bool:
    return word in id.casefold() or word in name.casefold()


def standing() -> ColumnElement[int]:
    """Return an experiment's position in OUTCOMES."""
    rank = case(
        (Run.state.in_(("searching", "queued", "running")), 3),
        (Run.state == "failed", 2),
        (Run.state == "completed", 1),
        else_=0,
    )
    return _of_runs(func.max(rank), 0)


def sort_key(sort: Sort) -> ColumnElement[Any]:
    """Return the expression that experiments are sorted by."""
    if sort == "newest":
        return Experiment.created_at.expression
    if sort == "name":
        return func.lower(Experiment.name)
    if sort == "progress":
        share = cast(func.sum(Run.epoch), Double) / cast(func.sum(Run.epochs), Double)
        return _of_runs(share, 0.0, trials=True)
    # What was not tested is worse than any.
    return _of_runs(func.max(Run.test_accuracy), -1.0)


def _of_runs(
    value: ColumnElement[Any], otherwise: float, *, trials: bool = False
) -> ColumnElement[Any]:
    query = select(value).where(Run.experiment_id == Experiment.id)
    if not trials:
        query = query.where(Run.role == "run")
    return func.coalesce(query.correlate(Experiment).scalar_subquery(), otherwise)


def descends(wanted: Wanted) -> bool:
    """Return True for a list from large to small: the newest or the best first."""
    return (wanted.sort in ("newest", "accuracy")) is not wanted.reverse


def beyond(key: ColumnElement[Any], at: Cursor, *, down: bool) -> ColumnElement[bool]:
    """Return the condition to come after ``at`` in a list that goes ``down``, or up."""
    if down:
        return or_(key < at.key, and_(key == at.key, Experiment.id < at.experiment_id))
    return or_(key > at.key, and_(key == at.key, Experiment.id > at.experiment_id))
