"""Numbers as the sentences of an answer write them."""

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
    """Write a test's interval in brackets; "" without one."""
    if test.low is None or test.high is None:
        return ""
    return f" [{number(test.low, digits)}, {number(test.high, digits)}]"


def out_of_reach(tests: Iterable[Effect]) -> float | None:
    """Return the smallest adjusted p that these tests can reach, if it is not significant.

    Holm multiplies the smallest of m p-values by m.
    """
    least = [test.smallest_p for test in tests if test.p is not None]
    known = [p for p in least if p is not None]
    if not known or len(known) < len(least):
        return None
    reached = min(1.0, min(known) * len(known))
    return reached if reached >= SIGNIFICANT else None


def value(test: Effect, *, absolute: bool = False) -> str:
    """Write an estimate with its interval; ``absolute`` drops the sign of both."""
    if absolute and (test.estimate or 0.0) < 0:
        low, high = (None if end is None else -end for end in (test.high, test.low))
        test = replace(test, estimate=-(test.estimate or 0.0), low=low, high=high)
    # Small numbers need one more digit, or they round to 0.
    largest = max(abs(one) for one in (test.estimate or 0.0, test.low or 0.0, test.high or 0.0))
    digits = 2 if largest >= _SMALL else 3
    return f"{number(test.estimate or 0.0, digits)}{interval(test, digits)}"


def adjusted(test: Effect) -> str:
    """Write a test's adjusted p; "no test" without one."""
    return "no test" if test.p_adjusted is None else p_value(test.p_adjusted)


def with_p(test: Effect) -> str:
    """Write an estimate with its interval and adjusted p."""
    return f"{value(test)}, {adjusted(test)}"
