"""Answers to the paper's open questions, as the API gives them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from feedback_atlas.server.comparisons.schemas import AnalysisState
from feedback_atlas.server.specs.schemas import Initialisation

AnswerName = Literal["closeness", "initialisation", "tracking", "order"]


class AnswersRequest(BaseModel):
    """A request for answers, with the other arm."""

    model_config = ConfigDict(extra="forbid")

    other: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{16}$",
        description="Id of the experiment with the other initialisation and else the same "
        "settings; null takes the newest that there is.",
    )


class ArmOut(BaseModel):
    """An arm and its experiment."""

    initialisation: Initialisation
    experiment_id: str
    name: str
    seeds: list[int] = Field(description="Seeds of which BP and another rule have completed.")


class AnswerOut(BaseModel):
    """A question with its answer and limits."""

    name: AnswerName
    question: str
    headline: str = Field(description="The answer in one sentence; empty where there is none.")
    verdicts: list[str] = Field(description="Sentences that claim what their tests show.")
    limits: list[str] = Field(description="What is missing, and what cannot be said.")


class AnswersOut(BaseModel):
    """Four questions that one seed leaves open."""

    id: str = Field(description="Of the analysis that every number comes from.")
    state: AnalysisState
    error: str | None
    arms: list[ArmOut]
    answers: list[AnswerOut] = Field(description="Empty until they are computed.")
