"""The export of all numbers of a comparison as one file, made by a worker on request."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from feedback_atlas.server.analyses import service as analyses
from feedback_atlas.server.analyses.kinds import DOWNLOAD
from feedback_atlas.server.artifacts import ArtifactStore, DamagedArtifactError
from feedback_atlas.server.comparisons import service as comparisons
from feedback_atlas.server.core.errors import UnavailableError
from feedback_atlas.server.db.models import Analysis, Comparison


def request(session: Session, comparison: Comparison) -> Analysis:
    """Return the analysis that makes the file, queued if it is new.

    Raises UnavailableError while the comparison itself is being computed.
    """
    found = comparisons.analyses_of(session, comparison)
    if comparisons.progress(comparison, found).state != "completed":
        raise UnavailableError("This comparison is still being computed; try again in a moment.")
    content = comparison.content
    inputs = {
        "rdm": _file(session, content["rdm"]),
        "similarity": _file(session, content["similarity"]),
        "rdm_seed": content["rdm_seed"],
    }
    return analyses.request(session, DOWNLOAD.id, comparison.experiment_id, inputs)


def read(analysis: Analysis, store: ArtifactStore) -> bytes:
    """Return the file. Raises UnavailableError until it is made, or with why making it failed."""
    if analysis.state == "failed":
        raise UnavailableError(f"The file could not be created: {analysis.error}")
    if analysis.state != "completed" or analysis.result_key is None:
        raise UnavailableError("The file is being created; try again in a moment.")
    return analyses.stored_result(analysis, store)


def _file(session: Session, analysis_id: str | None) -> dict[str, Any] | None:
    if analysis_id is None:
        return None
    analysis = session.get_one(Analysis, analysis_id)
    if analysis.result_key is None or analysis.result_sha256 is None:
        raise DamagedArtifactError("The result of an analysis is missing.")
    return {"key": analysis.result_key, "sha256": analysis.result_sha256}
