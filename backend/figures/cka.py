"""Layer by layer similarity to the reference rule as heatmaps, one a rule, on one scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.catalog import CKA_ESTIMATORS, RULES
from backend.figures.data import Cell, Figure, LayerSimilarity, Table, Theme, Width
from backend.figures.epochs import epoch_phrase
from backend.figures.many_layers import CARD, heatmap_shape, layer_ticks, longest_name
from backend.figures.panels import Grid, axis_suffix, blank, heading, note
from backend.figures.theme import (
    PALETTES,
    VIRIDIS,
    colour_bar,
    colour_scale,
    layout,
    rule_ink,
    text_on,
)
from backend.figures.typed_arrays import typed

_GAP: dict[Width, float] = {"wide": 0.02, "medium": 0.04, "narrow": 0.05}
NOTHING = "No finished run to compare yet"


def cka_heatmaps(
    similarity: LayerSimilarity, theme: Theme = "light", width: Width = "wide"
) -> Figure:
    """Draw the similarity of every layer of a rule to every layer of the reference.

    Args:
        similarity: of all runs; the panels show each rule's mean over its seeds.
        theme: of the card it is drawn on.
        width: of that card.

    Returns:
        Heatmaps on viridis from 0 to 1 with each value written in its cell, where cells are large
        enough; a value outside keeps its number and takes the scale's end colour; an undefined one
        is a dash, or a grey cell, with its reason.
    """
    rules = rules_of(similarity)
    reference = RULES[similarity.reference].name
    across = width == "narrow"
    layers = similarity.layers
    left = 26 + round(max(32, longest_name(layers)))
    right, top, bottom = (8 if across else 62), 26, (122 if across else 44)
    shape = heatmap_shape(len(layers), len(rules), width, left + right)
    grid = Grid(max(len(rules), 1), shape.columns, shape.panel_height, 30, _GAP[width])
    height = grid.height + top + bottom
    if not rules:
        return _figure(similarity, blank(NOTHING, theme, height))
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page["plot_bgcolor"] = PALETTES[theme].missing
    page["coloraxis"] = {
        "cmin": 0, "cmax": 1, "colorscale": colour_scale(VIRIDIS),
        "colorbar": _bar(grid, len(rules), theme, across),
    }  # fmt: skip
    page["annotations"] = [
        note(
            "The rule’s layer", theme, x=0, y=0.5, xanchor="right", xshift=18 - left, textangle=-90
        ),
    ]
    traces: list[dict[str, Any]] = []
    for index, rule in enumerate(rules):
        row, column = grid.place(index)
        x, y, suffix = grid.column_domain(column), grid.row_domain(row), axis_suffix(index)
        common = {"ticks": "", "showgrid": False, "showline": False, "fixedrange": True}
        pixels = (x[1] - x[0]) * (CARD[width] - left - right)
        page[f"xaxis{suffix}"] = common | layer_ticks(layers, pixels) | {
            "domain": list(x), "anchor": f"y{suffix}", "autotickangles": [0, 90],
            "automargin": "height",
            "showticklabels": grid.is_lowest(index), "type": "category",
            "title": {"text": f"{reference}’s layer" if grid.is_lowest(index) else ""},
        }  # fmt: skip
        page[f"yaxis{suffix}"] = common | layer_ticks(layers, shape.panel_height) | {
            "domain": list(y), "anchor": f"x{suffix}", "autorange": "reversed",
            "showticklabels": column == 0, "type": "category", "ticklabelstandoff": 4,
        }  # fmt: skip
        page["annotations"].append(heading(RULES[rule].name, x, y, rule_ink(rule, theme), 13))
        axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        traces.append(_heatmap(similarity, rule) | axes)
        if shape.numbers:
            size = 10 if width == "narrow" else 11
            traces.append(_numbers(similarity, rule, theme, size) | axes)
    return _figure(similarity, {"data": traces, "layout": page})


def rules_of(similarity: LayerSimilarity) -> list[str]:
    """Return the rules that have runs here, in the catalog's order."""
    present = {run.rule for run in similarity.runs}
    return [rule for rule in RULES if rule in present]


def seeds_of(similarity: LayerSimilarity, rule: str) -> list[int]:
    """Return the indices of a rule's runs, by seed."""
    found = [i for i, run in enumerate(similarity.runs) if run.rule == rule]
    return sorted(found, key=lambda i: similarity.runs[i].seed)


