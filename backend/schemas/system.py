"""The catalog, the health of the service, and errors."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

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
    normalizations: list[ChoiceOut]
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


class Health(BaseModel):
    """Whether the service can do its work."""

    status: str
    version: str
    database: str
    workers: int = Field(description="Workers that reported within the last 30 s.")


class JobOut(BaseModel):
    """A run or an analysis that a worker has."""

    kind: Literal["run", "analysis"]
    id: str
    experiment_id: str
    experiment_name: str
    what: str = Field(description="Rule and seed of a run, kind of an analysis.")
    since: datetime | None


class WorkerOut(BaseModel):
    """A worker process that reported lately."""

    name: str
    queues: list[str]
    device: str = Field(description="Name of its GPU, or its CPU's model and cores.")
    memory_bytes: int = Field(description="Of the GPU, or of the machine; 0 where it is unknown.")
    concurrency: int = Field(description="Jobs at a time.")
    version: str
    python_version: str
    torch_version: str
    seconds_since_seen: float
    jobs: list[JobOut]


class System(BaseModel):
    """What the service runs on."""

    version: str
    database: str
    broker: str
    data_folder: str | None = Field(description="null for viewers, whom it does not concern.")
    free_bytes: int | None = Field(
        description="Bytes free for artifacts; null where no limit is known, as in S3."
    )
    artifact_bytes: int = Field(
        description="Of all files that runs have stored; at most a minute old."
    )
    workers: list[WorkerOut]
    queued_runs: int
    running_runs: int
    queued_analyses: int
    running_analyses: int
    folder_roots: list[str]
    versions: list[VersionOut]


class VersionOut(BaseModel):
    """A part that the service runs on, and its version."""

    name: str
    version: str


class Problem(BaseModel):
    """An error, as RFC 9457 describes it; `detail` says what was wrong and what would be right."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


class FieldError(BaseModel):
    """One wrong value in a request."""

    field: str = Field(description="Where it is, such as `rules.0.lr`.")
    message: str


Problem.model_rebuild()
System.model_rebuild()
