"""One table of each rule's accuracy, similarity to the reference, cost and plausibility."""

from __future__ import annotations

import statistics
from dataclasses import replace
from typing import Any

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width
from feedback_atlas.server.figures.base.grid import blank
from feedback_atlas.server.figures.base.theme import FONT, PALETTES, layout, rule_ink
from feedback_atlas.server.figures.result.cells import (
    accuracy_cells,
    cost_cells,
    known,
    measure_name,
    operations_of,
    pairs_of,
    plausibility_cells,
    similarity_cells,
    test_of,
)
from feedback_atlas.server.figures.result.data import (
    ResultCell,
    ResultColumn,
    ResultRow,
    ResultSources,
    ResultTable,
)
from feedback_atlas.server.results.types import CostRow, LayerBand

# A row has two lines: a value, and its spread or interval.
_ROW, _HEAD = 41, 46
_NO_BREAK = "\u00a0"


def result_table(sources: ResultSources) -> ResultTable:
    """Gather what is known of each rule that has runs, in the catalog's order.

    Args:
        sources: runs' accuracies, and what else is computed by now.
    """
    name = RULES[sources.reference].name
    rows = []
    for rule in RULES.in_order(row.run.rule for row in sources.accuracy):
        runs = [row for row in sources.accuracy if row.run.rule == rule]
        cells = (
            *accuracy_cells(runs, sources),
            _with_last_layer(*similarity_cells(rule, sources)),
            *cost_cells(rule, sources),
            *plausibility_cells(rule),
        )
        rows.append(ResultRow(rule, cells))
    seeds = {row.run.seed for row in sources.accuracy}
    caption = (
        (
            "Mean ± standard deviation over seeds; test accuracy at the epoch of best "
            "validation accuracy."
        )
        if len(seeds) > 1
        else (
            "One seed only, so no spread and no test. Test accuracy at the epoch of best "
            "validation accuracy."
        )
    )
    return ResultTable(_columns(name, sources), tuple(rows), caption, _notes(name, sources))


def result_figure(sources: ResultSources, theme: Theme = "light", width: Width = "wide") -> Figure:
    """Draw the table as a picture, for downloads; a page shows its cells as a table of its own.

    Args:
        sources: as for `result_table`.
        theme: of the card it is drawn on.
        width: of that card.
    """
    table = result_table(sources)
    plotly = _drawn(table, theme) if table.rows else blank("No run yet", theme, 160)
    shown: list[tuple[Cell, ...]] = [
        (RULES[row.rule].name, *(f"{c.text}{'∗' if c.significant else ''} {c.minor}".strip()
                                 for c in row.cells))
        for row in table.rows
    ]  # fmt: skip
    return Figure(
        name="result",
        title="Accuracy, similarity, cost and plausibility",
        caption=" ".join((table.caption, *table.notes)),
        plotly=plotly,
        table=Table(("Rule", *(_head(column) for column in table.columns)), tuple(shown)),
        csv=_csv(sources),
    )


def _columns(name: str, sources: ResultSources) -> tuple[ResultColumn, ...]:
    accuracy, alike, cost, plausible = (
        "Accuracy",
        f"Similarity to {name}",
        "Per step",
        "Plausibility",
    )
    measure = measure_name(sources)
    costs = sources.costs
    where = (
        ""
        if costs is None
        else (
            f", batches of {costs.batch_size} on {costs.device}, alongside other jobs on that "
            "machine"
        )
    )
    return (
        ResultColumn("test", accuracy, "Test", "%", "Accuracy on the test set, measured once."),
        ResultColumn(
            "difference", accuracy, f"vs {name}", "points",
            f"Test accuracy minus {name}’s, paired by seed.",
        ),
        ResultColumn("seeds", accuracy, "Seeds", "", "Completed runs of the rule."),
        ResultColumn("validation", accuracy, "Val.", "%", "Best validation accuracy."),
        ResultColumn("epoch", accuracy, "Best epoch", "", "The epoch of best validation accuracy."),
        ResultColumn(
            "similarity", alike, "All layers", measure,
            "Similarity of each layer to the same layer, mean over layers, with the 95 % interval "
            "over seeds.",
        ),
        ResultColumn("time", cost, "Time", f"× {name}", f"Median time of a training step{where}."),
        ResultColumn("memory", cost, "Feedback", "MB", "Stored feedback weights."),
        ResultColumn("operations", cost, "Compute", "GFLOP", "Operations per training step."),
        ResultColumn(
            "transport", plausible, "Transport", "",
            "Information that the feedback takes from the forward weights.", numeric=False,
        ),
        ResultColumn(
            "signs", plausible, "Signs", "",
            "Agreement of the feedback’s signs with the forward weights’.", numeric=False,
        ),
        ResultColumn(
            "dynamic", plausible, "Feedback", "",
            "Whether the feedback changes during training.", numeric=False,
        ),
        ResultColumn(
            "structure", plausible, "Structure", "",
            "How the error is carried to lower layers.", numeric=False,
        ),
    )  # fmt: skip


def _notes(name: str, sources: ResultSources) -> tuple[str, ...]:
    notes = []
    tests = () if sources.accuracy_tests is None else sources.accuracy_tests.rules
    if any(test.p is not None for test in tests):
        counts = sorted({test.n_pairs for test in tests if test.p is not None})
        notes.append(
            f"∗ adjusted p < 0.05. Accuracy: paired t-test over {'–'.join(map(str, counts))} seeds "
            f"shared with {name}, Holm over {sum(t.p is not None for t in tests)} rules. "
            "Similarity: permutation test of “below BP–BP”."
        )
    return tuple(notes)


