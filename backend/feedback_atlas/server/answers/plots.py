"""The content of each answer's figure: estimates by place on the axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from feedback_atlas.server.answers import tables
from feedback_atlas.server.catalog import SIMILARITIES
from feedback_atlas.server.figures.base.figure import Table
from feedback_atlas.server.results.answers import MEASURES, OVERALL, SIGNIFICANT, Answers, Effect


@dataclass(frozen=True, slots=True)
class Series:
    """Estimates of one rule, or of all, in one arm: one per place on the axis."""

    rule: str | None
    arm: str | None
    tests: tuple[Effect | None, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """The content of a figure: series over places, and the vertical axis."""

    name: str
    title: str
    caption: str
    places: tuple[str, ...]
    series: tuple[Series, ...]
    y_title: str
    table: Table
    y_range: tuple[float, float] | None = None
    no_effect: float | None = 0.0
    # Largest possible value; stars above it stay inside the plot.
    ceiling: float | None = None


def _closeness(answers: Answers) -> Plot:
    return Plot(
        "closeness",
        "BP–BP minus rule–BP similarity",
        "Unbiased CKA of networks of different seeds. Above 0, the rule is less similar "
        f"to BP than BP is to itself. {_bars(answers)}",
        answers.layers,
        _by_rule(answers, answers.closeness),
        "BP–BP − rule–BP",
        tables.closeness_table(answers),
    )


def _initialisation(answers: Answers) -> Plot:
    if answers.arms_effects:
        series = tuple(
            Series(
                rule,
                None,
                _placed(
                    {one.layer: one.test for one in answers.arms_effects if one.rule == rule},
                    answers.layers,
                ),
            )
            for rule in answers.rules
        )
        return Plot(
            "initialisation",
            "Effect of shared initial weights on similarity with BP",
            "Unbiased CKA of a rule with BP of the same seed: shared minus independent "
            f"initial weights, with the same batches. {_bars(answers)}",
            answers.layers,
            series,
            "shared − independent",
            tables.initialisation_table(answers),
        )
    return Plot(
        "initialisation",
        "Effect of a common seed on similarity with BP",
        f"Unbiased CKA of a rule with BP: same-seed minus different-seed pairs. {_bars(answers)}",
        answers.layers,
        _by_rule(answers, answers.seed_effects),
        "same − other seed",
        tables.initialisation_table(answers),
    )


def _tracking(answers: Answers) -> Plot:
    n_epochs = max((row.n_epochs for row in answers.tracking), default=0)
    return Plot(
        "tracking",
        "Similarity and global angle over training",
        f"Rank correlation over {n_epochs} epochs within each seed, mean over seeds. Below "
        f"0, similarity rises as the angle falls. {_bars(answers)}",
        answers.layers,
        _by_rule(answers, answers.tracking, "levels"),
        "rank correlation",
        tables.tracking_table(answers),
        (-1.08, 1.22),
        ceiling=1.02,
    )


def _order(answers: Answers) -> Plot:
    places = (OVERALL, *answers.layers)
    series = tuple(
        Series(
            None,
            arm,
            _placed({one.layer: one.test for one in answers.orders if one.arm == arm}, places),
        )
        for arm in answers.arms
    )
    names = "; ".join(SIMILARITIES[measure].name for measure in MEASURES)
    return Plot(
        "order",
        "Agreement of measures on the order of rules",
        f"Kendall’s W ({names}) within each seed, mean over seeds: 1 if all give the same "
        f"order; independent orders average {1 / len(MEASURES):.2f} (line). "
        f"{_bars(answers, one_seed=f'A star: adjusted p < {SIGNIFICANT} in this seed alone.')}",
        places,
        series,
        "Kendall’s W",
        tables.order_table(answers),
        (0.0, 1.16),
        1 / len(MEASURES),
        ceiling=1.02,
    )


PLOTS: dict[str, Callable[[Answers], Plot]] = {
    "closeness": _closeness,
    "initialisation": _initialisation,
    "tracking": _tracking,
    "order": _order,
}


def _by_rule(answers: Answers, rows: Sequence[Any], test: str = "test") -> tuple[Series, ...]:
    return tuple(
        Series(
            rule,
            arm,
            _placed(
                {
                    row.layer: getattr(row, test)
                    for row in rows
                    if (row.arm, row.rule) == (arm, rule)
                },
                answers.layers,
            ),
        )
        for rule in answers.rules
        for arm in answers.arms
    )


def _placed(tests: dict[str, Effect], places: Sequence[str]) -> tuple[Effect | None, ...]:
    return tuple(tests.get(place) for place in places)


def _bars(answers: Answers, one_seed: str = "There are no tests either.") -> str:
    """Explain bars and stars; ``one_seed`` explains the stars of a single seed."""
    return (
        f"Bars: 95 % intervals over seeds. A star: adjusted p < {SIGNIFICANT}."
        if any(len(seeds) > 1 for seeds in answers.seeds.values())
        else f"One seed, so no intervals. {one_seed}"
    )
