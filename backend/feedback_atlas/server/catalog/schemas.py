"""The catalog as the API sends it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from feedback_atlas.server.catalog.architectures import Architecture
from feedback_atlas.server.catalog.datasets import Dataset
from feedback_atlas.server.catalog.records import Choice, Rule, Similarity


class Limits(BaseModel):
    """The largest accepted values."""

    name_length: int
    epochs: int
    batch_size: int
    seeds: int
    runs: int
    probe_size: int


class PanelOut(BaseModel):
    """A panel of a comparison, in the order of the page."""

    id: str
    title: str = Field(description="What it is called before its figure says so itself.")
    answers: str = Field(description="The question that it answers.")
    size: Literal["full", "half"] = Field(
        description="All of the page's width, or half where another half stands beside it."
    )
    shown: bool = Field(description="Whether a comparison opens with it.")
    figures: list[str] = Field(description="The figures that it shows, by name.")


class Catalog(BaseModel):
    """The catalog of everything that can be requested."""

    rules: list[Rule]
    architectures: list[Architecture]
    datasets: list[Dataset]
    similarities: list[Similarity]
    distances: list[Choice]
    epochs: list[Choice]
    images: list[Choice]
    subsets: list[Choice]
    matrices: list[Choice]
    panels: list[PanelOut]
    paper_rules: list[str] = Field(description="Rules with published similarities.")
    paper_architecture: str = Field(description="The network that they are of.")
    paper_grids: dict[str, dict[str, list[float]]] = Field(
        description="By rule and parameter, the values that the paper's search tried."
    )
    limits: Limits
    folder_roots: list[str] = Field(description="Where `folder` data sets may lie.")
