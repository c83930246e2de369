"""Experiments and runs, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from feedback_atlas.server.runs.schemas import Run
from feedback_atlas.server.specs.schemas import ExperimentSpec, Initialisation


class RunCounts(BaseModel):
    """Numbers of runs of an experiment in each state."""

    searching: int = 0
    queued: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0


class ExperimentSummary(BaseModel):
    """One line of the list of experiments."""

    id: str
    name: str
    dataset: str
    architecture: str
    epochs: int
    rules: list[str]
    seeds: list[int]
    initialisation: Initialisation
    counts: RunCounts
    progress: float = Field(description="Share of all epochs that are finished, 0 to 1.")
    created_at: datetime
    tags: list[str]
    notes: str
    archived_at: datetime | None = Field(description="When it was put away; null for most.")
    best_test_accuracy: float | None = Field(description="Fraction, of the best run tested yet.")


class Experiment(ExperimentSummary):
    """An experiment with its settings and runs."""

    spec: ExperimentSpec
    runs: list[Run]
    trials: list[Run] = Field(description="Short runs of the hyperparameter search.")
    event_id: int = Field(
        description="Newest event when this was read; follow the stream from here."
    )


class ExperimentPage(BaseModel):
    """A page of the list of experiments, and where it lies in the list."""

    items: list[ExperimentSummary]
    total: int = Field(description="Experiments of the whole list.")
    offset: int = Field(description="Experiments before this page.")
    states: OutcomeCounts
    next_cursor: str | None
    previous_cursor: str | None


class OutcomeCounts(BaseModel):
    """Numbers of experiments with each outcome, whichever state is asked for."""

    active: int = Field(description="Some run waits or runs.")
    failed: int = Field(description="All have ended, some failed.")
    completed: int = Field(description="All have ended, some completed and none failed.")
    cancelled: int = Field(description="Every run was cancelled.")


class ExperimentChanges(BaseModel):
    """Changes to an experiment's labels; fields that are left out stay."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    tags: list[str] | None = Field(default=None, max_length=200)
    notes: str | None = None
    archived: bool | None = Field(
        default=None, description="Archived experiments are left out of the list."
    )


class TagOut(BaseModel):
    """A tag in use."""

    tag: str
    experiments: int


ExperimentPage.model_rebuild()
