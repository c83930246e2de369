"""Is a rule as close to BP as BP is to itself? In words."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log2

from feedback_atlas.server.answers.sentences.answer import Answer, few_seeds
from feedback_atlas.server.answers.sentences.wording import (
    ARM_PHRASES,
    adjusted,
    out_of_reach,
    value,
)
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.text import counted, listed, number
from feedback_atlas.server.results.answers import SIGNIFICANT, Answers, Closeness


def closeness_answer(answers: Answers) -> Answer:
    """Return the question with its verdicts, limits and headline."""
    question = "Is a rule as close to BP as BP is to itself?"
    rows = answers.closeness
    verdicts = []
    for arm in answers.arms:
        if len(answers.seeds[arm]) < 2:
            continue
        for rule in answers.rules:
            own = [row for row in rows if (row.arm, row.rule) == (arm, rule)]
            below = [row for row in own if row.test.significant]
            rest = [row for row in own if not row.test.significant and row.test.high is not None]
            said = []
            if below:
                each = listed(
                    f"{row.layer} (by {value(row.test)}, {adjusted(row.test)})" for row in below
                )
                said.append(
                    f"{RULES[rule].name} is significantly less similar to BP than BP is to "
                    f"itself in {each}"
                )
            if rest:
                said.append(_not_shown(RULES[rule].name, rest, others=bool(below)))
            if said:
                verdicts.append(f"{ARM_PHRASES[arm]}, {'; '.join(said)}.")
    tests = [row.test for row in rows]
    limits = few_seeds(answers, "BP cannot be compared with itself")
    if out_of_reach(tests) is not None:
        limits.append(_too_few(answers))
    if verdicts:
        limits.append(
            "A non-significant difference is not evidence of no difference; the interval "
            "shows how large it may be."
        )
    return Answer("closeness", question, _headline(answers), tuple(verdicts), tuple(limits))


def _not_shown(name: str, rows: Sequence[Closeness], *, others: bool) -> str:
    """Describe the layers in which no difference is significant."""
    widest = max(rows, key=lambda row: row.test.high or 0.0)
    values = sorted(row.test.estimate or 0.0 for row in rows)
    span = " to ".join(dict.fromkeys(number(one) for one in (values[0], values[-1])))
    where = f"in {listed(row.layer for row in rows)}" if others else "in any layer"
    above = [row.layer for row in rows if (row.test.low or 0.0) > 0]
    unadjusted = (
        f", though the unadjusted interval of {listed(above)} lies above 0" if above else ""
    )
    return (
        f"{'' if others else f'{name}: '}no significant difference {where}{unadjusted}: "
        f"the estimates are {span}, and the intervals allow similarity to be lower by up "
        f"to {number(widest.test.high or 0.0)} ({widest.layer})"
    )


def _headline(answers: Answers) -> str:
    counts = []
    for rule in answers.rules:
        own = [row.test for row in answers.closeness if row.rule == rule and row.test.p is not None]
        if own:
            found = sum(test.significant for test in own)
            counts.append(f"{RULES[rule].name} in {found} of {len(own)}")
    reach = out_of_reach(row.test for row in answers.closeness)
    if counts and reach is not None:
        return _too_few(answers)
    over = "layers" if len(answers.arms) == 1 else "layers of both arms"
    return (
        f"Significantly less similar to BP than BP is to itself: {listed(counts)} {over}."
        if counts
        else ""
    )


def _too_few(answers: Answers) -> str:
    """Say that nothing can be significant with so few seeds, and how many it takes."""
    tests = [row.test for row in answers.closeness if row.test.p is not None]
    needed = ceil(log2(len(tests) / SIGNIFICANT) + 1e-9)
    most = max(len(of) for of in answers.seeds.values())
    return (
        f"With {counted(most, 'seed')} nothing can reach significance after correction for "
        f"{len(tests)} tests; run at least {needed}."
    )
