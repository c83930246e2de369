"""Whether rules reach another test accuracy than the reference, over seeds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from feedback_atlas.analysis import paired_tests
from feedback_atlas.server.results.codec import dump
from feedback_atlas.server.results.types import AccuracyTest, AccuracyTests


def accuracy_tests(inputs: dict[str, Any]) -> bytes:
    """Compute an `accuracy_tests` analysis: a file of `AccuracyTests`."""
    values: dict[str, dict[int, float]] = defaultdict(dict)
    for rule, seed, accuracy in inputs["accuracies"]:
        values[rule][seed] = accuracy
    found = paired_tests(values, inputs["reference"])
    data = AccuracyTests(
        inputs["reference"],
        tuple(AccuracyTest(rule=rule, **asdict(test)) for rule, test in found.items()),
    )
    return dump(data, inputs=inputs)
