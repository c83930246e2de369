"""Verdicts claim what their tests show, and say what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.answers.figures import draw
from feedback_atlas.server.answers.sentences import answers_in_words
from feedback_atlas.server.answers.sentences.answer import Answer
from feedback_atlas.server.answers.sentences.wording import out_of_reach
from feedback_atlas.server.core.text import number, p_value
from feedback_atlas.server.results.answers import Answers, Effect
from tests.backend.answers.examples import a_test, answers


def said(data: Answers) -> dict[str, Answer]:
    return {answer.name: answer for answer in answers_in_words(data)}


def without_p(data: Answers) -> Answers:
    """Return the same numbers, none of them significant."""

    def dull(test: Effect) -> Effect:
        return test if test.p is None else replace(test, p=0.4, p_adjusted=1.0)

    return replace(
        data,
        **{
            name: tuple(
                replace(
                    row,
                    **{
                        each: dull(getattr(row, each))
                        for each in ("test", "levels", "changes")
                        if hasattr(row, each)
                    },
                )
                for row in getattr(data, name)
            )
            for name in (
                "closeness", "seed_effects", "arms_effects", "tracking", "orders", "pairs",
            )
        },
    )  # fmt: skip


def test_verdicts_are_made_of_their_numbers() -> None:
    found = said(answers())
    close = " ".join(found["closeness"].verdicts)
    assert (
        "With shared initial weights, FA Dense is significantly less similar to BP than BP is to "
        "itself in conv1 (by 0.30 [0.20, 0.40], p = 0.002) and fc1 (by 0.30 [0.20, 0.40], "
        "p = 0.002)."
    ) in close
    assert (
        "uSF SN: no significant difference in any layer: the estimates are 0.01, and the intervals "
        "allow similarity to be lower by up to 0.11 (conv1)"
    ) in close
    assert found["closeness"].headline == (
        "Significantly less similar to BP than BP is to itself: uSF SN in 0 of 4 and FA Dense in "
        "4 of 4 layers of both arms."
    )
    assert found["initialisation"].verdicts[0] == (
        "The similarity of uSF SN’s conv1 to BP’s is 0.99 with shared and 0.61 with independent "
        "initial weights: shared initial weights add 0.38 [0.28, 0.48], "
        "p < 0.001."
    )
    assert "weights is 0.38; significant for 2 of 2 rules." in found["initialisation"].headline
    tracked = " ".join(found["tracking"].verdicts)
    assert (
        "uSF SN’s similarity rises as the angle falls in conv1 (mean rank correlation "
        "−0.80 [−0.90, −0.70], p = 0.010); no significant correlation of their changes "
        "from epoch to epoch."
    ) in tracked
    assert any("A trend shared by both" in limit for limit in found["tracking"].limits)
    order = " ".join(found["order"].verdicts)
    assert "all three measures give the means the same order: uSF SN > FA Dense." in order
    assert "They give the same order in 9 of 10 seeds, Kendall’s W 0.90 [0.80, 1.00]" in order
    assert "Significant by every measure: uSF SN above FA Dense." in order


def test_nothing_is_claimed_where_nothing_is_significant() -> None:
    words = " ".join(
        sentence
        for answer in said(without_p(answers())).values()
        for sentence in (answer.headline, *answer.verdicts)
    )
    for claim in (
        "is significantly less similar to BP",
        "weights add",
        "rises",
        "Significant by every measure",
        "more than expected of unrelated measures",
    ):
        assert claim not in words, claim
    assert "which is not significant" in words
    assert "in 0 of" in words


def test_one_arm_says_that_the_other_is_missing() -> None:
    data = answers()
    one = replace(
        data, arms=("shared",), seeds={"shared": tuple(range(10))}, arms_effects=(),
        **{name: tuple(row for row in getattr(data, name) if row.arm == "shared")
           for name in ("closeness", "seed_effects", "tracking", "orders", "pairs")},
    )  # fmt: skip
    found = said(one)["initialisation"]
    assert found.limits[0].startswith("There is no arm of independent initialisation")
    assert found.headline == ""
    assert "sharing initial weights and batches adds 0.30" in found.verdicts[0]
    assert any("cannot be separated" in limit for limit in found.limits)


def test_one_seed_answers_nothing() -> None:
    def none(test: Effect) -> Effect:
        return Effect(1, reason="needs at least two seeds")

    data = answers()
    nothing: dict[str, Any] = {
        name: tuple(
            replace(
                row,
                **{
                    each: none(getattr(row, each))
                    for each in ("test", "levels", "changes")
                    if hasattr(row, each)
                },
            )
            for row in getattr(data, name)
        )
        for name in ("closeness", "seed_effects", "tracking", "orders")
    }
    one = replace(
        data, arms=("shared",), seeds={"shared": (0,)}, arms_effects=(), pairs=(), **nothing
    )
    for answer in said(one).values():
        assert answer.verdicts == () or answer.name == "initialisation"
        assert any(limit.startswith("One seed") for limit in answer.limits)


def test_the_arm_of_a_single_seed_is_named() -> None:
    uneven = replace(answers(), seeds={"shared": (0, 1, 2), "independent": (0,)})
    assert any(
        limit.startswith("One seed with independent initialisation: ")
        for limit in said(uneven)["closeness"].limits
    )


def test_too_few_seeds_claim_nothing_and_say_how_many_are_needed() -> None:
    test = a_test(0.3, 0.125, smallest_p=0.125, p_adjusted=1.0)
    three = dict.fromkeys(("shared", "independent"), (0, 1, 2))
    closeness = tuple(replace(row, test=test) for row in answers().closeness)
    few = replace(answers(), seeds=three, closeness=closeness)
    limits = said(few)["closeness"].limits
    needed = (
        "With 3 seeds nothing can reach significance after correction for 8 tests; run at least 8."
    )
    assert needed in limits
    assert said(few)["closeness"].headline == needed
    # The intervals are not adjusted, and exclude 0: that is said, and no more.
    assert (
        "no significant difference in any layer, though the unadjusted interval of conv1 and fc1 "
        "lies above 0: the estimates are 0.30"
    ) in said(few)["closeness"].verdicts[0]
    # 2^-8 times 8 tests is 0.031; of 7 seeds it is 0.0625.
    assert out_of_reach([a_test(p=0.5, smallest_p=2**-7)] * 8) == 0.0625
    assert out_of_reach([a_test(p=0.5, smallest_p=2**-8)] * 8) is None


def test_too_few_seeds_in_one_arm_are_told_of_the_initialisation_too() -> None:
    test = a_test(0.3, 1 / 6, smallest_p=1 / 6, p_adjusted=1.0)
    rows = tuple(replace(row, test=test) for row in answers().seed_effects if row.arm == "shared")
    few = replace(
        answers(), arms=("shared",), seeds={"shared": (0, 1, 2)}, arms_effects=(), seed_effects=rows
    )
    found = said(few)["initialisation"]
    assert (
        "With 3 seeds nothing can reach significance after correction for 4 tests." in found.limits
    )


def test_seeds_that_agree_exactly_have_no_test_and_are_named() -> None:
    same = Effect(3, -1.0, reason="all 3 seeds have the same correlation")
    first, *rest = answers().tracking
    data = replace(answers(), tracking=(replace(first, levels=same), *rest))
    assert (
        "Without a test: uSF SN in conv1 (shared: −1.00, all 3 seeds have the same correlation)."
    ) in said(data)["tracking"].limits


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.0004, "p < 0.001"), (0.0321, "p = 0.032"), (0.2, "p = 0.20"), (1.0, "p = 1.00")],
)
def test_p_is_written(p: float, words: str) -> None:
    assert p_value(p) == words


@given(st.floats(-2, 2))
def test_numbers_have_a_true_minus_and_no_negative_zero(value: float) -> None:
    text = number(value)
    assert "-" not in text
    assert text != "−0.00"
    assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.0051)


def test_an_arm_without_an_order_says_why() -> None:
    why = "fewer than two rules besides BP"
    orders = tuple(
        replace(row, orders={}, test=Effect(0, reason=why)) if row.arm == "independent" else row
        for row in answers().orders
    )
    found = said(replace(answers(), orders=orders))["order"]
    assert found.limits[0] == (
        f"With independent initial weights, there is no order to compare: {why}."
    )
    assert "uSF SN > FA Dense" in found.verdicts[0]


def test_stars_of_a_single_seed_are_explained() -> None:
    one = replace(answers(), arms=("shared",), seeds={"shared": (0,)})
    assert (
        "no intervals. A star: adjusted p < 0.05 in this seed alone." in draw("order", one).caption
    )
    assert "no intervals. There are no tests either." in draw("closeness", one).caption
