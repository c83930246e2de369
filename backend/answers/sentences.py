"""Verdicts in sentences that say no more than their tests do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2

from backend.answers.data import MEASURES, OVERALL, SIGNIFICANT, Answers, Effect, Tracking
from backend.answers.tables import in_order
from backend.answers.wording import (
    ARM_PHRASES,
    interval,
    joined,
    number,
    out_of_reach,
    probability,
    seeds,
)
from backend.catalog import RULES, SIMILARITIES

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


def answers_in_words(answers: Answers) -> list[Answer]:
    """The four questions, in order, each with its verdict."""
    return [_closeness(answers), _initialisation(answers), _tracking(answers), _order(answers)]


def _closeness(answers: Answers) -> Answer:
    question = "Is a rule as close to BP as BP is to itself?"
    rows = answers.closeness
    verdicts = []
    for arm in answers.arms:
        if len(answers.seeds[arm]) < 2:
            continue
        for rule in answers.rules:
            own = [row for row in rows if (row.arm, row.rule) == (arm, rule)]
            below = [row for row in own if row.test.significant]
            rest = [row for row in own if not row.test.significant and row.test.high is not None]
            said = []
            if below:
                each = joined(
                    f"{row.layer} (by {_value(row.test)}, {_p(row.test)})" for row in below
                )
                said.append(
                    f"{RULES[rule].name} is less similar to BP than BP is to itself in {each}"
                )
            if rest:
                least = "no difference is shown" if below else "no difference is shown in any layer"
                where = f" in {joined(row.layer for row in rest)}" if below else ""
                widest = max(rest, key=lambda row: row.test.high or 0.0)
                said.append(
                    f"{'' if said else RULES[rule].name + ': '}{least}{where}; the intervals allow "
                    f"up to {number(widest.test.high or 0.0)} less ({widest.layer})"
                )
            if said:
                verdicts.append(f"{ARM_PHRASES[arm]}, {'; '.join(said)}.")
    tests = [row.test for row in rows]
    limits = _few(answers, "BP cannot be compared with itself")
    reach = out_of_reach(tests)
    if reach is not None:
        count = sum(test.p is not None for test in tests)
        limits.append(
            f"So few seeds reach no adjusted p below {reach:.2g}, whatever the data: nothing is "
            f"claimed. {count} tests need {ceil(log2(count / SIGNIFICANT) + 1e-9)} seeds or more."
        )
    if verdicts:
        limits.append(
            "A difference that is not shown is not shown to be absent: the interval says how large "
            "it may be."
        )
    return Answer(
        "closeness", question, _closeness_headline(answers), tuple(verdicts), tuple(limits)
    )


def _initialisation(answers: Answers) -> Answer:
    question = "How much of the similarity is the shared initialisation?"
    first = answers.layers[0]
    verdicts, limits = [], []
    for rule in answers.rules:
        own = [row for row in answers.arms_effects if row.rule == rule]
        for row in own:
            if row.layer != first or row.shared is None or row.independent is None:
                continue
            verdicts.append(
                f"{first} of {RULES[rule].name} has a similarity of {number(row.shared)} with BP’s "
                f"where both began with the same weights, and of {number(row.independent)} where "
                f"they did not: {_adds(row.test)}."
            )
        deeper = [row for row in own if row.layer != first and row.test.significant]
        if deeper:
            each = joined(f"{row.layer} ({_value(row.test)}, {_p(row.test)})" for row in deeper)
            verdicts.append(f"In {RULES[rule].name} they make a difference also in {each}.")
    if not answers.arms_effects:
        missing = "independent" if answers.arms == ("shared",) else "shared"
        limits.append(
            f"There is no arm of {missing} initialisation: what initial weights alone add cannot "
            "be told. Launch the other arm, with the same seeds."
        )
        for arm in answers.arms:
            verdicts += _of_one_arm(answers, arm, first)
        if any(row.test.p is not None for row in answers.seed_effects):
            limits.append(
                "Runs of one seed share their batches too; within one arm the two cannot be told "
                "apart."
            )
    elif any(row.test.p is not None for row in answers.arms_effects):
        limits.append(
            "The test takes the differences of seeds as normal; with few seeds it has little power."
        )
    limits += _few(answers, "there is no test")
    headline = _initialisation_headline(answers)
    return Answer(
        "initialisation", question, headline, tuple(verdicts), tuple(dict.fromkeys(limits))
    )


def _of_one_arm(answers: Answers, arm: str, layer: str) -> list[str]:
    said = []
    what = "initial weights and batches" if arm == "shared" else "batches"
    for row in answers.seed_effects:
        if (row.arm, row.layer) != (arm, layer) or row.same is None or row.other is None:
            continue
        shown = (
            f"sharing {what} adds {_value(row.test)}, {_p(row.test)}"
            if row.test.significant
            else f"that sharing {what} adds to it is not shown ({_value(row.test)})"
        )
        said.append(
            f"{layer} of {RULES[row.rule].name} has a similarity of {number(row.same)} with BP’s "
            f"of the same seed and of {number(row.other)} with BP’s of other seeds: {shown}."
        )
    return said


def _adds(test: Effect) -> str:
    if test.p is None:
        return f"a difference of {_value(test)}, without a test ({test.reason})"
    if test.significant:
        way = "add" if (test.estimate or 0.0) > 0 else "take away"
        return f"shared initial weights {way} {_value(test, absolute=True)}, {_p(test)}"
    return f"a difference of {_value(test)}, which is not significant ({_p(test)})"


def _tracking(answers: Answers) -> Answer:
    question = "Does similarity track the global angle over training?"
    verdicts, limits = [], []
    for arm in answers.arms:
        for rule in answers.rules:
            own = [row for row in answers.tracking if (row.arm, row.rule) == (arm, rule)]
            tested = [row for row in own if row.levels.p is not None]
            if not tested:
                continue
            found = [row for row in tested if row.levels.significant]
            name = RULES[rule].name
            if not found:
                verdicts.append(
                    f"{ARM_PHRASES[arm]}, no correlation of {name}’s similarity with its angle is "
                    f"shown ({joined(row.layer for row in tested)} tested)."
                )
                continue
            verdicts.append(
                f"{ARM_PHRASES[arm]}, {name}’s similarity "
                + "; ".join(_followed(row) for row in found)
                + _from_epoch_to_epoch(found)
            )
    tests = [row.levels for row in answers.tracking]
    if verdicts:
        limits.append(
            "A trend that both have over training is enough for a correlation of their values; "
            "only changes from epoch to epoch that correlate speak against that. Neither shows a "
            "cause."
        )
        dull = sorted(
            {
                row.layer
                for row in answers.tracking
                if row.levels.reason is not None and "does not vary" in row.levels.reason
            },
            key=answers.layers.index,
        )
        if dull:
            limits.append(
                f"Not everywhere is there something to correlate: in {joined(dull)} similarity or "
                "angle does not vary."
            )
    reasons = list(dict.fromkeys(test.reason for test in tests if test.reason and test.p is None))
    if not verdicts:
        limits += [f"There is no test: {reason}." for reason in reasons]
    limits += _few(answers, "there is no test")
    headline = _tracking_headline(answers)
    return Answer("tracking", question, headline, tuple(verdicts), tuple(dict.fromkeys(limits)))


def _followed(row: Tracking) -> str:
    way = "rises as the angle falls" if (row.levels.estimate or 0.0) < 0 else "rises with the angle"
    return f"{way} in {row.layer} (mean rank correlation {_value(row.levels)}, {_p(row.levels)})"


def _from_epoch_to_epoch(found: Sequence[Tracking]) -> str:
    also = [row for row in found if row.changes.significant]
    if also:
        each = joined(f"{row.layer} ({_value(row.changes)}, {_p(row.changes)})" for row in also)
        return f"; so do their changes from epoch to epoch correlate in {each}."
    return "; that their changes from epoch to epoch correlate is not shown."


def _order(answers: Answers) -> Answer:
    question = "Does the order of rules hold for every measure?"
    verdicts, limits = [], []
    names = {measure: SIMILARITIES[measure].name for measure in MEASURES}
    for row in answers.orders:
        if row.layer != OVERALL or not row.orders or row.test.estimate is None:
            continue
        # A single seed's order is a description too.
        orders = dict.fromkeys(row.orders.values())
        said = (
            f"all three measures order the means alike: {in_order(next(iter(orders)))}"
            if len(orders) == 1
            else "the measures order the means differently: "
            + "; ".join(f"{in_order(order)} by {names[name]}" for name, order in row.orders.items())
        )
        agree = f"They give one order in {row.n_same} of {seeds(row.test.n_seeds)}, Kendall’s W "
        agree += f"{_value(row.test)}"
        if row.test.p_adjusted is not None:
            agree += (
                f", more than measures that have nothing in common ({_p(row.test)})"
                if row.test.significant
                else f", not shown to be more than chance ({_p(row.test)})"
            )
        verdicts.append(f"{ARM_PHRASES[row.arm]}, {said}. {agree}.")
        own = [pair for pair in answers.pairs if pair.arm == row.arm]
        held = [pair for pair in own if pair.test.significant]
        rest = [pair for pair in own if not pair.test.significant]
        if held:
            each = joined(f"{RULES[p.above].name} above {RULES[p.below].name}" for p in held)
            verdicts.append(f"By every measure, and significantly: {each}.")
        if rest:
            each = joined(f"{RULES[p.above].name} and {RULES[p.below].name}" for p in rest)
            verdicts.append(f"Not shown for every measure: the order of {each}.")
        if row.test.reason is not None:
            limits.append(f"Kendall’s W: {row.test.reason}.")
    if not verdicts:
        reasons = dict.fromkeys(row.test.reason for row in answers.orders if row.test.reason)
        limits += [f"There is no order to compare: {reason}." for reason in reasons]
    else:
        limits.append(
            "An order by the mean over layers; the table has every layer. The order of two rules "
            "is claimed where all measures show it at once."
        )
    limits += _few(answers, "pairs of rules are not tested")
    headline = _order_headline(answers)
    return Answer("order", question, headline, tuple(verdicts), tuple(dict.fromkeys(limits)))


def _closeness_headline(answers: Answers) -> str:
    counts = []
    for rule in answers.rules:
        own = [row.test for row in answers.closeness if row.rule == rule and row.test.p is not None]
        if own:
            found = sum(test.significant for test in own)
            counts.append(f"{RULES[rule].name} in {found} of {len(own)}")
    over = "layers" if len(answers.arms) == 1 else "layers of both arms"
    return (
        f"Shown to be less similar to BP than BP is to itself: {joined(counts)} {over}."
        if counts
        else ""
    )


def _initialisation_headline(answers: Answers) -> str:
    first = answers.layers[0]
    own = [
        row.test
        for row in answers.arms_effects
        if row.layer == first and row.test.estimate is not None
    ]
    if not own:
        return ""
    values = sorted(test.estimate or 0.0 for test in own)
    span = " to ".join(dict.fromkeys(number(value) for value in (values[0], values[-1])))
    shown = sum(test.significant for test in own)
    return (
        f"Shared initial weights make a difference of {span} to the similarity in {first}, "
        f"significant for {shown} of {len(own)} rules."
    )


def _tracking_headline(answers: Answers) -> str:
    tested = [row for row in answers.tracking if row.levels.p is not None]
    if not tested:
        return ""
    levels = sum(row.levels.significant for row in tested)
    changes = sum(row.changes.significant for row in tested)
    return (
        f"A correlation is shown in {levels} of {len(tested)} layers of rules, and of changes "
        f"from epoch to epoch in {changes}."
    )


def _order_headline(answers: Answers) -> str:
    said = [
        f"{row.n_same} of {seeds(row.test.n_seeds)} with {row.arm} initialisation"
        for row in answers.orders
        if row.layer == OVERALL and row.orders
    ]
    if not said:
        return ""
    held = sum(pair.test.significant for pair in answers.pairs)
    return (
        f"All measures give one order in {joined(said)}; {held} of {len(answers.pairs)} pairs of "
        "rules are shown in one order by every measure."
    )


def _few(answers: Answers, so: str) -> list[str]:
    """What is missing where an arm has a single seed, or too few for an interval."""
    fewest = min(len(of) for of in answers.seeds.values())
    if fewest < 2:
        return [f"One seed: {so}. Launch {LEAST_SEEDS} or more."]
    if fewest < LEAST_SEEDS:
        return [f"Two seeds: some intervals need {LEAST_SEEDS} or more."]
    return []


def _value(test: Effect, *, absolute: bool = False) -> str:
    estimate = test.estimate or 0.0
    if absolute and estimate < 0:
        turned = Effect(
            test.n_seeds,
            -estimate,
            None if test.high is None else -test.high,
            None if test.low is None else -test.low,
        )
        return f"{number(-estimate)}{interval(turned)}"
    return f"{number(estimate)}{interval(test)}"


def _p(test: Effect) -> str:
    return "no test" if test.p_adjusted is None else probability(test.p_adjusted)
