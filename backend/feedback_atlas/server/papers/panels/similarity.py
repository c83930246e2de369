"""Figures 5, 8 and 9: CKA with BP on all images and on two subsets of them."""

from __future__ import annotations

import numpy as np

from feedback_atlas.server.catalog import ARCHITECTURES, RULES
from feedback_atlas.server.catalog.published import ARCHITECTURE, IMAGES, published_similarity
from feedback_atlas.server.figures.base.figure import Cell, Table
from feedback_atlas.server.figures.similarity.matrices import (
    layer_similarity,
    layer_similarity_beside,
    layer_similarity_difference,
)
from feedback_atlas.server.figures.similarity.panels import of_rules
from feedback_atlas.server.figures.similarity.summary import images_used, rules_of, seeds_of
from feedback_atlas.server.papers.panels.panel import Panel, PaperNumbers
from feedback_atlas.server.papers.panels.tables import Line
from feedback_atlas.server.papers.panels.verdicts import Subject, judge
from feedback_atlas.server.results.types import LayerSimilarity

# Of CKA, a cell: several times what the paper rounds to, and less than what tells its rules apart.
_TOLERANCE = 0.1
_SUBJECT = Subject("cell", "cells", "", 2, "0.10")


# The figure of the paper that shows a subset of the images.
SUBSET_FIGURES = {
    "all": "figure-5",
    "both_correct": "figure-8",
    "bp_correct_method_wrong": "figure-9",
}


def similarity_panel(numbers: PaperNumbers, subset: str) -> Panel:
    """Compare with the figure of a subset; its similarities have to be computed."""
    figure = SUBSET_FIGURES[subset]
    ours, theirs = numbers.similarity[subset], published_similarity(subset)
    obstacles = list(numbers.setting.obstacles)
    if ours.n_images != IMAGES and not obstacles:
        obstacles.append(f"other images ({ours.n_images:,}, the paper’s {IMAGES:,})")
    same_layers = ours.layers == theirs.layers
    lines = _lines(ours, theirs) if same_layers else []
    drawn = {figure: lambda theme, width: layer_similarity(ours, theme, width)}
    if lines:
        drawn = {
            figure: lambda theme, width: layer_similarity_beside(ours, theirs, theme, width),
            f"{figure}-difference": lambda theme, width: layer_similarity_difference(
                ours, theirs, theme, width
            ),
        }
    return numbers.panel(
        figure,
        judge([line.beside for line in lines], _SUBJECT, obstacles),
        compared=(
            "Minibatch CKA, batches of 256, on validation and test images: one cell per "
            f"layer of a rule and layer of {RULES[ours.reference].name} with the same seed."
            + ("" if same_layers else f" The paper’s layers are those of {_network()}.")
        ),
        figures=drawn,
        table=_summary(lines, ours, theirs) if lines else None,
    )


def _lines(ours: LayerSimilarity, theirs: LayerSimilarity) -> list[Line]:
    kept = of_rules(theirs, rules_of(ours))
    return [
        Line(
            (
                RULES[run.rule].name,
                layer,
                f"{RULES[theirs.reference].name} {column}",
            ),
            tuple(
                float(value)
                for value in ours.values[seeds_of(ours, run.rule), i, j]
                if np.isfinite(value)
            ),
            float(kept.values[index, i, j]),
            _TOLERANCE,
        )
        for index, run in enumerate(kept.runs)
        for i, layer in enumerate(kept.layers)
        for j, column in enumerate(kept.layers)
    ]


def _summary(lines: list[Line], ours: LayerSimilarity, theirs: LayerSimilarity) -> Table:
    """Return a table of a row per rule; the figures have a table of every cell."""
    rows: list[tuple[Cell, ...]] = []
    for index, run in enumerate(theirs.runs):
        name = RULES[run.rule].name
        cells = [line.beside for line in lines if line.keys[0] == name]
        if not cells:
            continue
        gaps = [abs(cell.difference) for cell in cells if cell.difference is not None]
        furthest = max(
            cells, key=lambda cell: -1.0 if cell.difference is None else abs(cell.difference)
        )
        used = [images_used(ours, place) for place in seeds_of(ours, run.rule)]
        rows.append(
            (
                name,
                float(np.mean(used)),
                images_used(theirs, index),
                float(np.mean(gaps)) if gaps else None,
                furthest.difference,
                furthest.what.removeprefix(f"{name}, "),
                f"{sum(cell.agrees for cell in cells)} of {len(cells)}",
            )
        )
    return Table(
        (
            "Rule",
            "Our images",
            "The paper’s images",
            "Mean absolute difference",
            "Largest difference",
            "In cell",
            f"Within {_SUBJECT.tolerance}",
        ),
        tuple(rows),
        (None, 0, 0, 3, 3, None, None),
    )


def _network() -> str:
    return ARCHITECTURES[ARCHITECTURE].name
