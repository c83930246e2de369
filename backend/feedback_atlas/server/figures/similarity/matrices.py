"""Layer by layer similarity to the reference rule: ours, the paper's, both, or the difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width
from feedback_atlas.server.figures.similarity.heatmaps import (
    MatrixPanel,
    MatrixScale,
    layer_heatmaps,
)
from feedback_atlas.server.figures.similarity.panels import (
    difference_panel,
    difference_scale,
    of_rules,
    similarity_panel,
    similarity_scale,
)
from feedback_atlas.server.figures.similarity.summary import (
    described,
    images_used,
    rule_mean,
    rules_of,
    seed_count,
)
from feedback_atlas.server.results.types import LayerSimilarity

_OURS, _PAPERS = "ours", "the paper’s"


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
    panels = [similarity_panel(similarity, rule) for rule in rules_of(similarity)]
    reference = RULES[similarity.reference].name
    return _figure(
        panels,
        similarity,
        similarity_scale(similarity),
        theme,
        width,
        caption=(
            f"{described(similarity)}. Rows: the rule’s layers; columns: {reference}’s, same seed. "
            f"{seed_count(similarity)}"
        ),
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
    kept = of_rules(published, rules_of(similarity))
    return _figure(
        [similarity_panel(kept, rule) for rule in rules_of(kept)],
        kept,
        similarity_scale(kept),
        theme,
        width,
        which=", as published",
        caption=(
            f"Lance & Kieu (2026), CIFAR-10: {described(kept)}. One seed, shared by all rules."
            f"{_left_out(similarity, kept)}"
        ),
        csv=every_value(kept),
        digits=2,
    )


def layer_similarity_beside(
    similarity: LayerSimilarity,
    published: LayerSimilarity,
    theme: Theme = "light",
    width: Width = "wide",
) -> Figure:
    """Draw each rule's similarities here and, with them, those that were published.

    Args:
        similarity: of all runs here.
        published: the published similarities of the same layers and subset.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        A panel a rule of ours, and one of the paper's for every rule that it has.
    """
    kept = of_rules(published, rules_of(similarity))
    ours = [similarity_panel(similarity, rule, _OURS) for rule in rules_of(similarity)]
    theirs = [similarity_panel(kept, rule, _PAPERS) for rule in rules_of(kept)]
    own, others = every_value(similarity), every_value(kept)
    return _figure(
        _paired(ours, theirs),
        similarity,
        similarity_scale(similarity),
        theme,
        width,
        which=", ours and the paper’s",
        caption=_two_sources(similarity, kept),
        csv=Table(
            ("source", *own.columns),
            (*(("ours", *row) for row in own.rows), *(("paper", *row) for row in others.rows)),
        ),
        even=True,
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
    kept = of_rules(published, rules_of(similarity))
    panels = []
    rows: list[tuple[Cell, ...]] = []
    for rule in rules_of(kept):
        ours, theirs = rule_mean(similarity, rule), rule_mean(kept, rule)
        panels.append(difference_panel(rule, ours, theirs))
        rows += [
            (
                rule,
                similarity.layers[row],
                similarity.layers[column],
                _cell(value),
                float(theirs[row, column]),
                _cell(float(value - theirs[row, column])),
            )
            for (row, column), value in np.ndenumerate(ours)
        ]
    heads = ("rule", "layer", f"{published.reference}_layer", "ours", "published", "difference")
    return _figure(
        panels,
        similarity,
        difference_scale([panel.values for panel in panels], theme),
        theme,
        width,
        which=", ours − the paper’s",
        caption=_two_sources(similarity, kept),
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


def _figure(
    panels: Sequence[MatrixPanel],
    similarity: LayerSimilarity,
    scale: MatrixScale,
    theme: Theme,
    width: Width,
    *,
    caption: str,
    csv: Table,
    which: str = "",
    digits: int = 3,
    even: bool = False,
) -> Figure:
    """Draw panels and their table; ``which`` ends the title, ``even`` keeps pairs together."""
    layers, reference = similarity.layers, similarity.reference
    return Figure(
        name="layer-similarity",
        title=f"Layer similarity to {RULES[reference].name}{which}",
        caption=caption,
        plotly=layer_heatmaps(panels, layers, reference, scale, theme, width, even=even),
        table=_means(panels, similarity, digits),
        csv=csv,
    )


def _paired(ours: Sequence[MatrixPanel], theirs: Sequence[MatrixPanel]) -> list[MatrixPanel]:
    """Put each rule's two panels next to each other, those that have both first."""
    published = {panel.rule: panel for panel in theirs}
    pairs = [panel for own in ours if own.rule in published
             for panel in (own, published[own.rule])]  # fmt: skip
    return [*pairs, *(own for own in ours if own.rule not in published)]


def _two_sources(similarity: LayerSimilarity, kept: LayerSimilarity) -> str:
    return (
        f"Ours: {described(similarity)}. {seed_count(similarity)} The paper’s (Lance & Kieu "
        f"2026): CIFAR-10, {described(kept)}.{_left_out(similarity, kept)}"
    )


def _left_out(similarity: LayerSimilarity, kept: LayerSimilarity) -> str:
    missing = [rule for rule in rules_of(similarity) if rule not in rules_of(kept)]
    if not missing:
        return ""
    return f" The paper does not have {', '.join(RULES[rule].name for rule in missing)}."


def _means(panels: Sequence[MatrixPanel], similarity: LayerSimilarity, digits: int) -> Table:
    reference = RULES[similarity.reference].name
    sources = ("Whose",) if len({panel.rule for panel in panels}) < len(panels) else ()
    rows: list[tuple[Cell, ...]] = [
        (RULES[panel.rule].name, *(panel.subtitle for _ in sources), layer, *map(_cell, line))
        for panel in panels
        for layer, line in zip(similarity.layers, panel.values.tolist(), strict=True)
    ]
    columns = tuple(f"{reference} {layer}" for layer in similarity.layers)
    heads = ("Rule", *sources, "Layer")
    return Table(
        (*heads, *columns), tuple(rows), (*(None for _ in heads), *(digits for _ in columns))
    )


def _cell(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
