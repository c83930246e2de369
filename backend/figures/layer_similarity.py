"""Layer by layer similarity to the reference rule: ours, the paper's, or their difference."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backend.catalog import RULES, SIMILARITIES
from backend.figures.data import Cell, Figure, LayerSimilarity, Table, Theme, Width
from backend.figures.layer_heatmaps import MatrixPanel, MatrixScale, layer_heatmaps
from backend.figures.similarity_summary import (
    count_range,
    described,
    images_used,
    rule_mean,
    rules_of,
    seed_count,
    seeds_of,
)
from backend.figures.theme import DIVERGING, VIRIDIS

_NAME = "layer-similarity"


def layer_similarity(
    similarity: LayerSimilarity, theme: Theme = "light", width: Width = "wide"
) -> Figure:
    """Draw the similarity of every layer of a rule to every layer of the reference.

    Args:
        similarity: of all runs; the panels show each rule's mean over its seeds.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        Heatmaps on viridis from 0 to 1.
    """
    reference = RULES[similarity.reference].name
    panels = [_panel(similarity, rule) for rule in rules_of(similarity)]
    plotly = layer_heatmaps(
        panels, similarity.layers, similarity.reference, _scale(similarity), theme, width
    )
    return Figure(
        name=_NAME,
        title=f"Layer similarity to {reference}",
        caption=(
            f"{described(similarity)}. Rows: the rule’s layers; columns: {reference}’s, same seed. "
            f"{seed_count(similarity)}"
        ),
        plotly=plotly,
        table=_means(panels, similarity, 3),
        csv=every_value(similarity),
    )


def published_layer_similarity(
    similarity: LayerSimilarity,
    published: LayerSimilarity,
    theme: Theme = "light",
    width: Width = "wide",
) -> Figure:
    """Draw what was published for the rules that are compared here.

    Args:
        similarity: of all runs here; it says which rules are drawn.
        published: the published similarities of the same layers and subset.
        theme: of the card it is drawn on.
        width: of that card.
    """
    kept = _of_rules(published, rules_of(similarity))
    panels = [_panel(kept, rule) for rule in rules_of(kept)]
    plotly = layer_heatmaps(
        panels, published.layers, published.reference, _scale(published), theme, width
    )
    return Figure(
        name=_NAME,
        title=f"Layer similarity to {RULES[published.reference].name}, as published",
        caption=(
            f"Lance & Kieu (2026), CIFAR-10: {described(kept)}. One seed, shared by all rules."
            f"{_left_out(similarity, kept)}"
        ),
        plotly=plotly,
        table=_means(panels, kept, 2),
        csv=every_value(kept),
    )


def layer_similarity_difference(
    similarity: LayerSimilarity,
    published: LayerSimilarity,
    theme: Theme = "light",
    width: Width = "wide",
) -> Figure:
    """Draw the mean over seeds here minus what was published, a panel a rule that both have.

    Args:
        similarity: of all runs here.
        published: the published similarities of the same layers and subset.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        Heatmaps on a diverging scale that is symmetric about 0.
    """
    kept = _of_rules(published, rules_of(similarity))
    panels = []
    rows: list[tuple[Cell, ...]] = []
    for rule in rules_of(kept):
        ours, theirs = rule_mean(similarity, rule), rule_mean(kept, rule)
        panels.append(MatrixPanel(rule, ours - theirs, _difference_hovers(ours, theirs)))
        for (row, column), value in np.ndenumerate(ours):
            rows.append(
                (
                    rule,
                    similarity.layers[row],
                    similarity.layers[column],
                    _cell(value),
                    float(theirs[row, column]),
                    _cell(float(value - theirs[row, column])),
                )
            )
    plotly = layer_heatmaps(
        panels,
        published.layers,
        published.reference,
        _difference_scale([panel.values for panel in panels], theme),
        theme,
        width,
    )
    heads = ("rule", "layer", f"{published.reference}_layer", "ours", "published", "difference")
    return Figure(
        name=_NAME,
        title=f"Layer similarity to {RULES[published.reference].name}, ours − the paper’s",
        caption=(
            f"Ours: {described(similarity)}. {seed_count(similarity)} The paper’s (Lance & Kieu "
            f"2026): CIFAR-10, {described(kept)}.{_left_out(similarity, kept)}"
        ),
        plotly=plotly,
        table=_means(panels, similarity, 3),
        csv=Table(heads, tuple(rows)),
    )


def every_value(similarity: LayerSimilarity) -> Table:
    """Return each similarity of each run, with the reason where there is none."""
    rows: list[tuple[Cell, ...]] = []
    for (run, row, column), value in np.ndenumerate(similarity.values):
        label = similarity.runs[run]
        rows.append(
            (
                label.rule,
                label.seed,
                similarity.layers[row],
                similarity.layers[column],
                _cell(value),
                images_used(similarity, run),
                similarity.reasons.get((run, row, column)),
            )
        )
    layer = f"{similarity.reference}_layer"
    names = ("rule", "seed", "layer", layer, "similarity", "images", "undefined_because")
    return Table(names, tuple(rows))


def _panel(similarity: LayerSimilarity, rule: str) -> MatrixPanel:
    runs = seeds_of(similarity, rule)
    mean = rule_mean(similarity, rule)
    size = range(len(similarity.layers))
    reasons = dict.fromkeys(similarity.reasons.get((run, 0, 0), "no value") for run in runs)
    return MatrixPanel(
        rule=rule,
        values=mean,
        hovers=[[_hover(similarity, runs, row, column, mean) for column in size] for row in size],
        subtitle=_subset_size(similarity, runs) if similarity.subset != "all" else "",
        undefined=None if np.isfinite(mean).any() else "; ".join(reasons),
    )


def _subset_size(similarity: LayerSimilarity, runs: list[int]) -> str:
    """How many images a rule was compared on, and on how many of its seeds that was enough."""
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


def _difference_hovers(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> list[list[str]]:
    return [
        [
            f"ours {mine:.3f}, the paper’s {published:.2f}"
            if np.isfinite(mine)
            else f"ours undefined, the paper’s {published:.2f}"
            for mine, published in zip(*pair, strict=True)
        ]
        for pair in zip(ours.tolist(), theirs.tolist(), strict=True)
    ]


def _scale(similarity: LayerSimilarity) -> MatrixScale:
    title = SIMILARITIES[similarity.estimator].short
    return MatrixScale(VIRIDIS, 0.0, 1.0, (0.0, 0.5, 1.0), title)


def _difference_scale(matrices: Sequence[NDArray[np.float64]], theme: Theme) -> MatrixScale:
    largest = max((float(np.nanmax(np.abs(m), initial=0.0)) for m in matrices), default=0.0)
    end = max(2, math.ceil(round(largest * 10, 6))) / 10
    return MatrixScale(DIVERGING[theme], -end, end, (-end, 0.0, end), "Difference")


def _of_rules(published: LayerSimilarity, rules: Sequence[str]) -> LayerSimilarity:
    kept = [index for index, run in enumerate(published.runs) if run.rule in rules]
    return LayerSimilarity(
        reference=published.reference,
        runs=tuple(published.runs[index] for index in kept),
        layers=published.layers,
        values=published.values[kept],
        estimator=published.estimator,
        epoch=published.epoch,
        n_images=published.n_images,
        images=published.images,
        subset=published.subset,
        used=tuple(published.used[index] for index in kept),
    )


def _left_out(similarity: LayerSimilarity, kept: LayerSimilarity) -> str:
    missing = [rule for rule in rules_of(similarity) if rule not in rules_of(kept)]
    if not missing:
        return ""
    return f" The paper does not have {', '.join(RULES[rule].name for rule in missing)}."


def _means(panels: Sequence[MatrixPanel], similarity: LayerSimilarity, digits: int) -> Table:
    reference = RULES[similarity.reference].name
    rows: list[tuple[Cell, ...]] = [
        (RULES[panel.rule].name, layer, *map(_cell, line))
        for panel in panels
        for layer, line in zip(similarity.layers, panel.values.tolist(), strict=True)
    ]
    columns = tuple(f"{reference} {layer}" for layer in similarity.layers)
    return Table(("Rule", "Layer", *columns), tuple(rows), (None, None, *(digits for _ in columns)))


def _cell(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