def _with_last_layer(mean: ResultCell, last: ResultCell) -> ResultCell:
    """Return the mean over layers with the last layer in its words."""
    if last.value is None:
        return mean
    interval = f" ({last.minor})" if last.minor else ""
    return replace(mean, note=f"{mean.note}; last layer alone: {last.text}{interval}")


def _head(column: ResultColumn) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _drawn(table: ResultTable, theme: Theme) -> dict[str, Any]:
    palette = PALETTES[theme]
    columns = list(zip(*(row.cells for row in table.rows), strict=True))
    # plotly.js breaks lines at spaces, even within markup, unless they are broken already.
    texts = [
        [
            f"{cell.text}{'∗' if cell.significant else ''}".replace(" ", _NO_BREAK)
            + (f'<br><span style="color:{palette.muted}">{cell.minor}</span>' if cell.minor else "")
            for cell in column
        ]
        for column in columns
    ]
    names = [f"<b>{RULES[row.rule].name}</b>" for row in table.rows]
    widths = [
        max(
            len(column.name),
            len(column.unit),
            *(len(c.text) for c in of),
            *(len(c.minor) for c in of),
        )
        for column, of in zip(table.columns, columns, strict=True)
    ]
    page = layout(
        theme, height=_HEAD + _ROW * len(table.rows) + 24, left=0, right=0, top=4, bottom=4
    )
    inks = [rule_ink(row.rule, theme) for row in table.rows]
    align = ["left", *("right" if column.numeric else "left" for column in table.columns)]
    trace = {
        "type": "table",
        "columnwidth": [max(len(RULES[one.rule].name) for one in table.rows) + 3,
                        *(width + 3 for width in widths)],
        "header": {
            "values": ["", *(f"{c.name}<br>{c.unit}" for c in table.columns)],
            "align": align, "fill": {"color": "rgba(0,0,0,0)"}, "line": {"width": 0},
            "font": {"color": palette.muted, "size": 11, "family": FONT},
        },
        "cells": {
            "values": [names, *texts],
            "align": align, "height": _ROW, "fill": {"color": "rgba(0,0,0,0)"},
            "line": {"color": palette.grid, "width": 1},
            "font": {
                "color": [inks, *([palette.ink] * len(table.rows) for _ in table.columns)],
                "size": 11, "family": FONT,
            },
        },
    }  # fmt: skip
    return {"data": [trace], "layout": page}


_CSV = (
    "rule", "seeds", "test_percent", "test_percent_sd", "difference_points", "difference_low_95",
    "difference_high_95", "seeds_in_both", "p", "p_adjusted", "no_test_because",
    "best_val_percent", "best_val_percent_sd", "best_epoch",
    *(f"{where}_{what}" for where in ("similarity", "last_layer_similarity")
      for what in ("mean", "low_95", "high_95", "p_adjusted")),
    "step_seconds", "step_time_ratio", "operations", "forward_flops", "weight_gradient_flops",
    "error_transport_flops", "feedback_update_flops", "fixed_feedback_bytes",
    "changing_feedback_bytes", "weight_transport", "sign_concordance", "dynamic_feedback",
    "feedback_structure",
)  # fmt: skip


def _csv(sources: ResultSources) -> Table:
    rows: list[tuple[Cell, ...]] = []
    table = result_table(sources)
    found = sources.statistics
    bands = (None, None) if found is None else (found.overall, found.layers[-1])
    costs = {} if sources.costs is None else {row.rule: row for row in sources.costs.rows}
    for row in table.rows:
        runs = [each for each in sources.accuracy if each.run.rule == row.rule]
        test, entry = test_of(row.rule, sources), RULES[row.rule]
        means = [cell.value for cell in similarity_cells(row.rule, sources)]
        epochs = known([each.best_epoch for each in runs])
        rows.append(
            (
                row.rule, len(runs), *_percents([each.test_accuracy for each in runs]),
                *((None,) * 3 if test is None else
                  (None if part is None else 100 * part
                   for part in (test.difference, test.low, test.high))),
                *((None,) * 4 if test is None else
                  (test.n_pairs, test.p, test.p_adjusted, test.reason)),
                *_percents([each.best_val_accuracy for each in runs]),
                statistics.fmean(epochs) if epochs else None,
                *(part for mean, band in zip(means, bands, strict=True)
                  for part in (mean, *_interval(row.rule, band))),
                *_cost(costs.get(row.rule), costs.get(sources.reference)),
                entry.weight_transport, entry.sign_concordance,
                "yes" if entry.dynamic_feedback else "no", entry.feedback_structure,
            )
        )  # fmt: skip
    return Table(_CSV, tuple(rows))


def _percents(fractions: list[float | None]) -> tuple[float | None, float | None]:
    values = [100 * value for value in known(fractions)]
    mean = statistics.fmean(values) if values else None
    return mean, statistics.stdev(values) if len(values) > 1 else None


def _interval(rule: str, band: LayerBand | None) -> tuple[float | None, ...]:
    if band is None:
        return (None, None, None)
    mean, found = pairs_of(rule, band)
    return (mean.low, mean.high, None if found is None else found.p_adjusted)


def _cost(row: CostRow | None, own: CostRow | None) -> tuple[Cell, ...]:
    if row is None:
        return (None,) * 9
    ratio = None if own is None else row.step_seconds / own.step_seconds
    return (
        row.step_seconds, ratio, operations_of(row), row.forward, row.weight_gradient,
        row.error_transport, row.feedback_update, row.fixed_feedback, row.changing_feedback,
    )  # fmt: skip
