"""Comparisons and their parts, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from feedback_atlas.server.catalog.schemas import PanelOut
from feedback_atlas.server.specs.schemas import Initialisation

AnalysisState = Literal["queued", "running", "completed", "failed", "cancelled"]

EpochNumber = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


Matrices = Literal["ours", "paper", "beside", "difference"]


class ComparisonRequest(BaseModel):
    """A comparison to compute; the same request always gives the same comparison."""

    model_config = ConfigDict(extra="forbid")

    epoch: Literal["first", "best", "last"] | EpochNumber = Field(
        default="best", description="By name, or a number from 0, the untrained network."
    )
    images: Literal["probe", "validation_and_test"] = Field(
        default="probe",
        description="What similarities are computed on. Matrices always show the probe.",
    )
    subset: Literal["all", "both_correct", "bp_correct_method_wrong", "one_class"] = Field(
        default="all", description="Which of the images, for each pair of networks."
    )
    subset_class: int = Field(default=0, ge=0, description="For `one_class`: index of the class.")
    estimator: str = Field(
        default="unbiased",
        max_length=64,
        description="The measure of similarity: one of the catalog's `similarities`.",
    )
    matrices: Matrices = Field(
        default="ours", description="Whose layer similarities the heatmaps show."
    )
    distance: str = Field(
        default="correlation", max_length=64, description="The dissimilarity that RDMs hold."
    )
    run_ids: list[str] | None = Field(
        default=None,
        max_length=10_000,
        description="Completed runs to compare, of any experiments with the same data set, "
        "network, image size and probe; null takes every completed run of this one.",
    )
    rdm_seed: int | None = Field(
        default=None, description="Whose RDMs are drawn; null takes the first seed."
    )

    map: Literal["epoch", "trajectory"] = Field(
        default="epoch",
        description="Every network at one epoch, or networks over training.",
    )
    map_dimensions: Literal[2, 3] = Field(
        default=2, description="Both are always computed; this one is drawn."
    )
    map_seeds: Literal["one", "all"] = Field(
        default="one", description="For `trajectory`: the RDMs' seed, or every seed."
    )
    exemplar_layer: str | None = Field(
        default=None, max_length=64, description="A convolution; null takes the last one."
    )
    exemplar_class: int = Field(default=0, ge=0, description="Index of a class.")
    space_layer: str | None = Field(
        default=None,
        max_length=64,
        description="Whose maps of images are drawn; null takes the layer before the last.",
    )
    space_rules: list[str] | None = Field(
        default=None,
        min_length=1,
        max_length=2,
        description="Rules whose maps of images stand side by side; null, or one that is not "
        "compared, takes the first two.",
    )


class ComparedRun(BaseModel):
    """A run in a comparison, with the numbers of the accuracy table."""

    id: str
    experiment_id: str = ""
    rule: str = Field(
        description="The rule's id; with the letter of its experiment, as in `usf_sn@B`, where the "
        "comparison has the rule of another experiment too."
    )
    rule_name: str
    colour_light: str
    colour_dark: str
    seed: int
    best_epoch: int | None
    best_val_accuracy: float | None
    test_accuracy: float | None
    initialisation: Initialisation = "shared"


class Analysis(BaseModel):
    """A computation behind comparisons."""

    id: str
    kind: str
    state: AnalysisState


class Work(BaseModel):
    """An unfinished analysis of a comparison."""

    id: str
    figure: str = Field(description="What it is for.")
    title: str = Field(description="What that is called.")
    state: Literal["queued", "running", "failed", "cancelled"]
    needed: bool = Field(description="Whether the comparison cannot be shown without it.")
    started_at: datetime | None
    waits_for: str | None


class ComparedExperiment(BaseModel):
    """An experiment with runs in a comparison, and the letter that marks them."""

    id: str
    name: str
    letter: str


class Comparison(BaseModel):
    """A comparison: its state while it is computed, and all that it can show."""

    id: str
    experiment_id: str
    title: str
    subtitle: str
    request: ComparisonRequest
    state: AnalysisState
    error: str | None
    runs: list[ComparedRun]
    experiments: list[ComparedExperiment] = []
    reference: str | None = Field(description="Rule id that the others are compared with.")
    seeds: list[int]
    layers: list[str]
    n_images: int | None = Field(description="Images of the probe.")
    class_names: list[str] = []
    findings: list[str] = Field(description="Sentences that say no more than the numbers do.")
    caveats: list[str] = Field(description="What the numbers cannot show, and why.")
    panels: list[PanelOut] = Field(
        default=[], description="All that there are, in the order of the page."
    )
    figures: list[str]
    pending: list[str] = Field(
        default=[], description="Figures whose numbers are still being computed."
    )
    analyses: list[str] = Field(default=[], description="What the comparison waits for or shows.")
    work: list[Work] = Field(default=[], description="What of that is not completed.")
    unavailable: dict[str, str] = Field(
        default={}, description="Figures that cannot be drawn here, and why."
    )


class ProbeOut(BaseModel):
    """The probe's images: their classes, and the sheets of their thumbnails."""

    labels: list[int] = Field(description="Class index of each image.")
    class_names: list[str]
    side: int = Field(description="Pixels of a picture's side.")
    columns: int = Field(description="Pictures in a row of a sheet.")
    on_a_sheet: int = Field(description="Most pictures of a sheet, in the order of the probe.")
    sheets: list[str] = Field(
        description="SHA-256 of each PNG sheet, its name; none where a link has no pictures."
    )
