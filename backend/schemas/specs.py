"""What an experiment can be made from, as the API takes and gives it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from backend.schemas.experiments import ExperimentSpec


class PresetOut(BaseModel):
    """A filled-in form under a name."""

    id: str
    name: str
    description: str
    spec: ExperimentSpec


class SpecText(BaseModel):
    """An experiment's settings as YAML."""

    model_config = ConfigDict(extra="forbid")

    yaml: str = Field(examples=["name: Two rules\nrules: [{rule: bp}, {rule: dfa}]\nseeds: 0-4\n"])
