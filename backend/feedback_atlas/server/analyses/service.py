"""Analyses: addressed by the hash of their inputs and parameters, computed once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from feedback_atlas.server.analyses.kinds import KINDS, core_kinds
from feedback_atlas.server.artifacts import ArtifactStore, DamagedArtifactError, Stored
from feedback_atlas.server.core.errors import NotFoundError, SupersededError, TooManyError
from feedback_atlas.server.db.models import Analysis
from feedback_atlas.server.db.upsert import insert_new
from feedback_atlas.server.events import service as events

# Part of every hash: raise it when the engine changes numbers or their file format.
ENGINE_VERSION = 2

_TRY_AGAIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class AnalysisFence:
    """The attempt at an analysis that is writing."""

    analysis_id: str
    attempt: int


def content_hash(value: dict[str, Any]) -> str:
    """Return the SHA-256 of a JSON-ready value, the same for the same content."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def request(session: Session, kind: str, experiment_id: str, inputs: dict[str, Any]) -> Analysis:
    """Return the analysis of these inputs, found or queued as by `request_all`."""
    return request_all(session, experiment_id, {kind: inputs})[kind]


def request_all(
    session: Session, experiment_id: str, wanted: Mapping[str, dict[str, Any]]
) -> dict[str, Analysis]:
    """Return the analysis of each kind's inputs: the existing one, or a new one, queued.

    One that failed or was cancelled is queued again.
    """
    ids = {kind: _id(kind, inputs) for kind, inputs in wanted.items()}
    existing = by_id(session, ids.values())
    now = datetime.now(UTC)
    missing: list[dict[str, Any]] = [
        {
            "id": ids[kind],
            "kind": kind,
            "experiment_id": experiment_id,
            "inputs": inputs,
            "state": "queued",
            # Analyses are computed in the order of their requests.
            "created_at": now + timedelta(microseconds=place),
        }
        for place, (kind, inputs) in enumerate(wanted.items())
        if ids[kind] not in existing
    ]
    if missing:
        insert_new(session, Analysis, missing)
        existing = by_id(session, ids.values())
    for analysis in existing.values():
        if analysis.state in ("failed", "cancelled"):
            analysis.state, analysis.failures = "queued", 0
            analysis.published_at = analysis.error = analysis.finished_at = None
    session.flush()
    return {kind: existing[ids[kind]] for kind in wanted}


def _id(kind: str, inputs: dict[str, Any]) -> str:
    computed = {"kind": kind, "engine": ENGINE_VERSION, "inputs": inputs}
    if KINDS[kind].revision > 1:
        computed["revision"] = KINDS[kind].revision
    return content_hash(computed)


def by_id(session: Session, ids: Collection[str]) -> dict[str, Analysis]:
    """Return those of these analyses that exist, by id."""
    rows = session.scalars(select(Analysis).where(Analysis.id.in_(ids)))
    return {analysis.id: analysis for analysis in rows}


def check_room(session: Session, most: int) -> None:
    """Raise TooManyError if more than ``most`` analyses are waiting or running."""
    active = session.scalar(
        select(func.count()).select_from(Analysis).where(Analysis.state.in_(("queued", "running")))
    )
    if (active or 0) > most:
        raise TooManyError(
            f"At most {most} analyses may be queued or running at a time. Try again when "
            "some have finished.",
            _TRY_AGAIN_SECONDS,
        )


def stored_result(analysis: Analysis, store: ArtifactStore) -> bytes:
    """Return the file of a completed analysis. Raises DamagedArtifactError."""
    if analysis.result_key is None or analysis.result_sha256 is None:
        raise DamagedArtifactError("The result of an analysis is missing.")
    return store.get(analysis.result_key, analysis.result_sha256)


def recompute(session: Session, analysis_id: str) -> None:
    """Queue a completed analysis again, because its stored result is damaged or missing."""
    session.execute(
        update(Analysis)
        .where(Analysis.id == analysis_id, Analysis.state == "completed")
        .values(state="queued", published_at=None, result_key=None, result_sha256=None)
    )


