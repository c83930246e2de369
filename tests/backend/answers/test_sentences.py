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
from feedback_atlas.server.results.answers import Answers, Effect, answers_from, pack_answers
from tests.backend.answers.examples import a_test, answers


def said(data: Answers) -> dict[str, Answer]:
    return {answer.id: answer for answer in answers_in_words(data)}


def without_p(data: Answers) -> Answers:
    """The same numbers, of which none is significant."""

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
        "With shared initial weights, FA Dense is less similar to BP than BP is to itself in "
        "conv1 (by 0.30 [0.20, 0.40], p = 0.002) and fc1 (by 0.30 [0.20, 0.40], p = 0.002)."
    ) in close
    assert (
        "uSF SN: no difference is shown in any layer: it is 0.01, and the intervals allow up to "
        "0.11 less similarity (conv1)"
    ) in close
    assert found["closeness"].headline == (
        "Shown to be less similar to BP than BP is to itself: uSF SN in 0 of 4 and FA Dense in 4 "
        "of 4 layers of both arms."
    )
    assert found["initialisation"].verdicts[0] == (
        "conv1 of uSF SN has a similarity of 0.99 with BP’s where both began with the same "
        "weights, and of 0.61 where they did not: shared initial weights add 0.38 [0.28, 0.48], "
        "p < 0.001."
    )
    assert (
        "own is 0.38; it is shown to differ from 0 for 2 of 2." in found["initialisation"].headline
    )
    tracked = " ".join(found["tracking"].verdicts)
    assert (
        "uSF SN’s similarity rises as the angle falls in conv1 (mean rank correlation −0.80 "
        "[−0.90, −0.70], p = 0.010); that their changes from epoch to epoch correlate is not shown."
    ) in tracked
    assert any("A trend that both have" in limit for limit in found["tracking"].limits)
    order = " ".join(found["order"].verdicts)
    assert "all three measures order the means alike: uSF SN > FA Dense." in order
    assert "They give one order in 9 of 10 seeds, Kendall’s W 0.90 [0.80, 1.00]" in order
    assert "By every measure, and significantly: uSF SN above FA Dense." in order


def test_nothing_is_claimed_where_nothing_is_significant() -> None:
    words = " ".join(
        sentence
        for answer in said(without_p(answers())).values()
        for sentence in (answer.headline, *answer.verdicts)
    )
    for claim in (
        "is less similar to BP",
        "weights add",
        "rises",
        "and significantly",
        "more than measures",
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
    assert any("cannot be told apart" in limit for limit in found.limits)


def test_one_seed_answers_nothing() -> None:
    def none(test: Effect) -> Effect:
        return Effect(1, reason="it needs two seeds or more")

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
        assert answer.verdicts == () or answer.id == "initialisation"
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
        "Nothing is claimed: 3 seeds cannot be significant over 8 tests, whatever the data; it "
        "takes 8."
    )
    assert needed in limits
    assert said(few)["closeness"].headline == needed
    # The intervals are not adjusted, and exclude 0: that is said, and no more.
    assert (
        "no difference is shown in any layer, though the unadjusted interval of conv1 and fc1 lies "
        "above 0: it is 0.30"
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
    assert "3 seeds cannot be significant over 4 tests, whatever the data." in found.limits


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


def test_answers_go_into_a_file_and_come_back() -> None:
    data = answers()
    assert answers_from(pack_answers(data, {"epoch": "best"})) == data


def test_an_arm_without_an_order_says_why() -> None:
    why = "fewer than two rules besides BP"
    orders = tuple(
        replace(row, orders={}, test=Effect(0, reason=why)) if row.arm == "independent" else row
        for row in answers().orders
    )
    found = said(replace(answers(), orders=orders))["order"]
    assert found.limits[0] == (
        f"With initial weights of each rule’s own there is no order to compare: {why}."
    )
    assert "uSF SN > FA Dense" in found.verdicts[0]


def test_stars_of_a_single_seed_are_explained() -> None:
    one = replace(answers(), arms=("shared",), seeds={"shared": (0,)})
    assert (
        "no intervals. A star: adjusted p < 0.05 in this seed alone." in draw("order", one).caption
    )
    assert "no intervals. Nor are there tests." in draw("closeness", one).caption
