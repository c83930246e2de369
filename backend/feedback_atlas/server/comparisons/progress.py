"""The unfinished analyses of a comparison, and what they wait for."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_atlas.server.analyses.kinds import core_kinds
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.comparisons.schemas import Work
from feedback_atlas.server.core.text import counted
from feedback_atlas.server.db.models import Analysis, Comparison
from feedback_atlas.server.queue import workers
from feedback_atlas.server.queue.dispatcher import ANALYSIS_QUEUE


def work_of(session: Session, comparison: Comparison, found: Mapping[str, Analysis]) -> list[Work]:
    """Return the unfinished analyses of a comparison, ``found`` by id, in order of computation."""
    content = comparison.content
    ids = [content[kind] for kind in core_kinds()] + list(content["panels"].values())
    rows = [found[one] for one in ids if one in found and found[one].state != "completed"]
    if not rows:
        return []
    core = core_kinds()
    queue = _queue(session)
    served = bool(workers.serving(session, ANALYSIS_QUEUE))
    return [
        Work.model_validate(
            {
                "id": row.id,
                "figure": panels.panel_of(row.kind).figures[0].name,
                "title": panels.panel_of(row.kind).title,
                "state": row.state,
                "needed": row.kind in core,
                "started_at": row.started_at if row.state == "running" else None,
                "waits_for": _waits_for(row, queue, served=served),
            }
        )
        for row in rows
    ]


def _queue(session: Session) -> list[str]:
    """Return the running and queued work, in the order in which workers take it."""
    rows = session.execute(
        select(Analysis.id, Analysis.state, Analysis.kind, Analysis.created_at).where(
            Analysis.state.in_(("running", "queued"))
        )
    ).all()
    return [
        row.id
        for row in sorted(
            rows,
            key=lambda row: (
                row.state != "running",
                row.kind not in core_kinds(),
                row.created_at,
            ),
        )
    ]


def _waits_for(row: Analysis, queue: list[str], *, served: bool) -> str | None:
    if row.state != "queued":
        return None
    if not served:
        return (
            "No worker for analyses is running. Start one with `atlas worker`, or everything with "
            "`make up`."
        )
    ahead = queue.index(row.id) if row.id in queue else 0
    if ahead == 0:
        return "Next in the queue."
    return f"{counted(ahead, 'analysis', 'analyses')} ahead in the queue."
