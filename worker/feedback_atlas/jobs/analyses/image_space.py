"""Maps of the probe's images as one layer of one or two networks arranges them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from feedback_atlas.analysis import rdm
from feedback_atlas.analysis.maps import image_maps
from feedback_atlas.jobs.errors import AnalysisError
from feedback_atlas.jobs.representations import Representations
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.results.types import ImageSpace, RunLabel

# A map of more is a blot, and takes more than ten seconds.
_MOST_IMAGES = 1_000


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> ImageSpace:
    """Map the probe’s images by the dissimilarities of one layer."""
    described: list[Described] = inputs["networks"]
    labels = representations.probe_labels
    # Images lie by class: evenly spaced ones keep each class's share.
    count = min(len(labels), _MOST_IMAGES)
    chosen = np.linspace(0, len(labels) - 1, count).round().astype(np.int64)
    rdms = []
    for run in described:
        check()
        source = representations.source(run, inputs["layer"], chosen)
        rdms.append(rdm(source.rows(np.arange(count)), inputs["distance"]))
    check()
    try:
        found = image_maps(rdms)
    except ValueError as error:
        raise AnalysisError(f"There is no map of the images: {error}.") from error
    images = chosen[found.images]
    return ImageSpace(
        runs=tuple(RunLabel(run["rule"], run["seed"]) for run in described),
        layer=inputs["layer"],
        images=images,
        labels=labels[images],
        class_names=representations.class_names,
        coordinates=found.coordinates,
        stress=found.stress,
        disparity=found.disparity,
        distance=inputs["distance"],
        epoch=inputs["epoch"],
        n_images=len(labels),
        left_out=count - len(images),
    )
