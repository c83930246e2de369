"""Panels of layer similarities: a rule's matrix, what its cells say, and on which scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import SIMILARITIES
from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.base.theme import DIVERGING, VIRIDIS
from feedback_atlas.server.figures.similarity.heatmaps import MatrixPanel, MatrixScale
from feedback_atlas.server.figures.similarity.summary import (
    count_range,
    images_used,
    rule_mean,
    seeds_of,
)
from feedback_atlas.server.results.types import LayerSimilarity


def similarity_panel(similarity: LayerSimilarity, rule: str, source: str = "") -> MatrixPanel:
    """Return a rule's mean over its seeds; ``source`` says whose it is where both are shown."""
    runs = seeds_of(similarity, rule)
    mean = rule_mean(similarity, rule)
    size = range(len(similarity.layers))
    reasons = dict.fromkeys(similarity.reasons.get((run, 0, 0), "no value") for run in runs)
    images = _subset_size(similarity, runs) if similarity.subset != "all" else ""
    return MatrixPanel(
        rule=rule,
        values=mean,
        hovers=[[_hover(similarity, runs, row, column, mean) for column in size] for row in size],
        subtitle=", ".join(part for part in (source, images) if part),
        undefined=None if np.isfinite(mean).any() else "; ".join(reasons),
    )


def difference_panel(
    rule: str, ours: NDArray[np.float64], theirs: NDArray[np.float64]
) -> MatrixPanel:
    """Return a rule's similarities here minus those published."""
    hovers = [
        [
            f"ours {mine:.3f}, the paper’s {published:.2f}"
            if np.isfinite(mine)
            else f"ours undefined, the paper’s {published:.2f}"
            for mine, published in zip(*pair, strict=True)
        ]
        for pair in zip(ours.tolist(), theirs.tolist(), strict=True)
    ]
    return MatrixPanel(rule, ours - theirs, hovers)


def similarity_scale(similarity: LayerSimilarity) -> MatrixScale:
    """Return the scale of similarities, the same from 0 to 1 for all of them."""
    title = SIMILARITIES[similarity.estimator].short
    return MatrixScale(VIRIDIS, 0.0, 1.0, (0.0, 0.5, 1.0), title)


def difference_scale(matrices: Sequence[NDArray[np.float64]], theme: Theme) -> MatrixScale:
    """Return a scale that is symmetric about 0 and holds all differences."""
    largest = max((float(np.nanmax(np.abs(m), initial=0.0)) for m in matrices), default=0.0)
    end = max(2, math.ceil(round(largest * 10, 6))) / 10
    return MatrixScale(DIVERGING[theme], -end, end, (-end, 0.0, end), "Difference")


def of_rules(published: LayerSimilarity, rules: Sequence[str]) -> LayerSimilarity:
    """Return what was published of these rules."""
    kept = [index for index, run in enumerate(published.runs) if run.rule in rules]
    return replace(
        published,
        runs=tuple(published.runs[index] for index in kept),
        values=published.values[kept],
        used=tuple(published.used[index] for index in kept),
    )


def _subset_size(similarity: LayerSimilarity, runs: list[int]) -> str:
    """Format the number of images of a rule, and of the seeds for which it sufficed."""
    text = f"n = {count_range([images_used(similarity, run) for run in runs])}"
    enough = sum(bool(np.isfinite(similarity.values[run]).any()) for run in runs)
    return text if enough in (0, len(runs)) else f"{text}, {enough} of {len(runs)} seeds"


def _hover(
    similarity: LayerSimilarity, runs: list[int], row: int, column: int, mean: NDArray[np.float64]
) -> str:
    reasons = [
        similarity.reasons.get((run, row, column), "no value")
        for run in runs
        if not np.isfinite(similarity.values[run, row, column])
    ]
    if len(reasons) == len(runs):
        return "undefined: " + "; ".join(dict.fromkeys(reasons))
    text = f"{SIMILARITIES[similarity.estimator].short} {mean[row, column]:.3f}"
    if reasons:
        text += f", {len(runs) - len(reasons)} of {len(runs)} seeds"
        text += f"<br>others undefined: {'; '.join(dict.fromkeys(reasons))}"
    elif len(runs) > 1:
        values = similarity.values[runs, row, column]
        text += f", mean of {len(runs)} seeds ({values.min():.3f} to {values.max():.3f})"
    return text
