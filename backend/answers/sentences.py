"""Verdicts in sentences that say no more than their tests do."""

from __future__ import annotations

from backend.answers.answer import Answer
from backend.answers.closeness_words import closeness_answer
from backend.answers.data import Answers
from backend.answers.initialisation_words import initialisation_answer
from backend.answers.order_words import order_answer
from backend.answers.tracking_words import tracking_answer


def answers_in_words(answers: Answers) -> list[Answer]:
    """The four questions, in order, each with its verdict."""
    return [
        closeness_answer(answers),
        initialisation_answer(answers),
        tracking_answer(answers),
        order_answer(answers),
    ]
