"""The numbers of each answer as a table."""

from __future__ import annotations

from collections.abc import Sequence

from feedback_atlas.server.catalog import RULES, SIMILARITIES
from feedback_atlas.server.figures.base.figure import Cell, Table
from feedback_atlas.server.results.answers import MEASURES, OVERALL, Answers, Effect

_TEST = ("95 % from", "95 % to", "p", "p, adjusted", "Seeds", "Note")
_TEST_DIGITS = (3, 3, 4, 4, 0, None)


def closeness_table(answers: Answers) -> Table:
    """List BP–BP and rule–BP similarities, in pairs of different seeds."""
    columns = ("Initial weights", "Rule", "Layer", "BP–BP", "Rule–BP", "Difference", *_TEST)
    rows = [
        (one.arm, _name(one.rule), one.layer, one.own, one.across, *_cells(one.test))
        for one in answers.closeness
    ]
    return Table(columns, tuple(rows), (None, None, None, 3, 3, 3, *_TEST_DIGITS))


def initialisation_table(answers: Answers) -> Table:
    """List what sharing initial weights or batches adds to the similarity of two networks."""
    columns = (
        "Rule", "Layer", "What is shared", "With it", "Without it", "What it adds", *_TEST,
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            _name(one.rule), one.layer, "initial weights",
            one.shared, one.independent, *_cells(one.test),
        )
        for one in answers.arms_effects
    ]  # fmt: skip
    rows += [
        (
            _name(one.rule),
            one.layer,
            "initial weights and batches" if one.arm == "shared" else "batches",
            one.same,
            one.other,
            *_cells(one.test),
        )
        for one in answers.seed_effects
    ]
    return Table(columns, tuple(rows), (None, None, None, 3, 3, 3, *_TEST_DIGITS))


def tracking_table(answers: Answers) -> Table:
    """List rank correlations of similarity with the global angle over epochs."""
    columns = ("Initial weights", "Rule", "Layer", "Over epochs", "Correlation", *_TEST)
    rows = [
        (one.arm, _name(one.rule), one.layer, what, *_cells(test))
        for one in answers.tracking
        for what, test in (("values", one.levels), ("changes", one.changes))
    ]
    return Table(columns, tuple(rows), (None, None, None, None, 3, *_TEST_DIGITS))


def order_table(answers: Answers) -> Table:
    """List the order of rules by each measure, and how far measures agree on it."""
    names = [SIMILARITIES[measure].name for measure in MEASURES]
    columns = (
        "Initial weights", "Layer", *names, "Seeds with one order", "Kendall’s W", *_TEST,
    )  # fmt: skip
    rows = [
        (
            one.arm,
            one.layer,
            *(in_order(one.orders.get(measure, ())) for measure in MEASURES),
            one.n_same,
            *_cells(one.test),
        )
        for one in sorted(answers.orders, key=lambda one: one.layer != OVERALL)
    ]
    digits = (None, None, *(None for _ in names), 0, 3, *_TEST_DIGITS)
    return Table(columns, tuple(rows), digits)


def pairs_table(answers: Answers) -> Table:
    """List by each measure how far a rule is above another."""
    names = [f"by {SIMILARITIES[measure].name}" for measure in MEASURES]
    columns = (
        "Initial weights", "More similar to BP", "Less similar", *names, "p", "p, adjusted", "Note",
    )  # fmt: skip
    rows = [
        (
            one.arm,
            _name(one.above),
            _name(one.below),
            *(one.differences.get(measure) for measure in MEASURES),
            one.test.p,
            one.test.p_adjusted,
            one.test.reason or "",
        )
        for one in answers.pairs
    ]
    return Table(columns, tuple(rows), (None, None, None, *(3 for _ in names), 4, 4, None))


def in_order(rules: Sequence[str]) -> str:
    """Write rules from the most to the least similar."""
    return " > ".join(map(_name, rules))


def _cells(test: Effect) -> tuple[Cell, ...]:
    return (
        test.estimate, test.low, test.high, test.p, test.p_adjusted, test.n_seeds,
        test.reason or "",
    )  # fmt: skip


def _name(rule: str) -> str:
    return RULES[rule].name
