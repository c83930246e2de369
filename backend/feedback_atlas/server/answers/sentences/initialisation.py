"""The shared initialisation's part in the similarity, in words."""

from __future__ import annotations

from feedback_atlas.server.answers.sentences.answer import Answer, few_seeds
from feedback_atlas.server.answers.sentences.wording import (
    adjusted,
    out_of_reach,
    value,
    with_p,
)
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.core.text import counted, listed, number
from feedback_atlas.server.results.answers import Answers, Effect


def initialisation_answer(answers: Answers) -> Answer:
    """Return the question with its verdicts, limits and headline."""
    question = "How much of the similarity is the shared initialisation?"
    first = answers.layers[0]
    verdicts, limits = [], []
    for rule in answers.rules:
        own = [row for row in answers.arms_effects if row.rule == rule]
        for row in own:
            if row.layer != first or row.shared is None or row.independent is None:
                continue
            verdicts.append(
                f"The similarity of {RULES[rule].name}’s {first} to BP’s is "
                f"{number(row.shared)} with shared and {number(row.independent)} with "
                f"independent initial weights: {_adds(row.test)}."
            )
        deeper = [row for row in own if row.layer != first and row.test.significant]
        if deeper:
            each = listed(f"{row.layer} ({with_p(row.test)})" for row in deeper)
            verdicts.append(
                f"For {RULES[rule].name}, shared initial weights also make a significant "
                f"difference in {each}."
            )
    if not answers.arms_effects:
        missing = "independent" if answers.arms == ("shared",) else "shared"
        limits.append(
            f"There is no arm of {missing} initialisation, so the effect of initial "
            "weights alone cannot be estimated. Launch the other arm with the same seeds."
        )
        for arm in answers.arms:
            verdicts += _of_one_arm(answers, arm, first)
        if any(row.test.p is not None for row in answers.seed_effects):
            limits.append(
                "Runs of one seed also share their batches; within one arm the two effects "
                "cannot be separated."
            )
        if out_of_reach(row.test for row in answers.seed_effects) is not None:
            most = max(len(of) for of in answers.seeds.values())
            tested = sum(row.test.p is not None for row in answers.seed_effects)
            limits.append(
                f"With {counted(most, 'seed')} nothing can reach significance after "
                f"correction for {tested} tests."
            )
    elif any(row.test.p is not None for row in answers.arms_effects):
        limits.append(
            "The test assumes that differences between seeds are normal; with few seeds it "
            "has little power."
        )
    limits += few_seeds(answers, "there is no test")
    headline = _headline(answers)
    return Answer(
        "initialisation", question, headline, tuple(verdicts), tuple(dict.fromkeys(limits))
    )


def _of_one_arm(answers: Answers, arm: str, layer: str) -> list[str]:
    said = []
    what = "initial weights and batches" if arm == "shared" else "batches"
    for row in answers.seed_effects:
        if (row.arm, row.layer) != (arm, layer) or row.same is None or row.other is None:
            continue
        shown = (
            f"sharing {what} adds {with_p(row.test)}"
            if row.test.significant
            else f"no significant effect of sharing {what} ({value(row.test)})"
        )
        said.append(
            f"The similarity of {RULES[row.rule].name}’s {layer} to BP’s is "
            f"{number(row.same)} for the same seed and {number(row.other)} for other "
            f"seeds: {shown}."
        )
    return said


def _adds(test: Effect) -> str:
    if test.p is None:
        return f"a difference of {value(test)}, without a test ({test.reason})"
    if test.significant:
        way = "add" if (test.estimate or 0.0) > 0 else "take away"
        return f"shared initial weights {way} {value(test, absolute=True)}, {adjusted(test)}"
    return f"a difference of {value(test)}, which is not significant ({adjusted(test)})"


def _headline(answers: Answers) -> str:
    first = answers.layers[0]
    own = [
        row.test
        for row in answers.arms_effects
        if row.layer == first and row.test.estimate is not None
    ]
    if not own:
        return ""
    values = sorted(test.estimate or 0.0 for test in own)
    span = " to ".join(dict.fromkeys(number(one) for one in (values[0], values[-1])))
    shown = sum(test.significant for test in own)
    tested = sum(test.p is not None for test in own)
    return (
        f"In {first}, similarity with shared minus independent initial weights is {span}; "
        + (f"significant for {shown} of {counted(tested, 'rule')}" if tested else "not tested")
        + "."
    )
