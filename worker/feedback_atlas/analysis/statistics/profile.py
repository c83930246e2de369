"""Everything that a profile of similarities over layers shows, as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics.estimates import Estimate, estimate
from feedback_atlas.analysis.statistics.images import ImageResampling
from feedback_atlas.analysis.statistics.permutation import PermutationTest, holm, permutation_test
from feedback_atlas.analysis.statistics.resampling import CONFIDENCE, resample_counts
from feedback_atlas.analysis.statistics.runs import (
    BACKPROPAGATION,
    Run,
    RunPairs,
    ceiling_pairs,
    check_runs,
    floor_pairs,
    rule_pairs,
)

_SYMMETRY = 1e-8


@dataclass(frozen=True, slots=True)
class RuleStatistics:
    """A rule against backpropagation in one layer.

    ``shared``: pairs from the same initial weights; ``independent``: from different ones.
    ``test``: is the latter below the ceiling?
    """

    rule: str
    shared: Estimate
    independent: Estimate
    test: PermutationTest


@dataclass(frozen=True, slots=True)
class LayerStatistics:
    """One layer: the reference band, and every rule.

    ``ceiling``: backpropagation against backpropagation of another seed. ``floor_shared`` and
    ``floor_independent``: against untrained networks, its own initial weights or others.
    """

    layer: str
    ceiling: Estimate
    floor_shared: Estimate
    floor_independent: Estimate
    rules: tuple[RuleStatistics, ...]


@dataclass(frozen=True, slots=True)
class SimilarityProfile:
    """A profile over layers; ``dataclasses.asdict`` of it goes into JSON as it is."""

    layers: tuple[LayerStatistics, ...]
    n_resamples: int
    confidence: float


def layer_statistics(
    similarity: Mapping[str, FloatArray],
    runs: Sequence[Run],
    generator: np.random.Generator,
    n_resamples: int = 1000,
    images: ImageResampling | None = None,
) -> SimilarityProfile:
    """Compute the statistics of a profile of similarities over layers, seeds as subjects.

    Args:
        similarity: for each layer, in order, the similarities of all runs, (n_runs, n_runs),
            symmetric, NaN where undefined. For a pair of layers, the mean of the matrix and its
            transpose.
        runs: what each row is.
        generator: the only source of randomness.
        n_resamples: bootstrap resamples, of seeds and of images.
        images: what gives the similarities on resampled images; without it there are no
            intervals over images. One draw of images serves all layers.

    Returns:
        Means, intervals, reference band and tests, with the reason for whatever is absent.

    Raises:
        ValueError: if there is no run of backpropagation, the runs are ambiguous, or a matrix is
            not symmetric or not of the runs' size.
    """
    check_runs(runs)
    rules = list(dict.fromkeys(run.rule for run in runs if run.trained))
    if BACKPROPAGATION not in rules:
        raise ValueError("statistics compare with backpropagation: add a trained run of bp")
    rules.remove(BACKPROPAGATION)
    for layer, matrix in similarity.items():
        _check_matrix(layer, matrix, len(runs))
    weights = None
    if images is not None:
        weights = resample_counts(generator, images.n_images(), n_resamples)

    kinds = [
        ceiling_pairs(runs),
        floor_pairs(runs, shared=True),
        floor_pairs(runs, shared=False),
        *(rule_pairs(runs, rule, shared=shared) for rule in rules for shared in (True, False)),
    ]
    layers = []
    for layer, matrix in similarity.items():
        resampled = _on_images(layer, matrix, kinds, images, weights)
        estimates = [
            estimate(
                matrix,
                pairs,
                generator,
                n_resamples,
                on_images=on_images,
                n_images=0 if weights is None else weights.shape[1],
            )
            for pairs, on_images in zip(kinds, resampled, strict=True)
        ]
        tests = [permutation_test(matrix, runs, rule, generator) for rule in rules]
        found = tuple(
            RuleStatistics(rule, estimates[3 + 2 * at], estimates[4 + 2 * at], test)
            for at, (rule, test) in enumerate(zip(rules, tests, strict=True))
        )
        layers.append(LayerStatistics(layer, estimates[0], estimates[1], estimates[2], found))
    return SimilarityProfile(_adjusted(layers, len(rules)), n_resamples, CONFIDENCE)


def _check_matrix(layer: str, matrix: FloatArray, n_runs: int) -> None:
    if matrix.shape != (n_runs, n_runs):
        raise ValueError(f"{layer}: {n_runs} runs need ({n_runs}, {n_runs}), not {matrix.shape}")
    if not np.allclose(matrix, matrix.T, rtol=0.0, atol=_SYMMETRY, equal_nan=True):
        raise ValueError(f"{layer}: the similarity of run i with j is not that of j with i")


def _on_images(
    layer: str,
    matrix: FloatArray,
    kinds: Sequence[RunPairs],
    images: ImageResampling | None,
    weights: FloatArray | None,
) -> list[FloatArray | None]:
    """Return similarities on resampled images of every kind's pairs, each computed once."""
    if images is None or weights is None:
        return [None] * len(kinds)
    wanted = dict.fromkeys(
        (min(pair), max(pair))
        for pairs in kinds
        for pair in pairs.positions
        if np.isfinite(matrix[pair])
    )
    column = {pair: at for at, pair in enumerate(wanted)}
    drawn = np.full((len(weights), len(wanted) + 1), np.nan)  # the last one: undefined pairs
    if wanted:
        drawn[:, :-1] = images.similarities(layer, list(wanted), weights)
    return [
        drawn[:, [column.get((min(pair), max(pair)), -1) for pair in pairs.positions]]
        for pairs in kinds
    ]


def _adjusted(layers: Sequence[LayerStatistics], n_rules: int) -> tuple[LayerStatistics, ...]:
    """Adjust every rule's p over the layers that have one."""
    tests = [[found.test for found in layer.rules] for layer in layers]
    for rule in range(n_rules):
        adjusted = holm([of_layer[rule].p for of_layer in tests])
        n_tested = len(adjusted) - adjusted.count(None)
        for of_layer, p in zip(tests, adjusted, strict=True):
            if p is not None:
                test = of_layer[rule]
                smallest = min(1.0, (test.smallest_p or 1.0) * n_tested)
                of_layer[rule] = replace(test, p_adjusted=p, smallest_p_adjusted=smallest)
    return tuple(
        replace(
            layer,
            rules=tuple(
                replace(found, test=test) for found, test in zip(layer.rules, own, strict=True)
            ),
        )
        for layer, own in zip(layers, tests, strict=True)
    )
