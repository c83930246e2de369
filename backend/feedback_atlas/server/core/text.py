"""Words and numbers of sentences: lists, counts, numbers and p-values, each in one way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Join parts as a sentence lists them: "a", "a and b", "a, b and c"; "" without parts."""
    every = list(parts)
    return f"{', '.join(every[:-1])} {last} {every[-1]}" if len(every) > 1 else "".join(every)


def counted(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: "1 seed", "1,797 images"; ``many`` where an s is not enough."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def ranges(numbers: Sequence[int]) -> str:
    """List whole numbers, three and more that follow each other as one range: "0–3 and 7"."""
    groups: list[list[int]] = []
    for value in numbers:
        if groups and value == groups[-1][-1] + 1:
            groups[-1].append(value)
        else:
            groups.append([value])
    return listed(
        part
        for group in groups
        for part in ([f"{group[0]}–{group[-1]}"] if len(group) > 2 else map(str, group))
    )


def seed_ranges(seeds: Sequence[int]) -> str:
    """Name seeds: "seed 3", "seeds 0–9"."""
    return f"{'seed' if len(seeds) == 1 else 'seeds'} {ranges(seeds)}"


def number(value: float, digits: int = 2) -> str:
    """Write a number with so many decimals, a true minus and grouped thousands: "−1,797.50"."""
    text = f"{abs(value):,.{digits}f}"
    return f"−{text}" if value < 0 and text.strip("0.") else text


def p_value(p: float) -> str:
    """Write a p-value: "p = 0.27", "p = 0.012", "p < 0.001"."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"
