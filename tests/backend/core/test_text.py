"""Lists, counts, numbers and p-values as sentences write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.core.text import counted, listed, number, p_value, ranges, seed_ranges


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["", "b"], " and b"),
    ],
)
def test_parts_are_listed(parts: list[str], text: str) -> None:
    assert listed(parts) == text
    assert listed(part for part in parts) == text


def test_the_last_of_several_choices_comes_after_or() -> None:
    assert listed(["0.001", "0.01", "0.1"], "or") == "0.001, 0.01 or 0.1"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 seeds"), (1, "1 seed"), (2, "2 seeds"), (1797, "1,797 seeds")]
)
def test_a_noun_agrees_with_its_count(count: int, text: str) -> None:
    assert counted(count, "seed") == text


def test_a_noun_may_have_a_plural_of_its_own() -> None:
    assert counted(1, "accuracy", "accuracies") == "1 accuracy"
    assert counted(3, "accuracy", "accuracies") == "3 accuracies"


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([3], "seed 3"),
        ([0, 1], "seeds 0 and 1"),
        ([0, 1, 2, 3, 7], "seeds 0–3 and 7"),
        ([1, 2, 5, 6, 7], "seeds 1, 2 and 5–7"),
    ],
)
def test_seeds_that_follow_each_other_are_a_range(numbers: list[int], text: str) -> None:
    assert seed_ranges(numbers) == text


@given(st.sets(st.integers(0, 60), min_size=1))
def test_ranges_name_every_number_once(numbers: set[int]) -> None:
    found: list[int] = []
    for part in ranges(sorted(numbers)).replace(" and ", ", ").split(", "):
        first, _, last = part.partition("–")
        found += range(int(first), int(last or first) + 1)
    assert found == sorted(numbers)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1797, 0, "1,797"),
        (-1234567.891, 1, "−1,234,567.9"),
        (999.5, 1, "999.5"),
        (-0.125, 2, "−0.12"),
        (-0.001, 2, "0.00"),
        (-0.0, 0, "0"),
        (100.0, 0, "100"),
    ],
)
def test_numbers_are_grouped_and_have_a_true_minus(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_a_number_reads_back_as_it_was_rounded(value: float, digits: int) -> None:
    text = number(value, digits)
    assert float(text.replace("−", "-").replace(",", "")) == float(f"{value:.{digits}f}")
    assert not (text.startswith("−") and float(text[1:].replace(",", "")) == 0)


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0004, "p < 0.001"), (0.001, "p = 0.001"), (0.0321, "p = 0.032"), (0.2, "p = 0.20"),
     (1.0, "p = 1.00")],
)  # fmt: skip
def test_p_values(p: float, text: str) -> None:
    assert p_value(p) == text
