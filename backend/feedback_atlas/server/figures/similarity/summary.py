"""Summaries that several figures share: mean similarities, counts and image subsets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.catalog import RULES, SIMILARITIES
from feedback_atlas.server.figures.base.text import epoch_phrase
from feedback_atlas.server.results.types import LayerSimilarity

NOTHING = "No finished run to compare yet"


def rules_of(similarity: LayerSimilarity) -> list[str]:
    """Return the rules that have runs here, in the catalog's order."""
    return RULES.in_order(run.rule for run in similarity.runs)


def seeds_of(similarity: LayerSimilarity, rule: str) -> list[int]:
    """Return the indices of a rule's runs, by seed."""
    found = [i for i, run in enumerate(similarity.runs) if run.rule == rule]
    return sorted(found, key=lambda i: similarity.runs[i].seed)


def defined_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average over the first axis the values that are defined; NaN where none is."""
    count = np.isfinite(values).sum(axis=0)
    total = np.where(np.isfinite(values), values, 0.0).sum(axis=0)
    mean: NDArray[np.float64] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def rule_mean(similarity: LayerSimilarity, rule: str) -> NDArray[np.float64]:
    """Average a rule's similarities over its seeds, (n_layers, n_layers)."""
    return defined_mean(similarity.values[seeds_of(similarity, rule)])


def images_used(similarity: LayerSimilarity, run: int) -> int:
    """Return how many images a run was compared on."""
    return similarity.used[run] if similarity.used else similarity.n_images


def count_range(counts: Sequence[int]) -> str:
    """Write counts as one number, or the lowest and highest: 183, or 170–183."""
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def described(similarity: LayerSimilarity) -> str:
    """Say in one phrase which measure, images and epoch the similarities are of."""
    name = SIMILARITIES[similarity.estimator].name
    return f"{name}, {_images(similarity)}, {epoch_phrase(similarity.epoch)}"


def seed_count(similarity: LayerSimilarity) -> str:
    """Say how many seeds a rule has, for captions."""
    counts = {len(seeds_of(similarity, rule)) for rule in rules_of(similarity)}
    if counts <= {1}:
        return "One seed per rule."
    low, high = min(counts), max(counts)
    return f"Mean of {low if low == high else f'{low} to {high}'} seeds per rule."


def short_number(value: float) -> str:
    """Write a similarity with two decimals and no leading zero: .94, −.03, 1.00."""
    text = f"{abs(value):.2f}"
    sign = "−" if value < 0 and text != "0.00" else ""
    return sign + (text[1:] if text.startswith("0") else text)


def _images(similarity: LayerSimilarity) -> str:
    kind = "probe" if similarity.images == "probe" else "validation and test"
    whole = f"{similarity.n_images:,} {kind} images"
    if similarity.subset == "all" or not similarity.used:
        return whole
    reference = RULES[similarity.reference].name
    which = {
        "both_correct": "that both networks classify correctly",
        "bp_correct_method_wrong": f"that {reference} classifies correctly and the rule does not",
        "one_class": f"of class {similarity.class_name}",
    }[similarity.subset]
    return f"the {count_range(similarity.used)} of {whole} {which}"