def defined_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average over the first axis the values that are defined; NaN where none is."""
    count = np.isfinite(values).sum(axis=0)
    total = np.where(np.isfinite(values), values, 0.0).sum(axis=0)
    mean: NDArray[np.float64] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def described(similarity: LayerSimilarity) -> str:
    """Say in one phrase which estimator, images and epoch the similarities are of."""
    name = CKA_ESTIMATORS[similarity.estimator].name
    return f"{name}, {similarity.n_images:,} images, {epoch_phrase(similarity.epoch)}"


def seed_count(similarity: LayerSimilarity) -> str:
    """Say how many seeds a rule has, for captions."""
    counts = {len(seeds_of(similarity, rule)) for rule in rules_of(similarity)}
    if counts <= {1}:
        return "One seed a rule."
    low, high = min(counts), max(counts)
    return f"Mean of {low if low == high else f'{low} to {high}'} seeds a rule."


def short_number(value: float) -> str:
    """Write a similarity with two decimals and no leading zero: .94, −.03, 1.00."""
    text = f"{abs(value):.2f}"
    sign = "−" if value < 0 and text != "0.00" else ""
    return sign + (text[1:] if text.startswith("0") else text)


def _bar(grid: Grid, panels: int, theme: Theme, across: bool) -> dict[str, Any]:
    bar = colour_bar(theme, across=across, title="CKA") | {"tickvals": [0, 0.5, 1]}
    if across:
        return bar | {"y": -78 / grid.height, "yanchor": "top", "ypad": 0}
    return bar | {"x": grid.column_domain(min(grid.columns, panels) - 1)[1], "len": 1.0, "y": 0.5}


def _heatmap(similarity: LayerSimilarity, rule: str) -> dict[str, Any]:
    runs = seeds_of(similarity, rule)
    mean = defined_mean(similarity.values[runs])
    layers = list(similarity.layers)
    name, reference = RULES[rule].name, RULES[similarity.reference].name
    return {
        "type": "heatmap",
        "x": layers,
        "y": layers,
        "z": typed(mean),
        "coloraxis": "coloraxis",
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": True,
        "customdata": [
            [_hover(similarity, runs, row, column, mean) for column in range(len(layers))]
            for row in range(len(layers))
        ],
        "hovertemplate": (
            f"<b>{name}</b> %{{y}} · <b>{reference}</b> %{{x}}<br>%{{customdata}}<extra></extra>"
        ),
    }


def _numbers(similarity: LayerSimilarity, rule: str, theme: Theme, size: int) -> dict[str, Any]:
    mean = defined_mean(similarity.values[seeds_of(similarity, rule)])
    layers = similarity.layers
    cells = [(row, column) for row in range(len(layers)) for column in range(len(layers))]
    defined = [bool(np.isfinite(mean[cell])) for cell in cells]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [layers[column] for _, column in cells],
        "y": [layers[row] for row, _ in cells],
        "text": [
            short_number(float(mean[cell])) if known else "–"
            for cell, known in zip(cells, defined, strict=True)
        ],
        "textfont": {
            "size": size,
            "color": [
                text_on(VIRIDIS, float(mean[cell])) if known else PALETTES[theme].muted
                for cell, known in zip(cells, defined, strict=True)
            ],
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


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
    text = f"CKA {mean[row, column]:.3f}"
    if reasons:
        text += f", {len(runs) - len(reasons)} of {len(runs)} seeds"
        text += f"<br>others undefined: {'; '.join(dict.fromkeys(reasons))}"
    elif len(runs) > 1:
        values = similarity.values[runs, row, column]
        text += f", mean of {len(runs)} seeds ({values.min():.3f} to {values.max():.3f})"
    return text


def _figure(similarity: LayerSimilarity, plotly: dict[str, Any]) -> Figure:
    reference = RULES[similarity.reference].name
    rows: list[tuple[Cell, ...]] = []
    for rule in rules_of(similarity):
        mean = defined_mean(similarity.values[seeds_of(similarity, rule)])
        for layer, line in zip(similarity.layers, mean.tolist(), strict=True):
            rows.append((RULES[rule].name, layer, *(None if v != v else v for v in line)))
    columns = tuple(f"{reference} {layer}" for layer in similarity.layers)
    return Figure(
        name="layer-similarity",
        title=f"Layer similarity to {reference}",
        caption=(
            f"{described(similarity)}. Rows: the rule’s layers; columns: {reference}’s, same seed. "
            f"{seed_count(similarity)}"
        ),
        plotly=plotly,
        table=Table(("Rule", "Layer", *columns), tuple(rows), (None, None, *(3 for _ in columns))),
        csv=_every_value(similarity),
    )


def _every_value(similarity: LayerSimilarity) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for (run, row, column), value in np.ndenumerate(similarity.values):
        label = similarity.runs[run]
        rows.append(
            (
                label.rule,
                label.seed,
                similarity.layers[row],
                similarity.layers[column],
                None if np.isnan(value) else float(value),
                similarity.reasons.get((run, row, column)),
            )
        )
    names = ("rule", "seed", "layer", f"{similarity.reference}_layer", "cka", "undefined_because")
    return Table(names, tuple(rows))
