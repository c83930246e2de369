"""The catalog as the API sends it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class ParameterOut(BaseModel):
    """A numeric parameter of a learning rule."""

    id: str
    name: str
    default: float
    minimum: float
    maximum: float
    description: str
    unit: str = Field(description="What the number is of, in a word or two.")


class ChoiceOut(BaseModel):
    """An option of a closed list."""

    id: str
    name: str
    description: str


class ChoiceParameterOut(BaseModel):
    """A parameter with a closed list of options."""

    id: str
    name: str
    options: list[ChoiceOut] = Field(description="The first is the default.")


class SimilarityOut(ChoiceOut):
    """A measure of the similarity of two representations."""

    short: str = Field(description="What stands on an axis.")
    family: str = Field(description="Measures of one kind have one.")
    caveat: str = Field(description="When it misleads.")
    streams: bool = Field(description="Whether it can compare sets that do not fit in memory.")
    symmetric: bool = Field(description="Whether the two representations may be exchanged.")
    rdms: bool = Field(description="Whether it compares RDMs, of the distance chosen for them.")


class RuleOut(BaseModel):
    """A learning rule with its parameters and plausibility taxonomy."""

    id: str
    name: str
    description: str
    colour_light: str
    colour_dark: str
    parameters: list[ParameterOut]
    choices: list[ChoiceParameterOut]
    weight_transport: str
    sign_concordance: str
    dynamic_feedback: bool
    toeplitz_structure: bool
    feedback_structure: str
    source: str


class ArchitectureOut(BaseModel):
    """A network architecture."""

    id: str
    name: str
    description: str
    layers: list[str]
    minimum_image_size: int


class DatasetOut(BaseModel):
    """A data set."""

    id: str
    name: str
    description: str
    channels: int
    image_size: int
    stored_size: int | None
    classes: int | None
    train_images: int | None
    val_images: int | None
    test_images: int | None
    augment_default: bool
    needs_folder: bool


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

    rules: list[RuleOut]
    architectures: list[ArchitectureOut]
    datasets: list[DatasetOut]
    similarities: list[SimilarityOut]
    distances: list[ChoiceOut]
    epochs: list[ChoiceOut]
    images: list[ChoiceOut]
    subsets: list[ChoiceOut]
    matrices: list[ChoiceOut]
    panels: list[PanelOut]
    paper_rules: list[str] = Field(description="Rules with published similarities.")
    paper_architecture: str = Field(description="The network that they are of.")
    paper_grids: dict[str, dict[str, list[float]]] = Field(
        description="By rule and parameter, the values that the paper's search tried."
    )
    limits: Limits
    folder_roots: list[str] = Field(description="Where `folder` data sets may lie.")
