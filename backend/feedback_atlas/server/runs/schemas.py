"""Files of a run, as they can be downloaded."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

FileKind = Literal["weights", "state", "feedback", "activations", "probe"]


class StoredFile(BaseModel):
    """A safetensors file that a run has stored."""

    kind: FileKind
    epoch: int
    size: int = Field(description="Bytes.")
    sha256: str


RunState = Literal["searching", "queued", "running", "completed", "failed", "cancelled"]


class Run(BaseModel):
    """One network of an experiment."""

    id: str
    experiment_id: str
    rule: str
    rule_name: str
    seed: int
    parameters: dict[str, float | str]
    role: Literal["run", "trial"]
    chosen: bool = Field(description="For a trial: whether its settings won the search.")
    state: RunState
    attempt: int
    cancel_requested: bool
    epoch: int = Field(description="Epochs finished.")
    epochs: int
    step: int
    total_steps: int | None
    seconds_left: float | None = Field(description="Estimated from this attempt's own speed.")
    train_loss: float | None
    val_accuracy: float | None = Field(description="Fraction, at the last finished epoch.")
    best_epoch: int | None
    best_val_accuracy: float | None
    test_accuracy: float | None
    error: str | None
    waiting_reason: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
