"""Rows of runs as the API sends them."""

from __future__ import annotations

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.attributes import from_attributes
from feedback_atlas.server.db.models import Run
from feedback_atlas.server.runs.schemas import Run as RunOut


def run_out(run: Run, *, waiting_reason: str | None = None) -> RunOut:
    """Return a run for the API; ``waiting_reason`` is shown while it is queued."""
    return from_attributes(
        RunOut,
        run,
        rule_name=RULES[run.rule].name if run.rule in RULES else run.rule,
        waiting_reason=waiting_reason if run.state == "queued" else None,
    )
