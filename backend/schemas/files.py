"""Files of a run, as they can be downloaded."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

FileKind = Literal["weights", "state", "feedback", "activations", "probe"]


class StoredFile(BaseModel):
    """A safetensors file that a run has stored."""

    kind: FileKind
    epoch: int
    size: int = Field(description="Bytes.")
    sha256: str
