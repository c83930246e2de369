"""Same-layer similarity with its statistics: intervals over seeds, reference band, tests."""

from __future__ import annotations

from typing import Any

from feedback_atlas.server.catalog import SIMILARITIES
from feedback_atlas.server.figures.base.end_labels import end_labels
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.base.layer_axis import CARD, layer_ticks, longest_name
from feedback_atlas.server.figures.base.legend import legend, legend_key
from feedback_atlas.server.figures.base.theme import PALETTES, layout
from feedback_atlas.server.figures.similarity.profile_tables import (
    CEILING,
    FLOOR,
    every_mean,
    of_rule,
    shown_table,
)
from feedback_atlas.server.figures.similarity.profile_traces import (
    SIGNIFICANT,
    kind,
    main_pairs,
    reference_traces,
    rule_traces,
)
from feedback_atlas.server.figures.similarity.summary import described, rules_of
from feedback_atlas.server.results.types import LayerSimilarity, PairsMean, ProfileStatistics

_PLOT_HEIGHT: dict[Width, int] = {"wide": 300, "medium": 380, "narrow": 240}
# How far apart the rules of one layer stand, as a share of the distance between two layers.
_SPREAD = 0.5


def profile_statistics(
    similarity: LayerSimilarity,
    statistics: ProfileStatistics,
    theme: Theme = "light",
    width: Width = "wide",
) -> Figure:
    """Draw each rule's mean similarity to BP in each layer, with what two seeds of BP agree on.

    Args:
        similarity: what was compared; it says the measure, the rules and the images.
        statistics: of all pairs of networks.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        Filled dots and a line for pairs from different initial weights, with 95 % intervals over
        seeds; rings for pairs that share them. Where there is one seed, the latter alone. Grey
        bands are BP against BP and against untrained networks; a star is a layer in which a rule
        is less similar to BP than BP is to itself.
    """
    rules = [rule for rule in rules_of(similarity) if rule in _tested(statistics)]
    names = [band.layer for band in statistics.layers]
    pixels = _PLOT_HEIGHT[width]
    left, right, top = 56, 92, 34
    room = CARD[width] - left - right
    name_length = longest_name(names)
    upright = len(names) * (name_length + 1) > room
    bottom = 48 + (round(name_length) - 12 if upright else 0)
    short = SIMILARITIES[similarity.estimator].short
    y_range = _range(statistics)
    page = layout(
        theme, height=pixels + top + bottom, left=left, right=right, top=top, bottom=bottom
    )
    ticks = layer_ticks(names, room)
    page["hovermode"] = "closest"
    page["xaxis"] = {
        "title": {"text": "Layer"}, "showgrid": False, "showline": True, "tickmode": "array",
        "tickvals": [names.index(name) for name in ticks["tickvals"]],
        "ticktext": ticks["ticktext"],
        "range": [-0.5, len(names) - 0.5], "tickangle": -90 if upright else 0,
    }  # fmt: skip
    page["yaxis"] = {
        "title": {"text": f"{short} with BP’s layer"},
        "range": list(y_range), "tickmode": "linear", "tick0": 0, "dtick": 0.2, "tickformat": ".1f",
    }  # fmt: skip
    page |= {
        "showlegend": True,
        "legend": legend(theme, y=1.0, yanchor="bottom", yref="paper"),
    }
    ceiling = [band.ceiling for band in statistics.layers]
    floor = [_floor(band.floor_shared, band.floor_independent) for band in statistics.layers]
    traces = reference_traces(ceiling, names, theme, CEILING) + reference_traces(
        floor, names, theme, FLOOR
    )
    ends: dict[str, float] = {}
    for place, rule in enumerate(rules):
        shift = _SPREAD * ((place + 0.5) / len(rules) - 0.5)
        found = [of_rule(band.rules, rule) for band in statistics.layers]
        traces += rule_traces(rule, found, names, shift, theme)
        last = main_pairs(found)[-1].mean
        if last is not None:
            ends[rule] = last
    grey = {
        name: (value.mean, PALETTES[theme].muted)
        for name, value in ((CEILING, ceiling[-1]), (FLOOR, floor[-1]))
        if value.mean is not None
    }
    page["annotations"] = end_labels(ends, y_range, pixels, theme, others=grey)
    traces += _keys(statistics, theme)
    return Figure(
        name="similarity-profile",
        title="Same layer, against BP",
        caption=_caption(similarity, statistics),
        plotly={"data": traces, "layout": page},
        table=shown_table(statistics, rules),
        csv=every_mean(statistics, rules),
    )


def _tested(statistics: ProfileStatistics) -> set[str]:
    return {found.rule for band in statistics.layers for found in band.rules}


def _floor(shared: PairsMean, independent: PairsMean) -> PairsMean:
    """Return the floor of the same kind as the rules' main line."""
    return shared if independent.mean is None else independent


def _range(statistics: ProfileStatistics) -> tuple[float, float]:
    values = [
        value
        for band in statistics.layers
        for mean in (
            band.ceiling,
            band.floor_shared,
            band.floor_independent,
            *(each for found in band.rules for each in (found.shared, found.independent)),
        )
        for value in (mean.mean, mean.low, mean.high)
        if value is not None
    ]
    return min(-0.03, min(values, default=0.0) - 0.05), max(1.05, max(values, default=1.0) + 0.05)


def _keys(statistics: ProfileStatistics, theme: Theme) -> list[dict[str, Any]]:
    """Return the legend entries that explain the signs."""
    muted = PALETTES[theme].muted
    several = any(
        found.independent.mean is not None for band in statistics.layers for found in band.rules
    )
    entries = [(kind(several).capitalize(), "circle")]
    if several:
        entries.append((kind(False).capitalize(), "circle-open"))
    if any(
        found.p_adjusted is not None and found.p_adjusted < SIGNIFICANT
        for band in statistics.layers
        for found in band.rules
    ):
        entries.append((f"below BP–BP, adjusted p < {SIGNIFICANT}", "asterisk-open"))
    return [
        legend_key(text, symbol=symbol, color=muted, size=8, line={"width": 1.5})
        for text, symbol in entries
    ]


def _caption(similarity: LayerSimilarity, statistics: ProfileStatistics) -> str:
    first = statistics.layers[0]
    found = first.rules[0] if first.rules else None
    main = first.floor_independent if found is None else main_pairs([found])[0]
    sentences = [f"{described(similarity)}."]
    if main.low is not None:
        sentences.append(
            "Bars: 95 % intervals over seeds; grey: BP vs BP of another seed (dashed) and "
            "vs untrained networks (dotted)."
        )
    warning = main.reasons.get("over_seeds")
    if warning is not None:
        sentences.append(
            f"No interval: {warning}."
            if main.low is None
            else f"{warning[0].upper()}{warning[1:]}."
        )
    smallest = [
        each.smallest_p
        for band in statistics.layers
        for each in band.rules
        if each.smallest_p is not None
    ]
    if smallest and min(smallest) >= SIGNIFICANT:
        sentences.append(
            f"With so few seeds, no adjusted p can fall below {min(smallest):.3g}: no "
            "layer can be significant."
        )
    elif found is not None and found.reason is not None:
        sentences.append(f"No test: {found.reason}.")
    return " ".join(sentences)
