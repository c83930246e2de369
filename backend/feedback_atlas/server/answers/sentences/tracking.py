"""Does similarity track the global angle over training? In words."""

from __future__ import annotations

from collections.abc import Sequence

from feedback_atlas.server.answers.sentences.answer import Answer, few_seeds
from feedback_atlas.server.answers.sentences.wording import ARM_PHRASES, value, with_p
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.text import listed
from feedback_atlas.server.results.answers import Answers, Tracking


def tracking_answer(answers: Answers) -> Answer:
    """Return the question with its verdicts, limits and headline."""
    question = "Does similarity track the global angle over training?"
    verdicts, limits = [], []
    for arm in answers.arms:
        for rule in answers.rules:
            own = [row for row in answers.tracking if (row.arm, row.rule) == (arm, rule)]
            tested = [row for row in own if row.levels.p is not None]
            if not tested:
                continue
            found = [row for row in tested if row.levels.significant]
            name = RULES[rule].name
            if not found:
                verdicts.append(
                    f"{ARM_PHRASES[arm]}, no significant correlation of {name}’s "
                    f"similarity with its angle ({listed(row.layer for row in tested)} "
                    "tested)."
                )
                continue
            verdicts.append(
                f"{ARM_PHRASES[arm]}, {name}’s similarity "
                + "; ".join(_followed(row) for row in found)
                + _from_epoch_to_epoch(found)
            )
    tests = [row.levels for row in answers.tracking]
    if verdicts:
        limits.append(
            "A trend shared by both over training is enough to correlate their values; "
            "only correlated changes from epoch to epoch speak against that. Neither shows "
            "causation."
        )
        limits.append(
            "The test assumes that correlations are normal over seeds; with few seeds it "
            "has little power."
        )
        same = [row for row in answers.tracking if row.levels.p is None and row.levels.estimate]
        if same:
            each = listed(
                f"{RULES[row.rule].name} in {row.layer} ({row.arm}: {value(row.levels)}, "
                f"{row.levels.reason})"
                for row in same
            )
            limits.append(f"Without a test: {each}.")
        constant = sorted(
            {
                row.layer
                for row in answers.tracking
                if row.levels.reason is not None and "does not vary" in row.levels.reason
            },
            key=answers.layers.index,
        )
        if constant:
            limits.append(
                f"In {listed(constant)}, similarity or angle does not vary, so there is "
                "nothing to correlate."
            )
    reasons = list(dict.fromkeys(test.reason for test in tests if test.reason and test.p is None))
    if not verdicts:
        limits += [f"No test: {reason}." for reason in reasons]
    limits += few_seeds(answers, "there is no test")
    headline = _headline(answers)
    return Answer("tracking", question, headline, tuple(verdicts), tuple(dict.fromkeys(limits)))


def _followed(row: Tracking) -> str:
    way = "rises as the angle falls" if (row.levels.estimate or 0.0) < 0 else "rises with the angle"
    return f"{way} in {row.layer} (mean rank correlation {with_p(row.levels)})"


def _from_epoch_to_epoch(found: Sequence[Tracking]) -> str:
    also = [row for row in found if row.changes.significant]
    if also:
        each = listed(f"{row.layer} ({with_p(row.changes)})" for row in also)
        return f"; their changes from epoch to epoch also correlate in {each}."
    return "; no significant correlation of their changes from epoch to epoch."


def _headline(answers: Answers) -> str:
    tested = [row for row in answers.tracking if row.levels.p is not None]
    if not tested:
        return ""
    levels = sum(row.levels.significant for row in tested)
    changes = sum(row.changes.significant for row in tested)
    return (
        f"The correlation over training is significant for {levels} of {len(tested)} pairs "
        f"of rule and layer; that of changes from epoch to epoch, for {changes}."
    )
