"""The catalog, the health of the service, and errors."""

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


class ChoiceOut(BaseModel):
    """One option out of a closed list."""

    id: str
    name: str
    description: str


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
    estimators: list[ChoiceOut]
    distances: list[ChoiceOut]
    epochs: list[ChoiceOut]
    limits: Limits
    folder_roots: list[str] = Field(description="Where `folder` data sets may lie.")


class Health(BaseModel):
    """Whether the service can do its work."""

    status: str
    version: str
    database: str
    workers: int = Field(description="Workers that reported within the last 30 s.")


class WorkerOut(BaseModel):
    """A worker process that reported lately."""

    name: str
    queue: str
    device: str
    seconds_since_seen: float
    busy: int


class System(BaseModel):
    """What the service runs on."""

    version: str
    database: str
    broker: str
    data_folder: str
    free_bytes: int | None = Field(
        description="Bytes free for artifacts; null where no limit is known, as in S3."
    )
    workers: list[WorkerOut]
    queued_runs: int
    running_runs: int
    folder_roots: list[str]
    plotly_version: str


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
