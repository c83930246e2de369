"""Numbers in the words of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from feedback_atlas.server.core.text import number, p_value
from feedback_atlas.server.results.answers import SIGNIFICANT, Effect

_SMALL = 0.05
ARM_PHRASES = {
    "shared": "With shared initial weights",
    "independent": "With independent initial weights",
}


def interval(test: Effect, digits: int = 2) -> str:
    """A test's interval in brackets, or nothing."""
    if test.low is None or test.high is None:
        return ""
    return f" [{number(test.low, digits)}, {number(test.high, digits)}]"


def out_of_reach(tests: Iterable[Effect]) -> float | None:
    """The least adjusted p that these tests can reach, where it is too large to be significant.

    Holm multiplies the smallest of m p-values by m.
    """
    least = [test.smallest_p for test in tests if test.p is not None]
    known = [p for p in least if p is not None]
    if not known or len(known) < len(least):
        return None
    reached = min(1.0, min(known) * len(known))
    return reached if reached >= SIGNIFICANT else None


def value(test: Effect, *, absolute: bool = False) -> str:
    """An estimate with its interval; ``absolute`` turns both where it is below 0."""
    if absolute and (test.estimate or 0.0) < 0:
        low, high = (None if end is None else -end for end in (test.high, test.low))
        test = replace(test, estimate=-(test.estimate or 0.0), low=low, high=high)
    # Small numbers need one more digit to be more than 0.
    largest = max(abs(one) for one in (test.estimate or 0.0, test.low or 0.0, test.high or 0.0))
    digits = 2 if largest >= _SMALL else 3
    return f"{number(test.estimate or 0.0, digits)}{interval(test, digits)}"


def adjusted(test: Effect) -> str:
    """A test's adjusted p, or that there is none."""
    return "no test" if test.p_adjusted is None else p_value(test.p_adjusted)


def with_p(test: Effect) -> str:
    """An estimate with its interval and adjusted p."""
    return f"{value(test)}, {adjusted(test)}"
