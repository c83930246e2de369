"""Paired test of a rule's accuracy against the reference's, seed by seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr, stdtrit

from feedback_atlas.analysis.statistics.permutation import holm
from feedback_atlas.analysis.statistics.resampling import CONFIDENCE

# Differences that spread by less, as a share of the values, are one difference up to rounding.
_RELATIVE_ZERO = 1e-12


@dataclass(frozen=True, slots=True)
class PairedTest:
    """A rule's mean minus the reference's over the ``n_pairs`` seeds that both have.

    ``low`` and ``high`` bound the difference's interval at ``CONFIDENCE``; ``p`` is two-sided,
    ``p_adjusted`` Holm's over all rules that were tested. What is absent has its ``reason``.
    """

    n_pairs: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    reason: str | None = None


def paired_test(rule: Mapping[int, float], reference: Mapping[int, float]) -> PairedTest:
    """Test whether the mean difference over seeds is 0, by Student's t of paired differences.

    The two runs of a seed share initial weights and batches, so that their difference is what the
    rule makes. An accuracy is a mean over thousands of images, and the differences of a handful of
    seeds can be taken as normal; exchanging signs, which assumes less, cannot reach p < 0.05 with
    fewer than six seeds.

    Args:
        rule: a value by seed.
        reference: the same of the reference.

    Returns:
        The difference, its interval and p; or the difference alone and the reason.

    Source: Student (1908), for paired differences.
    """
    shared = sorted(rule.keys() & reference.keys())
    if not shared:
        return PairedTest(0, reason="no seed has completed both")
    pairs = np.array([[rule[seed], reference[seed]] for seed in shared])
    differences = pairs[:, 0] - pairs[:, 1]
    n, mean = len(differences), float(differences.mean())
    if n == 1:
        return PairedTest(1, mean, reason="one seed only")
    deviation = float(differences.std(ddof=1))
    if deviation <= _RELATIVE_ZERO * float(np.abs(pairs).max()):
        return PairedTest(n, mean, reason=f"all {n} seeds have the same difference")
    error = deviation / np.sqrt(n)
    reach = float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2)) * error
    p = float(2.0 * stdtr(n - 1, -abs(mean / error)))
    return PairedTest(n, mean, mean - reach, mean + reach, p)


def paired_tests(
    values: Mapping[str, Mapping[int, float]], reference: str
) -> dict[str, PairedTest]:
    """Test every rule against the reference, and adjust p for how many were tested.

    Args:
        values: a value by seed, for each rule; the reference's may be absent.
        reference: its id.
    """
    own = values.get(reference, {})
    found = {rule: paired_test(of, own) for rule, of in values.items() if rule != reference}
    adjusted = holm([test.p for test in found.values()])
    return {
        rule: replace(test, p_adjusted=p)
        for (rule, test), p in zip(found.items(), adjusted, strict=True)
    }
