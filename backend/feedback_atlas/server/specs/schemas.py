"""Settings of an experiment, as the API takes and gives them."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from feedback_atlas.server.catalog import RULES


class SpecText(BaseModel):
    """An experiment's settings as YAML."""

    model_config = ConfigDict(extra="forbid")

    yaml: str = Field(examples=["name: Two rules\nrules: [{rule: bp}, {rule: dfa}]\nseeds: 0-4\n"])


# Do all rules of a seed begin with the same weights, or each with weights of its own?
Initialisation = Literal["shared", "independent"]


_MAX_TEXT = 64


def _number_or_text(value: object) -> float | str | None:
    """Take a number or a short text; one that is neither is refused under its own field."""
    if value is None or (isinstance(value, str) and len(value) <= _MAX_TEXT):
        return value
    if isinstance(value, int | float):
        with suppress(OverflowError):
            return float(value)
    raise PydanticCustomError(
        "parameter", "A number is needed here, or an option of at most 64 characters"
    )


ParameterValue = Annotated[float | str | None, BeforeValidator(_number_or_text)]


class RuleSpec(BaseModel):
    """One learning rule of an experiment; parameters left out take the catalog's defaults.

    What a rule takes is for its record to say: each parameter is an extra field here, under the
    record's id for it, and is checked where the experiment is.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ParameterValue] = Field(init=False)

    rule: str = Field(max_length=_MAX_TEXT, examples=["usf_sn"])

    @model_validator(mode="after")
    def _read_numbers(self) -> Self:
        """Take a number for a number where it came as text."""
        for parameter in RULES[self.rule].parameters if self.rule in RULES else ():
            value = self.__pydantic_extra__.get(parameter.id)
            if isinstance(value, str):
                with suppress(ValueError):
                    self.__pydantic_extra__[parameter.id] = float(value)
        return self

    @property
    def given(self) -> dict[str, float | str]:
        """The parameters that are given, without those left out."""
        return {name: value for name, value in self.__pydantic_extra__.items() if value is not None}


class SearchSpec(BaseModel):
    """A grid search: each configuration trains a few epochs, the best validation accuracy wins."""

    model_config = ConfigDict(extra="forbid")

    epochs: int = Field(default=5, description="Epochs of each trial.")
    grids: dict[str, dict[str, list[float]]] = Field(
        description="By rule and parameter, the values to try; every combination is a trial.",
        examples=[{"usf_sn": {"lr": [0.001, 0.003, 0.01]}}],
    )


class ExperimentSpec(BaseModel):
    """Settings of an experiment: data set, network, training settings, rules x seeds."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(examples=["Five learning rules on digits"])
    dataset: str = Field(default="digits", max_length=64)
    folder: str | None = Field(
        default=None,
        max_length=4096,
        description="For the data set `folder`: its path, inside a root that the operator allows.",
    )
    architecture: str = Field(default="moskovitz1", max_length=64)
    rules: list[RuleSpec] = Field(max_length=64)
    seeds: list[int] = Field(default=[0], max_length=1000)
    initialisation: Initialisation = Field(
        default="shared",
        description="Whether all rules of a seed begin with the same weights, or each with weights "
        "of its own. Batches, crops and feedback are the same either way.",
    )
    epochs: int = 10
    batch_size: int = 128
    image_size: int = Field(default=24, description="Side of the network's input in pixels.")
    augment: bool | None = Field(
        default=None, description="Random crops and flips; null takes the data set's default."
    )
    track_every: int = Field(default=10, description="Steps between two measures of learning.")
    track_global_every: int = Field(
        default=50,
        description="Steps between two measures against backpropagation itself; 0 takes none.",
    )
    probe_size: int = Field(default=200, description="Test images to compare on.")
    search: SearchSpec | None = Field(
        default=None, description="Find hyperparameters first, with the first seed."
    )


class Estimate(BaseModel):
    """Cost of an experiment, before it is launched."""

    runs: int
    trials: int = Field(description="Short runs of the hyperparameter search.")
    steps_per_epoch: int
    steps: int = Field(description="Training steps of all runs and trials together.")
    disk_bytes: int = Field(description="About what checkpoints and activations will take.")
    free_bytes: int | None = Field(
        description="Bytes free for artifacts; null where no limit is known, as in S3."
    )
    seconds: float | None = Field(
        description="About how long all of it takes on the workers that are up; null if unknown."
    )
    seconds_basis: str = Field(description="What that rests on, or why it is unknown.")
    dataset_note: str | None = Field(
        description="Where the images are not on this machine: how they come to it."
    )
    warnings: list[str] = []
