"""Correlation over training of similarity with the angle between a rule's errors and BP's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.dissimilarity import centred_ranks
from feedback_atlas.analysis.statistics.paired import PairedTest, paired_test

LEAST_EPOCHS = 5
_LEAST_POINTS = 3


@dataclass(frozen=True, slots=True)
class Tracking:
    """Rank correlations of similarity with angle over epochs, in each seed and over seeds.

    ``levels``: of the values themselves, which a trend that both have over training makes; ``
    changes``: of what changes from one epoch to the next, which it does not. In both, the mean
    over seeds stands in ``difference``; it is tested against 0.
    """

    n_epochs: int
    """In which both are known, in the seed that has fewest."""
    levels: PairedTest
    changes: PairedTest


def tracking(similarity: Mapping[int, FloatArray], angle: Mapping[int, FloatArray]) -> Tracking:
    """Correlate similarity with angle over epochs within each seed, then test over seeds.

    Args:
        similarity: (n_epochs,) by seed, of a rule with backpropagation in one layer.
        angle: (n_epochs,) by seed, in degrees, at the same epochs; NaN where not measured.

    Returns:
        Mean Spearman correlations with 95 % intervals and two-sided p of Student's t over seeds;
        or the reason why there are none.

    Source: a summary statistic of each subject, tested over subjects: Holmes & Friston (1998).
    """
    seeds = sorted(similarity.keys() & angle.keys())
    pairs = {seed: np.stack([similarity[seed], angle[seed]]).astype(np.float64) for seed in seeds}
    steps = {seed: np.diff(pair) for seed, pair in pairs.items()}
    n_epochs = _fewest(pairs)
    if n_epochs < LEAST_EPOCHS:
        few = f"needs at least {LEAST_EPOCHS} epochs; there are {n_epochs}"
        if any(pair.shape[1] > n_epochs for pair in pairs.values()):
            few = (
                f"needs at least {LEAST_EPOCHS} epochs with a measured angle; there are "
                f"{n_epochs}. Measure it at least once per epoch"
            )
        nothing = PairedTest(len(seeds), reason=few)
        return Tracking(n_epochs, nothing, nothing)
    changes = (
        _over_seeds({seed: spearman(*pair) for seed, pair in steps.items()})
        if _fewest(steps) >= _LEAST_POINTS
        else PairedTest(len(seeds), reason="the angle was measured in too few consecutive epochs")
    )
    return Tracking(
        n_epochs, _over_seeds({seed: spearman(*pair) for seed, pair in pairs.items()}), changes
    )


def _fewest(pairs: Mapping[int, FloatArray]) -> int:
    """Count the columns of (2, n) in which both are finite, in the seed that has fewest."""
    return min((int(np.isfinite(pair).all(axis=0).sum()) for pair in pairs.values()), default=0)


def spearman(x: FloatArray, y: FloatArray) -> float | None:
    """Return the rank correlation of two series, ties by average; None where one is constant.

    x, y: (n,). Points at which either is not finite are left out; None with fewer than three.
    Source: Spearman (1904), as Pearson's correlation of average ranks.
    """
    defined = np.isfinite(x) & np.isfinite(y)
    if defined.sum() < _LEAST_POINTS:
        return None
    ranks = centred_ranks(np.stack([x[defined], y[defined]]).astype(np.float64))
    scale = float(np.sqrt((ranks[0] @ ranks[0]) * (ranks[1] @ ranks[1])))
    return None if scale == 0.0 else float(ranks[0] @ ranks[1]) / scale


def _over_seeds(correlations: Mapping[int, float | None]) -> PairedTest:
    defined = {seed: value for seed, value in correlations.items() if value is not None}
    if not defined:
        return PairedTest(0, reason="the similarity or the angle does not vary over epochs")
    found = paired_test(defined, dict.fromkeys(defined, 0.0))
    if found.p is None and len(defined) > 1:
        same = f"all {len(defined)} seeds have the same correlation"
        return PairedTest(len(defined), found.difference, reason=same)
    if found.low is None or found.high is None:
        return found
    return replace(found, low=max(found.low, -1.0), high=min(found.high, 1.0))
