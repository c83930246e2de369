"""Does the order of rules hold for every measure? In words."""

from __future__ import annotations

from feedback_atlas.server.answers.sentences.answer import Answer, few_seeds
from feedback_atlas.server.answers.sentences.wording import (
    ARM_PHRASES,
    adjusted,
    value,
)
from feedback_atlas.server.answers.tables import in_order
from feedback_atlas.server.catalog import RULES, SIMILARITIES
from feedback_atlas.server.core.text import counted, listed
from feedback_atlas.server.results.answers import MEASURES, OVERALL, Answers


def order_answer(answers: Answers) -> Answer:
    """Return the question with its verdicts, limits and headline."""
    question = "Does the order of rules hold for every measure?"
    verdicts, limits = [], []
    names = {measure: SIMILARITIES[measure].name for measure in MEASURES}
    for row in answers.orders:
        if row.layer != OVERALL:
            continue
        if not row.orders or row.test.estimate is None:
            limits.append(
                f"{ARM_PHRASES[row.arm]}, there is no order to compare: {row.test.reason}."
            )
            continue
        # Also of a single seed: this describes, without a test.
        orders = dict.fromkeys(row.orders.values())
        said = (
            f"all three measures give the means the same order: {in_order(next(iter(orders)))}"
            if len(orders) == 1
            else "the measures give the means different orders: "
            + "; ".join(f"{in_order(order)} by {names[name]}" for name, order in row.orders.items())
        )
        of = counted(row.test.n_seeds, "seed")
        agree = f"They give the same order in {row.n_same} of {of}, Kendall’s W {value(row.test)}"
        if row.test.p_adjusted is not None:
            agree += (
                f", more than expected of unrelated measures ({adjusted(row.test)})"
                if row.test.significant
                else f", not significantly above chance ({adjusted(row.test)})"
            )
        verdicts.append(f"{ARM_PHRASES[row.arm]}, {said}. {agree}.")
        own = [pair for pair in answers.pairs if pair.arm == row.arm]
        held = [pair for pair in own if pair.test.significant]
        rest = [pair for pair in own if not pair.test.significant]
        if held:
            each = listed(f"{RULES[p.above].name} above {RULES[p.below].name}" for p in held)
            verdicts.append(f"Significant by every measure: {each}.")
        if rest:
            each = listed(f"{RULES[p.above].name} with {RULES[p.below].name}" for p in rest)
            verdicts.append(f"Not significant by every measure: the order of {each}.")
        if row.test.reason is not None:
            limits.append(f"Kendall’s W: {row.test.reason}.")
    if verdicts:
        limits.append(
            "Orders use means over layers; the table lists every layer. The order of two "
            "rules counts as shown only if every measure shows it."
        )
    limits += few_seeds(answers, "pairs of rules are not tested")
    headline = _headline(answers)
    return Answer("order", question, headline, tuple(verdicts), tuple(dict.fromkeys(limits)))


def _headline(answers: Answers) -> str:
    said = [
        f"{row.n_same} of {counted(row.test.n_seeds, 'seed')} with {row.arm} initialisation"
        for row in answers.orders
        if row.layer == OVERALL and row.orders
    ]
    if not said:
        return ""
    held = sum(pair.test.significant for pair in answers.pairs)
    return (
        f"All measures give the same order in {listed(said)}. Pairs of rules whose order "
        f"is significant by every measure: {held} of {len(answers.pairs)}."
    )
