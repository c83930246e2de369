"""Is a rule as close to BP as BP is to itself? In words."""

from __future__ import annotations

from math import ceil, log2

from backend.answers.answer import Answer, few_seeds
from backend.answers.data import SIGNIFICANT, Answers
from backend.answers.wording import ARM_PHRASES, adjusted, joined, number, out_of_reach, value
from backend.catalog import RULES


def closeness_answer(answers: Answers) -> Answer:
    """The verdicts, what is missing, and the answer in one sentence."""
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
                each = joined(
                    f"{row.layer} (by {value(row.test)}, {adjusted(row.test)})" for row in below
                )
                said.append(
                    f"{RULES[rule].name} is less similar to BP than BP is to itself in {each}"
                )
            if rest:
                least = "no difference is shown" if below else "no difference is shown in any layer"
                where = f" in {joined(row.layer for row in rest)}" if below else ""
                widest = max(rest, key=lambda row: row.test.high or 0.0)
                said.append(
                    f"{'' if said else RULES[rule].name + ': '}{least}{where}; the intervals allow "
                    f"up to {number(widest.test.high or 0.0)} less ({widest.layer})"
                )
            if said:
                verdicts.append(f"{ARM_PHRASES[arm]}, {'; '.join(said)}.")
    tests = [row.test for row in rows]
    limits = few_seeds(answers, "BP cannot be compared with itself")
    reach = out_of_reach(tests)
    if reach is not None:
        count = sum(test.p is not None for test in tests)
        limits.append(
            f"So few seeds reach no adjusted p below {reach:.2g}, whatever the data: nothing is "
            f"claimed. {count} tests need {ceil(log2(count / SIGNIFICANT) + 1e-9)} seeds or more."
        )
    if verdicts:
        limits.append(
            "A difference that is not shown is not shown to be absent: the interval says how large "
            "it may be."
        )
    return Answer("closeness", question, _headline(answers), tuple(verdicts), tuple(limits))


def _headline(answers: Answers) -> str:
    counts = []
    for rule in answers.rules:
        own = [row.test for row in answers.closeness if row.rule == rule and row.test.p is not None]
        if own:
            found = sum(test.significant for test in own)
            counts.append(f"{RULES[rule].name} in {found} of {len(own)}")
    over = "layers" if len(answers.arms) == 1 else "layers of both arms"
    return (
        f"Shown to be less similar to BP than BP is to itself: {joined(counts)} {over}."
        if counts
        else ""
    )
