"""The Paper view, as the API gives it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from feedback_atlas.server.comparisons.schemas import Work
from feedback_atlas.server.figures.schemas import TableOut

PaperPanelName = Literal[
    "table-1",
    "figure-1",
    "figure-2",
    "figure-3",
    "figures-4-7",
    "figure-5",
    "figure-6",
    "figure-8",
    "figure-9",
    "costs",
]
PaperFigureName = Literal[
    "figure-2",
    "figure-3-local",
    "figure-3-global",
    "figures-4-7",
    "figure-5",
    "figure-5-difference",
    "figure-6",
    "figure-8",
    "figure-8-difference",
    "figure-9",
    "figure-9-difference",
]


class PaperPanel(BaseModel):
    """A table or figure of the paper, with ours beside it."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    name: PaperPanelName
    place: str = Field(description="Where it is in the paper, such as `Figure 5`.")
    title: str
    state: Literal["ready", "computing", "missing"]
    verdict: Literal["agrees", "differs", "not_comparable"] | None = Field(
        default=None, description="Null while there are no numbers."
    )
    sentence: str = Field(description="The verdict in words, or why there is none.")
    compared: str = Field(default="", description="What is laid beside what.")
    variant: str = Field(
        default="", description="What was run where the paper’s text and code disagree."
    )
    figures: list[PaperFigureName] = []
    table: TableOut | None = None
    comparisons: list[str] = Field(
        default=[], description="Ids of the comparisons that numbers come from."
    )
    analyses: list[str] = Field(default=[], description="Ids of their analyses.")


class PaperView(BaseModel):
    """An experiment beside the paper, as far as it is computed."""

    experiment_id: str
    state: Literal["training", "empty", "unasked", "computing", "completed", "incomplete"] = Field(
        description="`training`: a run still waits or runs. `empty`: none completed. `unasked`: "
        "nobody asked for what is compared, or not since the last run completed. `incomplete`: "
        "something failed or was cancelled."
    )
    completed: int = Field(description="Runs that have completed.")
    runs: int
    citation: str
    variant: Literal["code", "text", "mixed"] | None
    obstacles: list[str] = Field(description="Why its numbers are not the paper’s to compare.")
    remarks: list[str] = Field(description="How it differs from the paper’s, named once.")
    class_names: list[str]
    exemplar_class: int | None = Field(description="Index of the class of Figure 6.")
    panels: list[PaperPanel]
    analyses: list[str] = Field(description="Ids of all analyses that the view waits for or shows.")
    work: list[Work] = Field(description="What is computed or waits.")
    stamp: str = Field(description="Changes when a figure does.")
