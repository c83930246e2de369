"""Similarities of simulated runs, of which the truth is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis import Run

Array = NDArray[np.float64]


def paired_runs(n_seeds: int, *rules: str) -> list[Run]:
    """Return trained runs of bp and the rules, seed by seed from the same initial weights."""
    return [Run(rule, seed) for rule in ("bp", *rules) for seed in range(n_seeds)]


def similarities(
    runs: list[Run], rng: np.random.Generator, *, effect: float = 0.0, size: int = 24
) -> Array:
    """Return cosines of vectors: common part + initial weights' part + own part + the rule's part.

    ``effect`` is how far runs other than bp lie from it, each in a direction of its own, so that
    they are no closer to each other.
    """
    common = rng.normal(size=size)
    initial = {weights: rng.normal(size=size) for weights in {run.initial_weights for run in runs}}
    vectors = np.stack(
        [
            run.trained * common
            + initial[run.initial_weights]
            + run.trained * 0.5 * rng.normal(size=size)
            + (effect if run.rule != "bp" and run.trained else 0.0) * rng.normal(size=size)
            for run in runs
        ]
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    matrix: Array = vectors @ vectors.T
    return matrix
