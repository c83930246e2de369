"""rsatoolbox's bootstrap of model evaluations, for all resamples at once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics._noise_ceiling import (
    membership,
    pooled_ceilings,
    rsatoolbox_ceiling,
)
from feedback_atlas.analysis.statistics.resampling import resample_counts
from feedback_atlas.analysis.statistics.rsa import (
    WEIGHTED,
    check_comparator,
    resampled_comparisons,
    resampled_rdms,
    square_rdms,
)


@dataclass(frozen=True, slots=True)
class Resamples:
    """Counts of each subject, (N, n_subjects), and image, (N, n_images), in each resample."""

    subjects: FloatArray
    images: FloatArray


@dataclass(frozen=True, slots=True)
class RsaBootstrap:
    """Results of ``rsatoolbox.inference.eval_bootstrap``.

    ``evaluations`` (N, n_models) is the mean similarity of each model with the RDMs,
    ``noise_ceilings`` (2, N) the lower and upper bound in the same resample; NaN for a resample
    of fewer than 3 different images. ``variances`` (n_models + 2, n_models + 2) are the
    covariances of models, lower and upper bound over resamples.
    """

    evaluations: FloatArray
    noise_ceilings: FloatArray
    variances: FloatArray


def draw_resamples(
    generator: np.random.Generator,
    n_resamples: int,
    *,
    n_subjects: int,
    n_images: int,
    over: str = "both",
) -> Resamples:
    """Draw bootstrap resamples of subjects, images, or both.

    Args:
        generator: the only source of randomness.
        n_resamples: N.
        n_subjects: independent subjects (seeds).
        n_images: images of the probe.
        over: "subjects", "images" or "both".

    Returns:
        The resamples; what is not resampled is in each of them once.

    Raises:
        ValueError: if ``over`` is none of these.
    """
    if over not in ("subjects", "images", "both"):
        raise ValueError(f"resample over subjects, images or both, not {over!r}")
    subjects = np.ones((n_resamples, n_subjects))
    images = np.ones((n_resamples, n_images))
    if over != "images":
        subjects = resample_counts(generator, n_subjects, n_resamples)
    if over != "subjects":
        images = resample_counts(generator, n_images, n_resamples)
    return Resamples(subjects, images)


def rsa_bootstrap(
    models: FloatArray,
    rdms: FloatArray,
    resamples: Resamples,
    comparator: str = "corr",
    subjects: Sequence[Hashable] | None = None,
) -> RsaBootstrap:
    """Evaluate fixed models against subjects' RDMs on every resample.

    Args:
        models: (n_models, n_pairs) predicted RDMs, condensed.
        rdms: (n_rdms, n_pairs) RDMs of the subjects.
        resamples: see ``draw_resamples``; ``subjects`` in the order in which they first appear.
        comparator: "corr" and "cosine" take a few matrix products; others go through rsatoolbox.
        subjects: whom each RDM belongs to (a seed); every RDM has its own by default.

    Returns:
        The same numbers as ``rsatoolbox.inference.eval_bootstrap`` on the same resamples.

    Raises:
        ValueError: if a dissimilarity is undefined, an RDM does not vary, sizes differ, or the
            comparator cannot be resampled.

    Source: Schutt et al. (2023); rsatoolbox 0.3.2, ``inference/evaluate.py``.
    """
    members = membership(len(rdms), subjects)
    expected = (len(members), resamples.images.shape[1] * (resamples.images.shape[1] - 1) // 2)
    if resamples.subjects.shape[1] != expected[0] or {models.shape[1], rdms.shape[1]} != {
        expected[1]
    }:
        raise ValueError(
            f"{resamples.subjects.shape[1]} subjects and {resamples.images.shape[1]} images were "
            f"resampled, but there are RDMs of {expected[0]} subjects and of "
            f"{rdms.shape[1]} and {models.shape[1]} pairs of images"
        )
    stacked = np.concatenate([models, rdms])
    if not np.isfinite(stacked).all():
        raise ValueError("an RDM has an undefined dissimilarity: leave that image out of all RDMs")
    check_comparator(comparator, resamples.images.shape[1])
    squares = square_rdms(stacked)
    if comparator in WEIGHTED:
        evaluations, ceilings = _at_once(squares, len(models), resamples, members, comparator)
    else:
        evaluations, ceilings = _one_by_one(squares, len(models), resamples, members, comparator)
    found = np.column_stack([evaluations, ceilings.T])
    defined = np.isfinite(evaluations[:, 0])
    return RsaBootstrap(evaluations, ceilings, np.cov(found[defined].T))


def _at_once(
    squares: FloatArray,
    n_models: int,
    resamples: Resamples,
    members: NDArray[np.bool_],
    comparator: str,
) -> tuple[FloatArray, FloatArray]:
    n_rdms, n_resamples = len(squares) - n_models, len(resamples.images)
    among = list(combinations_with_replacement(range(n_models, len(squares)), 2))
    crossed = list(product(range(n_models), range(n_models, len(squares))))
    found = resampled_comparisons(squares, among + crossed, resamples.images, comparator)
    rows, columns = np.array(among).T - n_models
    similarity = np.empty((n_resamples, n_rdms, n_rdms))
    similarity[:, rows, columns] = similarity[:, columns, rows] = found[:, : len(among)]
    counts = resamples.subjects @ members
    by_model = found[:, len(among) :].reshape(n_resamples, n_models, n_rdms)
    evaluations = np.einsum("bmr,br->bm", by_model, counts) / counts.sum(axis=1, keepdims=True)
    return evaluations, pooled_ceilings(similarity, resamples.subjects, members)


def _one_by_one(
    squares: FloatArray,
    n_models: int,
    resamples: Resamples,
    members: NDArray[np.bool_],
    comparator: str,
) -> tuple[FloatArray, FloatArray]:
    from rsatoolbox.rdm.compare import compare

    evaluations = np.full((len(resamples.images), n_models), np.nan)
    ceilings = np.full((2, len(resamples.images)), np.nan)
    labels = np.argmax(members, axis=0)
    for row, images in enumerate(resamples.images):
        if np.count_nonzero(images) < 3:
            continue
        drawn = np.repeat(np.arange(len(labels)), (resamples.subjects[row] @ members).astype(int))
        models = resampled_rdms(squares[:n_models], images)
        rdms = resampled_rdms(squares[n_models + drawn], images)
        evaluations[row] = compare(models, rdms, comparator).mean(axis=1)
        ceilings[:, row] = rsatoolbox_ceiling(rdms, labels[drawn], comparator)
    return evaluations, ceilings