def claim(session: Session, analysis_id: str, worker: str) -> tuple[AnalysisFence, Analysis] | None:
    """Claim a queued analysis for ``worker``; None if it is not queued (any more)."""
    now = datetime.now(UTC)
    attempt = session.scalar(
        update(Analysis)
        .where(Analysis.id == analysis_id, Analysis.state == "queued")
        .values(
            state="running",
            attempt=Analysis.attempt + 1,
            worker=worker,
            heartbeat_at=now,
            started_at=now,
        )
        .returning(Analysis.attempt)
    )
    if attempt is None:
        return None
    session.expire_all()
    analysis = session.get_one(Analysis, analysis_id, options=[undefer(Analysis.inputs)])
    _announce(session, analysis)
    return AnalysisFence(analysis_id, attempt), analysis


def cancel(session: Session, analysis_id: str) -> Analysis:
    """Cancel a queued or running analysis, until it is requested again.

    One that has ended stays as it is. Raises NotFoundError.
    """
    changed = session.scalar(
        update(Analysis)
        .where(Analysis.id == analysis_id, Analysis.state.in_(("queued", "running")))
        .values(state="cancelled", finished_at=datetime.now(UTC))
        .returning(Analysis.id)
    )
    session.expire_all()
    analysis = session.get(Analysis, analysis_id)
    if analysis is None:
        raise NotFoundError("This analysis does not exist; its experiment may have been deleted.")
    if changed is not None:
        _announce(session, analysis)
    return analysis


def owned(session: Session, fence: AnalysisFence) -> bool:
    """Return whether an attempt still owns its analysis: not cancelled, not taken over."""
    return (
        session.scalar(
            select(Analysis.id).where(
                Analysis.id == fence.analysis_id,
                Analysis.attempt == fence.attempt,
                Analysis.state == "running",
            )
        )
        is not None
    )


def queued_core_ids(session: Session) -> list[str]:
    """Return queued analyses that a comparison cannot be shown without, oldest first."""
    return list(
        session.scalars(
            select(Analysis.id)
            .where(Analysis.state == "queued", Analysis.kind.in_(core_kinds()))
            .order_by(Analysis.created_at, Analysis.id)
        )
    )


def beat(session: Session, fence: AnalysisFence) -> None:
    """Renew the lease. Raises SupersededError if another attempt owns the analysis."""
    _fenced(session, fence, {"heartbeat_at": datetime.now(UTC)})


def complete(session: Session, fence: AnalysisFence, result: Stored) -> None:
    """Store the key of the result. Raises SupersededError."""
    _fenced(
        session,
        fence,
        {
            "state": "completed",
            "result_key": result.key,
            "result_sha256": result.sha256,
            "finished_at": datetime.now(UTC),
            "error": None,
        },
    )
    _announce(session, session.get_one(Analysis, fence.analysis_id))


def fail(session: Session, fence: AnalysisFence, error: str) -> None:
    """End the attempt with a reason for the user. Raises SupersededError."""
    _fenced(session, fence, {"state": "failed", "error": error, "finished_at": datetime.now(UTC)})
    _announce(session, session.get_one(Analysis, fence.analysis_id))


def reap(session: Session, *, lease_seconds: float, max_attempts: int) -> int:
    """Requeue analyses whose worker fell silent, at most ``max_attempts`` times."""
    now = datetime.now(UTC)
    silent = session.scalars(
        select(Analysis)
        .where(
            Analysis.state == "running",
            Analysis.heartbeat_at < now - timedelta(seconds=lease_seconds),
        )
        .with_for_update(skip_locked=True)
    ).all()
    for analysis in silent:
        analysis.failures += 1
        if analysis.failures >= max_attempts:
            analysis.state, analysis.finished_at = "failed", now
            analysis.error = (
                f"The worker stopped responding {analysis.failures} times; it may have run "
                "out of memory. Compare fewer runs or use a smaller probe."
            )
        else:
            analysis.state, analysis.published_at = "queued", None
        _announce(session, analysis)
    return len(silent)


def _fenced(session: Session, fence: AnalysisFence, values: dict[str, Any]) -> None:
    kept = session.scalar(
        update(Analysis)
        .where(
            Analysis.id == fence.analysis_id,
            Analysis.attempt == fence.attempt,
            Analysis.state == "running",
        )
        .values(**values)
        .returning(Analysis.id)
    )
    if kept is None:
        raise SupersededError(f"Attempt {fence.attempt} no longer owns this analysis.")
    session.expire_all()


def _announce(session: Session, analysis: Analysis) -> None:
    events.append(
        session,
        "analysis",
        {"id": analysis.id, "kind": analysis.kind, "state": analysis.state},
        experiment_id=analysis.experiment_id,
    )
