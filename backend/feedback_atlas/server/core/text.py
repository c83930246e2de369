"""The one way to write lists, counts, numbers and p-values in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Join parts as a sentence lists them: "a", "a and b", "a, b and c"; "" without parts."""
    every = list(parts)
    return f"{', '.join(every[:-1])} {last} {every[-1]}" if len(every) > 1 else "".join(every)


def counted(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: "1 seed", "1,797 images"; ``many`` for an irregular plural."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def grouped(numbers: Sequence[int], dash: str) -> list[str]:
    """Write whole numbers, three or more consecutive ones as a range: "0–3", "7"."""
    groups: list[list[int]] = []
    for value in numbers:
        if groups and value == groups[-1][-1] + 1:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [
        part
        for group in groups
        for part in ([f"{group[0]}{dash}{group[-1]}"] if len(group) > 2 else map(str, group))
    ]


def ranges(numbers: Sequence[int]) -> str:
    """List whole numbers, three or more consecutive ones as a range: "0–3 and 7"."""
    return listed(grouped(numbers, "–"))


def seed_ranges(seeds: Sequence[int]) -> str:
    """Name seeds: "seed 3", "seeds 0–9"."""
    return f"{'seed' if len(seeds) == 1 else 'seeds'} {ranges(seeds)}"


def number(value: float, digits: int = 2) -> str:
    """Write a number with this many decimals, a true minus and grouped thousands: "−1,797.50"."""
    text = f"{abs(value):,.{digits}f}"
    return f"−{text}" if value < 0 and text.strip("0.") else text


def p_value(p: float) -> str:
    """Write a p-value: "p = 0.27", "p = 0.012", "p < 0.001"."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"
