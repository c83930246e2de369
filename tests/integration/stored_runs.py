"""Files and measurements that a run left, read past the API."""

from __future__ import annotations

from typing import Any

import torch
from safetensors.torch import load
from sqlalchemy import select

from feedback_atlas.server.db.models import Artifact, Measurement
from tests.integration.conftest import Atlas


def stored(atlas: Atlas, run_id: str) -> dict[tuple[str, int], Artifact]:
    with atlas.worker.database.read() as session:
        rows = session.scalars(select(Artifact).where(Artifact.run_id == run_id))
        return {(row.kind, row.epoch): row for row in rows}


def tensors(atlas: Atlas, row: Artifact) -> dict[str, torch.Tensor]:
    return load(atlas.worker.store.get(row.key, row.sha256))


def measurements(atlas: Atlas, run_id: str) -> list[tuple[str, int, dict[str, Any]]]:
    """Return all that was measured, without the seconds that it took."""
    with atlas.worker.database.read() as session:
        rows = session.scalars(
            select(Measurement)
            .where(Measurement.run_id == run_id)
            .order_by(Measurement.kind, Measurement.step)
        )
        return [
            (row.kind, row.step, {k: v for k, v in row.data.items() if k != "seconds"})
            for row in rows
        ]
