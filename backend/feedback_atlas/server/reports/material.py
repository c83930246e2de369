"""Inputs of a report with the paper beside ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback_atlas.server.papers.panels.panel import Panel
from feedback_atlas.server.results.answers import Answers
from feedback_atlas.server.specs.schemas import ExperimentSpec


@dataclass(frozen=True, slots=True)
class Arm:
    """One experiment of a report: its id, its settings, and the seeds that have completed."""

    id: str
    spec: ExperimentSpec
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """All that a report is made of.

    ``panels`` are of the first arm; ``missing`` says which of the paper's there are not.
    ``analysis`` is the id of the answers; ``versions`` of what computed the numbers, by name.
    """

    arms: Mapping[str, Arm]
    panels: Sequence[Panel]
    missing: Sequence[str]
    remarks: Sequence[str]
    answers: Answers
    analysis: str
    versions: Mapping[str, str]
    made: str
