"""Agreement of our numbers with published ones: a verdict and one sentence of its reasons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback_atlas.server.core.text import counted, listed

# Differences of decimal fractions are not exact.
_ROUNDING = 1e-9


class Verdict(StrEnum):
    """Agreement of a panel of ours with the paper's."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Beside:
    """A number of ours beside the published one, and how far apart they still agree.

    ``ours`` is the mean over seeds, None where it is undefined.
    """

    what: str
    ours: float | None
    published: float
    tolerance: float

    @property
    def difference(self) -> float | None:
        """Ours minus the published one."""
        return None if self.ours is None else self.ours - self.published

    @property
    def agrees(self) -> bool:
        """True within the tolerance; an undefined number never agrees."""
        gap = self.difference
        return gap is not None and abs(gap) <= self.tolerance + _ROUNDING


@dataclass(frozen=True, slots=True)
class Subject:
    """Subject of numbers: their names, the unit of a difference, the meaning of agreeing."""

    one: str
    many: str
    unit: str
    digits: int
    tolerance: str

    def amount(self, difference: float) -> str:
        """Format a difference with its sign and unit."""
        size = f"{abs(difference):.{self.digits}f}"
        sign = "" if float(size) == 0 else "−" if difference < 0 else "+"
        return f"{sign}{size}{self.unit}"


def judge(
    numbers: Sequence[Beside], subject: Subject, obstacles: Sequence[str]
) -> tuple[Verdict, str]:
    """Return a verdict on numbers of ours, and one sentence of its reasons.

    ``obstacles`` say why they cannot be compared with the published ones; where there are some,
    the sentence still says how far apart they are.
    """
    defined = [one for one in numbers if one.difference is not None]
    if not defined:
        why = obstacles or (
            ["none of our runs has a value"] if numbers else ["our runs use other rules or layers"]
        )
        return Verdict.NOT_COMPARABLE, f"Cannot be compared: {listed(why)}."
    every = counted(len(numbers), subject.one, subject.many)
    furthest = max(defined, key=_gap)
    largest = (
        f"the largest difference is {subject.amount(furthest.difference or 0.0)}, {furthest.what}"
        if _gap(furthest) > _ROUNDING
        else "there is no difference"
    )
    if obstacles:
        return (
            Verdict.NOT_COMPARABLE,
            (
                f"Cannot be compared: {listed(obstacles)}; of {every} taken at face value, "
                f"{largest}."
            ),
        )
    missing = len(numbers) - len(defined)
    undefined = f", {missing} of ours being undefined" if missing else ""
    outside = [one for one in numbers if not one.agrees]
    if not outside:
        return (
            Verdict.AGREES,
            f"Agrees: all {every} are within {subject.tolerance} of the paper’s; {largest}.",
        )
    return (
        Verdict.DIFFERS,
        f"Differs: {len(outside)} of {every} "
        f"{'is' if len(outside) == 1 else 'are'} not within {subject.tolerance} of the "
        f"paper’s{undefined}; {largest}.",
    )


def _gap(one: Beside) -> float:
    return math.inf if one.difference is None else abs(one.difference)
