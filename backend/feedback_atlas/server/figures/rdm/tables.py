"""The tables beside the RDM gallery: within and between classes, and every pair of images."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Cell, Table
from feedback_atlas.server.figures.base.tables import DeferredRows
from feedback_atlas.server.results.types import RdmGallery


def mean_of(gallery: RdmGallery, rule: str) -> NDArray[np.float64]:
    """Return a rule's condensed RDMs averaged over its seeds, (n_layers, n_pairs)."""
    kept = [i for i, run in enumerate(gallery.runs) if run.rule == rule]
    mean: NDArray[np.float64] = gallery.values[kept].mean(axis=0)
    return mean


def within_and_between(gallery: RdmGallery, rules: Sequence[str]) -> Table:
    """Return the mean dissimilarity within and between classes, one row per rule and layer."""
    first, second = np.triu_indices(len(gallery.labels), k=1)
    same = gallery.labels[first] == gallery.labels[second]
    rows: list[tuple[Cell, ...]] = []
    for rule in rules:
        for layer, values in zip(gallery.layers, mean_of(gallery, rule), strict=True):
            within, between = _average(values[same]), _average(values[~same])
            undefined = int(np.count_nonzero(~np.isfinite(values)))
            rows.append((RULES[rule].name, layer, within, between, undefined))
    digits = 3 if gallery.distance == "correlation" else 4
    return Table(
        ("Rule", "Layer", "Mean within class", "Mean between classes", "Undefined pairs"),
        tuple(rows),
        (None, None, digits, digits, 0),
    )


def _average(values: NDArray[np.float64]) -> float | None:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else None


def _cells(values: NDArray[np.float64]) -> list[float | None]:
    cells: list[float | None] = values.tolist()
    for undefined in np.flatnonzero(~np.isfinite(values)):
        cells[undefined] = None
    return cells


def every_pair(gallery: RdmGallery) -> Table:
    """Return every dissimilarity, one row per pair of images, one column per run and layer."""
    heads = ["image_i", "image_j", "class_i", "class_j"]
    heads += [
        f"{run.rule} seed {run.seed} {layer}" for run in gallery.runs for layer in gallery.layers
    ]
    return Table(tuple(heads), DeferredRows(lambda: _pairs(gallery)))


def _pairs(gallery: RdmGallery) -> list[tuple[Cell, ...]]:
    first, second = np.triu_indices(len(gallery.labels), k=1)
    names = np.array(gallery.class_names, dtype=object)[gallery.labels]
    columns: list[Sequence[Cell]] = [
        first.tolist(),
        second.tolist(),
        names[first].tolist(),
        names[second].tolist(),
    ]
    columns += [_cells(values) for layers in gallery.values for values in layers]
    return list(zip(*columns, strict=True))
