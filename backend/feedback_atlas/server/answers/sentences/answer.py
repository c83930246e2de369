"""A question with its answer in words, and its limits."""

from __future__ import annotations

from dataclasses import dataclass

from feedback_atlas.server.results.answers import Answers

LEAST_SEEDS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its ``verdicts``, and what the numbers cannot say (``limits``).

    ``headline`` is the answer in one sentence, or empty.
    """

    name: str
    question: str
    headline: str
    verdicts: tuple[str, ...]
    limits: tuple[str, ...]


def few_seeds(answers: Answers, consequence: str) -> list[str]:
    """Say what is missing in an arm with one seed, or too few for an interval."""
    counts = {arm: len(of) for arm, of in answers.seeds.items()}
    fewest = min(counts.values())
    few = [arm for arm, count in counts.items() if count == fewest]
    where = f" with {few[0]} initialisation" if len(few) < len(counts) else ""
    if fewest < 2:
        return [f"One seed{where}: {consequence}. Launch at least {LEAST_SEEDS}."]
    if fewest < LEAST_SEEDS:
        return [f"Two seeds{where}: some intervals need at least {LEAST_SEEDS}."]
    return []
