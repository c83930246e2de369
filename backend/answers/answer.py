"""A question with its answer in words, and what is missing of it."""

from __future__ import annotations

from dataclasses import dataclass

from backend.answers.data import Answers

LEAST_SEEDS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what the numbers say: ``verdicts``, and what they cannot (``limits``).

    ``headline`` is the answer in one sentence; empty where there is none.
    """

    id: str
    question: str
    headline: str
    verdicts: tuple[str, ...]
    limits: tuple[str, ...]


def few_seeds(answers: Answers, so: str) -> list[str]:
    """What is missing where an arm has a single seed, or too few for an interval."""
    fewest = min(len(of) for of in answers.seeds.values())
    if fewest < 2:
        return [f"One seed: {so}. Launch {LEAST_SEEDS} or more."]
    if fewest < LEAST_SEEDS:
        return [f"Two seeds: some intervals need {LEAST_SEEDS} or more."]
    return []
