"""The numbers of the profile with statistics: means, intervals, pairs and tests."""

from __future__ import annotations

from collections.abc import Sequence

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Cell, Table
from feedback_atlas.server.results.types import PairsMean, ProfileStatistics, RuleAgainstReference

CEILING, FLOOR = "BP–BP", "Untrained"

_COLUMNS = (
    "Rule", "Layer", "Initial weights", "Mean", "Seeds, 95 % from", "Seeds, 95 % to",
    "Images, 95 % from", "Images, 95 % to", "Both, 95 % from", "Both, 95 % to", "Pairs", "Seeds",
    "BP–BP − rule", "p", "p, adjusted", "Least p, adjusted", "Note",
)  # fmt: skip
_DIGITS = (None, None, None, 3, 3, 3, 3, 3, 3, 3, 0, 0, 3, 4, 4, 4, None)


def shown_table(statistics: ProfileStatistics, rules: Sequence[str]) -> Table:
    """Return every mean with its interval, its pairs and its test, as the page shows them."""
    names = {rule: RULES[rule].name for rule in rules}
    return Table(_COLUMNS, tuple(_rows(statistics, names)), _DIGITS)


def every_mean(statistics: ProfileStatistics, rules: Sequence[str]) -> Table:
    """Return the same with ids, for downloads."""
    columns = (
        "rule", "layer", "initial_weights", "mean", "seeds_low_95", "seeds_high_95",
        "images_low_95", "images_high_95", "both_low_95", "both_high_95", "pairs", "seeds",
        "ceiling_minus_rule", "p", "p_adjusted", "smallest_p_adjusted", "note",
    )  # fmt: skip
    return Table(columns, tuple(_rows(statistics, {rule: rule for rule in rules})))


def _rows(statistics: ProfileStatistics, names: dict[str, str]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for rule, name in names.items():
        for band in statistics.layers:
            found = of_rule(band.rules, rule)
            test = (found.difference, found.p, found.p_adjusted, found.smallest_p)
            rows.append(_row(name, band.layer, "different", found.independent, test, found.reason))
            rows.append(_row(name, band.layer, "shared", found.shared, _NO_TEST, None))
    for band in statistics.layers:
        for label, kind, mean in (
            (CEILING, "different", band.ceiling),
            (FLOOR, "different", band.floor_independent),
            (FLOOR, "shared", band.floor_shared),
        ):
            rows.append(_row(label, band.layer, kind, mean, _NO_TEST, None))
    return rows


_NO_TEST: tuple[float | None, ...] = (None, None, None, None)


def _row(
    name: str,
    layer: str,
    kind: str,
    mean: PairsMean,
    test: tuple[float | None, ...],
    reason: str | None,
) -> tuple[Cell, ...]:
    notes = "; ".join(dict.fromkeys([*mean.reasons.values(), *([reason] if reason else [])]))
    return (
        name, layer, kind, mean.mean, mean.low, mean.high, mean.images_low, mean.images_high,
        mean.both_low, mean.both_high, mean.n_pairs, mean.n_seeds, *test, notes,
    )  # fmt: skip


def of_rule(rules: Sequence[RuleAgainstReference], rule: str) -> RuleAgainstReference:
    """Return a rule's part of a layer."""
    return next(found for found in rules if found.rule == rule)
