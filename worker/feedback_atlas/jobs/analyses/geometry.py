"""A map of representations: every network's layers as points, by angular distance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from feedback_atlas.analysis import Biased, Representation, all_pairs_cka, metric_map
from feedback_atlas.jobs.errors import AnalysisError
from feedback_atlas.jobs.representations import Representations
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.results.types import GeometryMap, MapPoint

# Random starts besides the classical map: each takes minutes for many points, and gains little.
_STARTS = 4
_FEW_POINTS = 300


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> GeometryMap:
    """Map representations by the angles between them.

    The distance is the angle between centred Gram matrices, arccos of biased CKA, a metric
    (Williams et al. 2021): all pairs are one matrix product, in bounded memory. The same distances
    are mapped in two dimensions and in three, each as well as it can be.
    """
    trained: list[Described] = inputs["networks"]
    untrained: list[Described] = inputs["untrained"]
    layers = representations.layer_names(trained[0])
    everything = np.arange(len(representations.probe_labels))
    points: list[MapPoint] = []
    sources: list[Representation] = []
    for place, run in enumerate([*trained, *untrained]):
        for layer in layers:
            rule = run["rule"] if place < len(trained) else None
            points.append(MapPoint(rule, run["seed"], layer, run["epoch"]))
            sources.append(representations.source(run, layer, everything))
    check()
    cka = all_pairs_cka(sources, Biased()).values
    check()
    kept = np.flatnonzero(np.isfinite(np.diagonal(cka)))
    if len(kept) < 3:
        raise AnalysisError(
            f"A map needs three representations that vary over the images; {len(kept)} do."
        )
    angles = np.arccos(np.clip(cka[np.ix_(kept, kept)], -1.0, 1.0))
    angles = (angles + angles.T) / 2.0
    np.fill_diagonal(angles, 0.0)
    if not angles.any():
        raise AnalysisError("All representations are the same up to rotation: there is no map.")
    starts = _STARTS if len(kept) <= _FEW_POINTS else 0
    flat = metric_map(angles, 2, starts=starts)
    check()
    solid = metric_map(angles, 3, starts=starts) if len(kept) > 3 else None
    return GeometryMap(
        points=tuple(points[index] for index in kept),
        coordinates=flat.coordinates,
        stress=flat.stress,
        solid=None if solid is None else solid.coordinates,
        solid_stress=None if solid is None else solid.stress,
        kind=inputs["map"],
        epoch=inputs["epoch"],
        n_images=len(everything),
        layers=layers,
        left_out=len(points) - len(kept),
    )
