"""Findings of a comparison in sentences that claim no more than its numbers show, and caveats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean

import numpy as np

from feedback_atlas.server.analyses.kinds import SIMILARITY
from feedback_atlas.server.catalog import DATASETS, RULES, SIMILARITIES
from feedback_atlas.server.catalog.published import DATASET
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.core.text import counted, listed, number
from feedback_atlas.server.results.types import AccuracyRow, LayerSimilarity

_CLOSE_POINTS = 2.0


def findings(numbers: ComparisonNumbers, reference: str) -> list[str]:
    """Return the findings, one sentence each."""
    sentences = _accuracy_sentences(numbers.accuracy, reference)
    similarity = numbers.of(SIMILARITY)
    if similarity is not None:
        sentences.extend(_similarity_sentences(similarity))
    return sentences


def caveats(
    numbers: ComparisonNumbers,
    *,
    unpaired: int,
    excluded: Mapping[str, int],
    dataset: str,
    initialisations: Collection[str] = ("shared",),
) -> list[str]:
    """Return what the numbers cannot show, and why.

    ``initialisations`` are those of all compared runs.
    """
    seeds = {row.run.seed for row in numbers.accuracy}
    sentences = []
    if len(seeds) == 1:
        sentences.append(
            "With one seed there is no interval, so small differences may be chance. "
            "Launch several seeds to see the spread."
        )
    else:
        sentences.append(f"Means over {len(seeds)} seeds; dots and thin lines are single seeds.")
    similarity = numbers.of(SIMILARITY)
    if similarity is not None:
        sentences.append(_initial_weights(initialisations))
        measure = SIMILARITIES[similarity.estimator]
        sentences.append(f"{measure.name}: {measure.caveat[0].lower()}{measure.caveat[1:]}")
        undefined = len(similarity.reasons)
        if undefined:
            are = counted(undefined, "similarity is", "similarities are")
            sentences.append(f"{are} undefined; hover over a marked cell for the reason.")
    if numbers.matrices != "ours" and dataset != DATASET:
        sentences.append(
            f"The paper's similarities are for {DATASETS[DATASET].name}; these networks "
            f"were trained on {DATASETS[dataset].name}."
        )
    if unpaired:
        sentences.append(
            f"{counted(unpaired, 'run has', 'runs have')} no completed reference run of "
            "the same seed and cannot be included in the similarities."
        )
    if excluded:
        states = ", ".join(f"{count:,} {state}" for state, count in sorted(excluded.items()))
        sentences.append(f"Runs not compared: {states}.")
    return sentences


def _initial_weights(initialisations: Collection[str]) -> str:
    if "shared" not in initialisations:
        return (
            "Every run started from independent initial weights; runs of one seed share their "
            "batches."
        )
    some = "Some runs" if "independent" in initialisations else "Runs"
    return (
        f"{some} of one seed share their initial weights, which by itself may raise "
        "similarity, most of all in the first layer."
    )


def _accuracy_sentences(rows: Sequence[AccuracyRow], reference: str) -> list[str]:
    by_rule: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.test_accuracy is not None:
            by_rule[row.run.rule].append(100 * row.test_accuracy)
    means = {rule: fmean(values) for rule, values in by_rule.items()}
    if reference not in means:
        return []
    own = means.pop(reference)
    name = RULES[reference].name
    if not means:
        return [f"{name} reaches {own:.1f} % test accuracy."]
    close = [rule for rule, mean in means.items() if abs(own - mean) <= _CLOSE_POINTS]
    ahead = [rule for rule, mean in means.items() if mean - own > _CLOSE_POINTS]
    behind = sorted(
        (rule for rule, mean in means.items() if own - mean > _CLOSE_POINTS),
        key=lambda rule: means[rule],
        reverse=True,
    )
    sentences = []
    if close:
        widest = max(abs(own - means[rule]) for rule in close)
        sentences.append(
            f"{listed(RULES[rule].name for rule in close)} {_end(close)} within "
            f"{max(widest, 0.1):.1f} points of {name}'s {own:.1f} % test accuracy."
        )
    for verb, group in (("ahead of", ahead), ("behind", behind)):
        if group:
            gaps = listed(
                f"{RULES[rule].name} ends {number(abs(own - means[rule]), 1)}" for rule in group
            )
            sentences.append(f"{gaps} points {verb} {name}'s {own:.1f} %.")
    return sentences


def _similarity_sentences(data: LayerSimilarity) -> list[str]:
    by_rule: dict[str, list[np.ndarray]] = defaultdict(list)
    for run, matrix in zip(data.runs, data.values, strict=True):
        by_rule[run.rule].append(np.diagonal(matrix))
    means = {rule: np.mean(diagonals, axis=0) for rule, diagonals in by_rule.items()}
    defined = {rule: mean for rule, mean in means.items() if np.isfinite(mean).all()}
    if not defined:
        return []
    closest = max(defined, key=lambda rule: float(defined[rule].mean()))
    furthest = min(defined, key=lambda rule: float(defined[rule].mean()))
    reference = RULES[data.reference].name
    layers = ", ".join(
        f"{layer} {value:.2f}" for layer, value in zip(data.layers, defined[closest], strict=True)
    )
    if len(means) == 1:
        return [f"{RULES[closest].name}'s similarity to {reference}, layer by layer: {layers}."]
    sentences = [
        f"{RULES[closest].name} is the most similar to {reference}, layer by layer: {layers}."
    ]
    if furthest != closest:
        lowest = defined[furthest]
        sentences.append(
            f"{RULES[furthest].name} is the least similar, {lowest.mean():.2f} on average over "
            f"layers ({RULES[closest].name}: {defined[closest].mean():.2f})."
        )
    return sentences


def _end(rules: Sequence[str]) -> str:
    return "ends" if len(rules) == 1 else "end"
