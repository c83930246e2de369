"""A user's labels of an experiment: its name, tags and notes, and whether it is archived."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.core.text_checks import Problem, text_problems
from feedback_atlas.server.db.models import Experiment, Tag
from feedback_atlas.server.events import service as events
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.experiments.filters import search_text
from feedback_atlas.server.experiments.schemas import ExperimentChanges
from feedback_atlas.server.specs.validation import MAX_NAME_LENGTH

MAX_TAGS = 20
MAX_TAG_LENGTH = 40
MAX_NOTES_LENGTH = 10_000


def edit(session: Session, experiment_id: str, changes: ExperimentChanges) -> Experiment:
    """Write what ``changes`` gives, leaving the rest. Raises NotFoundError, InvalidSpecError."""
    experiment = experiments.get(session, experiment_id)
    tags = None if changes.tags is None else list(dict.fromkeys(map(str.strip, changes.tags)))
    notes = None if changes.notes is None else changes.notes.replace("\r\n", "\n").strip()
    problems: list[Problem] = []
    if changes.name is not None:
        problems += text_problems("name", changes.name, MAX_NAME_LENGTH)
    if tags is not None:
        problems += _tag_problems(tags)
    if notes is not None:
        problems += _notes_problems(notes)
    if problems:
        raise InvalidSpecError(problems)
    if changes.name is not None:
        experiment.name = changes.name.strip()
        experiment.spec = {**experiment.spec, "name": experiment.name}
    if tags is not None:
        kept = {one.tag: one for one in experiment.tags}
        experiment.tags = [kept.get(tag) or Tag(tag=tag) for tag in sorted(tags)]
    if notes is not None:
        experiment.notes = notes
    if changes.archived is not None and changes.archived != (experiment.archived_at is not None):
        experiment.archived_at = datetime.now(UTC) if changes.archived else None
    experiment.search_text = search_text(
        experiment.name, [one.tag for one in experiment.tags], experiment.notes
    )
    session.flush()
    events.append(session, "experiment", {"id": experiment_id}, experiment_id=experiment_id)
    return experiment


def tags_in_use(session: Session) -> list[tuple[str, int]]:
    """Return every tag with its number of experiments, in alphabetical order."""
    found = session.execute(select(Tag.tag, func.count()).group_by(Tag.tag))
    return sorted(((tag, count) for tag, count in found), key=lambda row: row[0].casefold())


def _tag_problems(tags: list[str]) -> Iterable[Problem]:
    if len(tags) > MAX_TAGS:
        yield "tags", f"{len(tags)} tags are given; at most {MAX_TAGS} are allowed."
    for tag in tags:
        for _, message in text_problems("tag", tag, MAX_TAG_LENGTH):
            yield "tags", message
        if "," in tag:
            yield "tags", f"{tag!a} contains a comma, which separates tags; write two tags instead."


def _notes_problems(notes: str) -> Iterable[Problem]:
    if len(notes) > MAX_NOTES_LENGTH:
        yield (
            "notes",
            f"The notes have {len(notes):,} characters; at most {MAX_NOTES_LENGTH:,} are allowed.",
        )
    if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in notes):
        yield "notes", "The notes contain a control character; use letters, digits and punctuation."
