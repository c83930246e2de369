"""Define the catalog as the API sends it."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ParameterOut(BaseModel):
    """One number that a learning rule takes."""

    id: str
    name: str
    default: float
    minimum: float
    maximum: float
    description: str
    unit: str = Field(description="What the number is of, in a word or two.")


class ChoiceOut(BaseModel):
    """One option out of a closed list."""

    id: str
    name: str
    description: str


class ChoiceParameterOut(BaseModel):
    """One option that a learning rule takes."""

    id: str
    name: str
    options: list[ChoiceOut] = Field(description="The first is the default.")


class SimilarityOut(ChoiceOut):
    """A measure of how alike two representations are."""

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
    """A network."""

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
    """The largest values that are accepted."""

    name_length: int
    epochs: int
    batch_size: int
    seeds: int
    runs: int
    probe_size: int


class Catalog(BaseModel):
    """Everything that can be asked for."""

    rules: list[RuleOut]
    architectures: list[ArchitectureOut]
    datasets: list[DatasetOut]
    similarities: list[SimilarityOut]
    distances: list[ChoiceOut]
    epochs: list[ChoiceOut]
    images: list[ChoiceOut]
    subsets: list[ChoiceOut]
    matrices: list[ChoiceOut]
    paper_rules: list[str] = Field(description="Rules with published similarities.")
    paper_architecture: str = Field(description="The network that they are of.")
    paper_grids: dict[str, dict[str, list[float]]] = Field(
        description="By rule and parameter, the values that the paper's search tried."
    )
    limits: Limits
    folder_roots: list[str] = Field(description="Where `folder` data sets may lie.")
