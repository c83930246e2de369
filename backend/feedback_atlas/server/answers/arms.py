"""The two arms of an experiment, which differ only in how rules are initialised."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.db.models import Experiment
from feedback_atlas.server.experiments import service as experiments
from feedback_atlas.server.specs.schemas import ExperimentSpec

# In display order.
ARMS = ("shared", "independent")
# Settings in which arms may differ.
_MAY_DIFFER = {"name", "initialisation", "seeds", "track_every"}
_MOST_CANDIDATES = 200


def arm_of(experiment: Experiment) -> str:
    """Return the arm that an experiment is."""
    return ExperimentSpec.model_validate(experiment.spec).initialisation


def both(session: Session, experiment: Experiment, other: str | None) -> dict[str, Experiment]:
    """Return an experiment and its other arm by arm: the one named, or the newest found.

    Raises NotFoundError, and InvalidSpecError if the one named is not its other arm.
    """
    if other is None:
        found = find(session, experiment)
    else:
        found = experiments.get(session, other)
        reason = _difference(experiment.spec, found.spec)
        if reason is not None:
            raise InvalidSpecError.at("other", f"“{found.name}” is not its other arm: {reason}")
    arms = {arm_of(one): one for one in (experiment, found) if one is not None}
    return {arm: arms[arm] for arm in ARMS if arm in arms}


def find(session: Session, experiment: Experiment) -> Experiment | None:
    """Return the newest other arm with a completed run; None if there is none."""
    rows = session.execute(
        select(Experiment.id, Experiment.spec)
        .where(Experiment.id != experiment.id, Experiment.dataset == experiment.dataset)
        .order_by(Experiment.created_at.desc(), Experiment.id)
        .limit(_MOST_CANDIDATES)
    )
    for row in rows:
        if _difference(experiment.spec, row.spec) is None:
            found = experiments.get(session, row.id)
            if any(run.state == "completed" for run in found.runs):
                return found
    return None


def _difference(mine: dict[str, Any], theirs: dict[str, Any]) -> str | None:
    ours, other = (
        ExperimentSpec.model_validate(spec).model_dump(mode="json") for spec in (mine, theirs)
    )
    for spec in (ours, other):
        spec["rules"] = sorted(spec["rules"], key=lambda rule: rule["rule"])
    if ours["initialisation"] == other["initialisation"]:
        return f"both have {ours['initialisation']} initialisation."
    for name, value in ours.items():
        if name not in _MAY_DIFFER and other[name] != value:
            return f"they differ in {name.replace('_', ' ')}."
    if not set(ours["seeds"]) & set(other["seeds"]):
        return "they have no seed in common."
    return None
