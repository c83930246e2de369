"""The representational dissimilarity matrices of networks on the probe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis import rdm
from feedback_atlas.jobs.errors import DIFFERENT_LAYERS, AnalysisError
from feedback_atlas.jobs.representations import Representations
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.results.types import RdmGallery, RunLabel


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> RdmGallery:
    """Compute the RDMs of every layer of each network."""
    described: list[Described] = inputs["runs"]
    rows: list[NDArray[np.float64]] = []
    layers: tuple[str, ...] = ()
    for run in described:
        check()
        activations = representations.on_probe(run)
        if layers and tuple(activations) != layers:
            raise AnalysisError(DIFFERENT_LAYERS)
        layers = tuple(activations)
        rows.append(np.stack([rdm(x, inputs["distance"]).values for x in activations.values()]))
    labels = representations.probe_labels
    return RdmGallery(
        runs=tuple(RunLabel(run["rule"], run["seed"]) for run in described),
        layers=layers,
        values=np.stack(rows),
        labels=labels,
        class_names=representations.class_names,
        distance=inputs["distance"],
        epoch=inputs["epoch"],
    )
