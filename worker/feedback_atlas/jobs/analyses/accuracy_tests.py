"""Tests over seeds of rules' test accuracy against the reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from feedback_atlas.analysis import paired_tests
from feedback_atlas.jobs.representations import Representations
from feedback_atlas.server.results.types import AccuracyTest, AccuracyTests


def compute(
    inputs: dict[str, Any], representations: Representations, check: Callable[[], None]
) -> AccuracyTests:
    """Test whether each rule reaches another accuracy than the reference."""
    values: dict[str, dict[int, float]] = defaultdict(dict)
    for rule, seed, accuracy in inputs["accuracies"]:
        values[rule][seed] = accuracy
    found = paired_tests(values, inputs["reference"])
    return AccuracyTests(
        inputs["reference"],
        tuple(AccuracyTest(rule=rule, **asdict(test)) for rule, test in found.items()),
    )
