"""Answers in sentences that claim no more than their tests show."""

from __future__ import annotations

from feedback_atlas.server.answers.sentences.answer import Answer
from feedback_atlas.server.answers.sentences.closeness import closeness_answer
from feedback_atlas.server.answers.sentences.initialisation import initialisation_answer
from feedback_atlas.server.answers.sentences.ordering import order_answer
from feedback_atlas.server.answers.sentences.tracking import tracking_answer
from feedback_atlas.server.results.answers import Answers


def answers_in_words(answers: Answers) -> list[Answer]:
    """Return the four questions, in order, each with its verdicts."""
    return [
        closeness_answer(answers),
        initialisation_answer(answers),
        tracking_answer(answers),
        order_answer(answers),
    ]
