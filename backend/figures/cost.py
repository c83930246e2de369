"""What each rule costs: operations, feedback memory and the time of a step, as bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple
from typing import Any

import numpy as np

from backend.catalog import RULES
from backend.figures.data import Cell, CostRow, CostTable, Figure, Table, Theme, Width
from backend.figures.panels import Grid, axis_suffix, heading
from backend.figures.theme import PALETTES, layout, rule_colour, rule_ink
from backend.figures.typed_arrays import typed

_ROW = 26


def rule_cost(costs: CostTable, theme: Theme = "light", width: Width = "wide") -> Figure:
    """Draw a bar a rule for arithmetic, feedback memory and step time.

    Args:
        costs: of one batch.
        theme: of the card it is drawn on.
        width: of that card.
    """
    order = RULES.in_order(row.rule for row in costs.rows)
    rows = sorted(costs.rows, key=lambda row: order.index(row.rule))
    panels: Sequence[tuple[str, str, Callable[[CostRow], float]]] = (
        ("Operations a step (GFLOP)", "{:.1f}", lambda row: _operations(row) / 1e9),
        ("Feedback stored (MB)", "{:.1f}", lambda row: _feedback(row) / 1e6),
        ("Time of a step (ms)", "{:.0f}", lambda row: 1000.0 * row.step_seconds),
    )
    columns = 3 if width == "wide" else 1
    grid = Grid(len(panels), columns, _ROW * len(rows), 34, 0.06)
    left, right, top, bottom = 96, 40, 30, 12
    height = grid.height + top + bottom
    page = layout(theme, height=height, left=left, right=right, top=top, bottom=bottom)
    page["annotations"] = []
    traces: list[dict[str, Any]] = []
    names = [
        f'<span style="color:{rule_ink(row.rule, theme)}">{RULES[row.rule].name}</span>'
        for row in rows
    ]
    for index, (title, form, value) in enumerate(panels):
        row, column = grid.place(index)
        x, y, suffix = grid.column_domain(column), grid.row_domain(row), axis_suffix(index)
        values = np.array([value(each) for each in rows])
        page[f"xaxis{suffix}"] = {
            "domain": list(x), "anchor": f"y{suffix}", "visible": False, "fixedrange": True,
            "range": [0, 1.28 * max(float(values.max()), 1e-9)],
        }  # fmt: skip
        page[f"yaxis{suffix}"] = {
            "domain": list(y), "anchor": f"x{suffix}", "fixedrange": True, "ticks": "",
            "range": [len(rows) - 0.5, -0.5], "tickmode": "array", "showgrid": False,
            "tickvals": list(range(len(rows))), "ticktext": names, "tickfont": {"size": 12},
            "showticklabels": column == 0,
        }  # fmt: skip
        ink = PALETTES[theme].ink
        page["annotations"].append(heading(title, x, y, ink, 12) | {"x": x[0], "xanchor": "left"})
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": typed(values),
                "y": typed(np.arange(len(rows), dtype=np.float64)),
                "width": 0.62,
                "marker": {"color": [rule_colour(each.rule, theme) for each in rows]},
                "text": [form.format(one) for one in values.tolist()],
                "textposition": "outside",
                "textfont": {"color": PALETTES[theme].muted, "size": 11},
                "cliponaxis": False,
                "customdata": [RULES[each.rule].name for each in rows],
                "hovertemplate": f"<b>%{{customdata}}</b><br>{title}: %{{text}}<extra></extra>",
                "xaxis": f"x{suffix}",
                "yaxis": f"y{suffix}",
            }
        )
    return Figure(
        name="cost",
        title="Cost of a training step",
        caption=(
            f"Batches of {costs.batch_size}. Operations and memory are counted; the time is the "
            f"median of measured steps on {costs.device}, beside whatever else ran there. Feedback "
            "that follows from the weights is stored nowhere."
        ),
        plotly={"data": traces, "layout": page},
        table=_table(rows),
        csv=Table(_NAMES, tuple(astuple(row) for row in rows)),
    )


def _operations(row: CostRow) -> int:
    return row.forward + row.weight_gradient + row.error_transport + row.feedback_update


def _feedback(row: CostRow) -> int:
    return row.fixed_feedback + row.changing_feedback


_NAMES = (
    "rule", "forward_flops", "weight_gradient_flops", "error_transport_flops",
    "feedback_update_flops", "fixed_feedback_bytes", "changing_feedback_bytes", "step_seconds",
)  # fmt: skip
_HEADS = (
    "Rule", "Forward (GFLOP)", "Weight gradients (GFLOP)", "Error transport (GFLOP)",
    "Feedback’s own update (GFLOP)", "Fixed feedback (MB)", "Changing feedback (MB)", "Step (ms)",
)  # fmt: skip


def _table(rows: Sequence[CostRow]) -> Table:
    cells: list[tuple[Cell, ...]] = [
        (
            RULES[row.rule].name,
            row.forward / 1e9,
            row.weight_gradient / 1e9,
            row.error_transport / 1e9,
            row.feedback_update / 1e9,
            row.fixed_feedback / 1e6,
            row.changing_feedback / 1e6,
            1000.0 * row.step_seconds,
        )
        for row in rows
    ]
    return Table(_HEADS, tuple(cells), (None, 2, 2, 2, 2, 2, 2, 1))
