"""Seeds as people write them: `0-9`, `0, 3, 5-8`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from feedback_atlas.server.core.text import grouped

MOST = 1000
_EXAMPLES = "Write seeds as 0-9 or as 0, 3, 5-8."
_SEEDS = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?", re.ASCII)


def parse_seeds(text: str) -> list[int]:
    """Return every seed once, in the order written. Raises ValueError with a sentence."""
    words = [word for word in re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text)) if word]
    if not words:
        raise ValueError(f"No seed given; enter at least one. {_EXAMPLES}")
    seeds: dict[int, None] = {}
    for word in words:
        match = _SEEDS.fullmatch(word)
        if match is None:
            raise ValueError(f"{word[:40]!a} is not a seed. {_EXAMPLES}")
        first = int(match[1])
        last = first if match[2] is None else int(match[2])
        if last < first:
            raise ValueError(f"{word!a} is in descending order. Write the smaller seed first.")
        # Before they are made: a few characters can name a billion.
        if last - first >= MOST or len(seeds) > MOST:
            raise ValueError(f"{word!a} makes more than {MOST} seeds. Write a shorter range.")
        seeds.update(dict.fromkeys(range(first, last + 1)))
    return list(seeds)


def format_seeds(seeds: Sequence[int]) -> str:
    """Write seeds the short way: three or more that follow each other become a range."""
    return ", ".join(grouped(seeds, "-"))
