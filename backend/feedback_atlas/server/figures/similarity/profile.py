"""Same-layer similarity to the reference, layer by layer, a line a rule."""

from __future__ import annotations

from typing import Any

import numpy as np

from feedback_atlas.server.catalog import RULES, SIMILARITIES
from feedback_atlas.server.figures.base.end_labels import end_labels
from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width
from feedback_atlas.server.figures.base.grid import blank
from feedback_atlas.server.figures.base.layer_axis import CARD, layer_ticks, longest_name
from feedback_atlas.server.figures.base.theme import layout, rule_colour
from feedback_atlas.server.figures.base.typed_arrays import typed
from feedback_atlas.server.figures.similarity.summary import (
    NOTHING,
    count_range,
    defined_mean,
    described,
    images_used,
    rules_of,
    seed_count,
    seeds_of,
)
from feedback_atlas.server.results.types import LayerSimilarity

_PLOT_HEIGHT: dict[Width, int] = {"wide": 280, "medium": 380, "narrow": 220}


def similarity_profile(
    similarity: LayerSimilarity, theme: Theme = "light", width: Width = "wide"
) -> Figure:
    """Draw the similarity of each layer to the same layer of the reference.

    Args:
        similarity: of all runs; lines are means over seeds, dots the seeds.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        Lines on a fixed range from 0 to 1, longer at the foot where a value is negative. A layer
        without a value leaves a gap.
    """
    pixels = _PLOT_HEIGHT[width]
    left, right, top = 56, 92, 12
    room = CARD[width] - left - right
    name_length = longest_name(similarity.layers)
    upright = len(similarity.layers) * (name_length + 1) > room
    bottom = 48 + (round(name_length) - 12 if upright else 0)
    height = pixels + top + bottom
    rules = rules_of(similarity)
    if not rules:
        return _figure(similarity, blank(NOTHING, theme, height))
    same = np.diagonal(similarity.values, axis1=1, axis2=2)
    lowest = float(np.nanmin(same)) if np.isfinite(same).any() else 0.0
    y_range = (min(-0.03, lowest - 0.05), 1.05)
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page["hovermode"] = "closest"
    short = SIMILARITIES[similarity.estimator].short
    page["xaxis"] = {
        "type": "category", "title": {"text": "Layer"}, "showgrid": False, "showline": True,
        "categoryorder": "array", "categoryarray": list(similarity.layers),
        "range": [-0.25, len(similarity.layers) - 0.75], "tickangle": -90 if upright else 0,
    } | layer_ticks(similarity.layers, room)  # fmt: skip
    page["yaxis"] = {
        "title": {"text": f"{short} with {RULES[similarity.reference].name}’s layer"},
        "range": list(y_range), "tickmode": "linear", "tick0": 0, "dtick": 0.2, "tickformat": ".1f",
    }  # fmt: skip
    traces: list[dict[str, Any]] = []
    ends: dict[str, float] = {}
    for rule in rules:
        runs = seeds_of(similarity, rule)
        mean = defined_mean(same[runs])
        if np.isfinite(mean).any():
            ends[rule] = float(mean[np.flatnonzero(np.isfinite(mean))[-1]])
        traces += _traces(similarity, rule, theme)
    page["annotations"] = end_labels(ends, y_range, pixels, theme)
    return _figure(similarity, {"data": traces, "layout": page})


def _traces(similarity: LayerSimilarity, rule: str, theme: Theme) -> list[dict[str, Any]]:
    runs = seeds_of(similarity, rule)
    layers = list(similarity.layers)
    colour, name = rule_colour(rule, theme), RULES[rule].name
    same = np.diagonal(similarity.values[runs], axis1=1, axis2=2)
    who = name if len(runs) == 1 else f"{name}, mean of {len(runs)} seeds"
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": layers,
        "y": typed(defined_mean(same)),
        "connectgaps": False,
        "line": {"color": colour, "width": 2.5},
        "marker": {"color": colour, "size": 7},
        "hovertemplate": f"<b>{who}</b><br>%{{x}}: %{{y:.3f}}<extra></extra>",
    }
    if len(runs) == 1:
        return [line]
    dots = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"{name}, seed {similarity.runs[run].seed}",
            "x": layers,
            "y": typed(np.ascontiguousarray(values)),
            "marker": {"color": colour, "size": 5, "opacity": 0.45},
            "hovertemplate": (
                f"<b>{name}, seed {similarity.runs[run].seed}</b><br>"
                "%{x}: %{y:.3f}<extra></extra>"
            ),
        }
        for run, values in zip(runs, same, strict=True)
    ]
    return [*dots, line]


def _figure(similarity: LayerSimilarity, plotly: dict[str, Any]) -> Figure:
    reference = RULES[similarity.reference].name
    rows: list[tuple[Cell, ...]] = []
    for rule in rules_of(similarity):
        runs = seeds_of(similarity, rule)
        same = np.diagonal(similarity.values[runs], axis1=1, axis2=2)
        for layer, values in zip(similarity.layers, same.T, strict=True):
            known = values[np.isfinite(values)]
            numbers: tuple[Cell, ...] = (None, None, None)
            if len(known):
                numbers = (float(known.mean()), float(known.min()), float(known.max()))
            used = count_range([images_used(similarity, run) for run in runs])
            rows.append((RULES[rule].name, layer, len(known), *numbers, used))
    csv_rows: list[tuple[Cell, ...]] = [
        (
            run.rule,
            run.seed,
            layer,
            None if np.isnan(similarity.values[i, k, k]) else float(similarity.values[i, k, k]),
            images_used(similarity, i),
            similarity.reasons.get((i, k, k)),
        )
        for i, run in enumerate(similarity.runs)
        for k, layer in enumerate(similarity.layers)
    ]
    return Figure(
        name="similarity-profile",
        title=f"Same layer, against {reference}",
        caption=f"{described(similarity)}. {seed_count(similarity)}",
        plotly=plotly,
        table=Table(
            ("Rule", "Layer", "Seeds", "Mean", "Lowest", "Highest", "Images"),
            tuple(rows),
            (None, None, 0, 3, 3, 3, None),
        ),
        csv=Table(
            ("rule", "seed", "layer", "similarity", "images", "undefined_because"),
            tuple(csv_rows),
        ),
    )
