"""Figure 6, exemplars, and what training costs: the paper has no numbers to lay them beside."""

from __future__ import annotations

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.published import REFERENCE
from feedback_atlas.server.core.text import listed
from feedback_atlas.server.figures.base.figure import Cell, Table
from feedback_atlas.server.figures.exemplars import exemplar_gallery
from feedback_atlas.server.figures.result.cells import operations_of
from feedback_atlas.server.papers.panels.panel import Panel, PaperNumbers
from feedback_atlas.server.papers.panels.verdicts import Verdict
from feedback_atlas.server.results.types import CostTable, ExemplarGallery


def exemplars_panel(numbers: PaperNumbers, gallery: ExemplarGallery) -> Panel:
    """Show exemplars as Figure 6 does."""
    name = gallery.class_names[gallery.class_index]
    own = [
        f"{sum(hits)} of {len(hits)} by {RULES[rule].name}"
        for rule in RULES.in_order(channel.rule for channel in gallery.channels)
        if (hits := _hits(gallery, rule))
    ]
    found = (
        f"; of the images that our channels select, these are of the class: {listed(own)}"
        if own
        else ""
    )
    return numbers.panel(
        "figure-6",
        (
            Verdict.NOT_COMPARABLE,
            f"Cannot be compared: the paper shows images but no numbers{found}.",
        ),
        title=f"Channels that matter for “{name}”",
        compared=(
            f"Channels of {gallery.layer} by gradient-weighted activation, and the images that "
            "activate each most; the paper shows the class dog."
        ),
        figures={"figure-6": lambda theme, width: exemplar_gallery(gallery, theme, width)},
    )


def cost_panel(numbers: PaperNumbers, costs: CostTable) -> Panel:
    """Show costs as the section on computational efficiency does."""
    own = next((row for row in costs.rows if row.rule == REFERENCE), None)
    rows: list[tuple[Cell, ...]] = [
        (
            RULES[row.rule].name,
            1000 * row.step_seconds,
            None if own is None else row.step_seconds / own.step_seconds,
            operations_of(row) / 1e9,
            None if own is None else operations_of(row) / operations_of(own),
            (row.fixed_feedback + row.changing_feedback) / 1e6,
        )
        for row in costs.rows
    ]
    dearest = max(costs.rows, key=lambda row: row.step_seconds)
    largest = max(costs.rows, key=lambda row: row.fixed_feedback + row.changing_feedback)
    ratio = (
        f"{1000 * dearest.step_seconds:.1f} ms"
        if own is None
        else f"{dearest.step_seconds / own.step_seconds:.2f} times {RULES[own.rule].name}’s"
    )
    return numbers.panel(
        "costs",
        (
            Verdict.NOT_COMPARABLE,
            "Cannot be compared: there are no published numbers for this; of our rules, "
            f"{RULES[dearest.rule].name} takes longest ({ratio}) and "
            f"{RULES[largest.rule].name} stores the most feedback "
            f"({(largest.fixed_feedback + largest.changing_feedback) / 1e6:.1f} MB).",
        ),
        compared=(
            f"Measured on batches of {costs.batch_size} on {costs.device}, alongside other "
            "jobs on that machine; operations and stored feedback are counted."
        ),
        table=Table(
            (
                "Rule",
                "Time per step (ms)",
                f"Time, × {RULES[REFERENCE].name}",
                "Operations (GFLOP)",
                f"Operations, × {RULES[REFERENCE].name}",
                "Stored feedback (MB)",
            ),
            tuple(rows),
            (None, 1, 2, 2, 2, 2),
        ),
    )


def _hits(gallery: ExemplarGallery, rule: str) -> list[bool]:
    return [
        int(label) == gallery.class_index
        for channel in gallery.channels
        if channel.rule == rule
        for label in channel.labels
    ]
