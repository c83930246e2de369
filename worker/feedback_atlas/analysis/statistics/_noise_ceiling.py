"""Noise ceiling: the fit of the best possible model to RDMs that differ between subjects."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import FloatArray
from feedback_atlas.analysis.statistics.rsa import WEIGHTED


@dataclass(frozen=True, slots=True)
class NoiseCeiling:
    """The range in which the true model's mean similarity to the subjects lies."""

    lower: float | None
    upper: float | None
    n_subjects: int
    reason: str | None = None


def noise_ceiling(
    rdms: FloatArray, comparator: str = "corr", subjects: Sequence[Hashable] | None = None
) -> NoiseCeiling:
    """Return the noise ceiling of RSA over subjects.

    Upper: the mean similarity of each subject's RDM with the pooled RDM of all. Lower: with the
    pooled RDM of the other subjects.

    Args:
        rdms: (n_rdms, n_images * (n_images - 1) / 2).
        comparator: a method of ``rsatoolbox.rdm.compare`` for which rsatoolbox can pool RDMs.
        subjects: whom each RDM belongs to (a seed); every RDM has its own by default.

    Returns:
        The two bounds, or None and the reason: one subject only, an undefined dissimilarity or a
        constant RDM.

    Source: Nili et al. (2014); identical to rsatoolbox 0.3.2, ``boot_noise_ceiling``.
    """
    members = membership(len(rdms), subjects)
    n_subjects = len(members)
    if n_subjects < 2:
        return NoiseCeiling(None, None, n_subjects, "one seed: a noise ceiling needs at least 2")
    if not np.isfinite(rdms).all():
        return NoiseCeiling(None, None, n_subjects, "an RDM has an undefined dissimilarity")
    if (rdms.max(axis=1) == rdms.min(axis=1)).any():
        return NoiseCeiling(None, None, n_subjects, "an RDM is constant")
    if comparator in WEIGHTED:
        vectors = rdms - rdms.mean(axis=1, keepdims=True) if comparator == "corr" else rdms
        vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        similarity = (vectors @ vectors.T)[None]
        ceilings = pooled_ceilings(similarity, np.ones((1, n_subjects)), members)
        lower, upper = ceilings[:, 0]
    else:
        from rsatoolbox.rdm.rdms import RDMs

        labels = np.argmax(members, axis=0)
        lower, upper = rsatoolbox_ceiling(RDMs(rdms), labels, comparator)  # type: ignore[no-untyped-call]
    return NoiseCeiling(float(lower), float(upper), n_subjects)


def membership(n_rdms: int, subjects: Sequence[Hashable] | None) -> NDArray[np.bool_]:
    """Return which RDM belongs to which subject, (n_subjects, n_rdms).

    Raises:
        ValueError: if there is not one subject for each RDM.
    """
    labels = list(range(n_rdms)) if subjects is None else list(subjects)
    if len(labels) != n_rdms:
        raise ValueError(f"{n_rdms} RDMs need as many subjects, not {len(labels)}")
    return np.array([[label == subject for label in labels] for subject in dict.fromkeys(labels)])


def pooled_ceilings(
    similarity: FloatArray, counts: FloatArray, members: NDArray[np.bool_]
) -> FloatArray:
    """Return noise ceilings from the RDMs' similarities alone, for ``corr`` and ``cosine``.

    With z_r the RDMs as unit vectors the pooled RDM is p = sum_r c_r z_r, and its similarity
    with z_r is (G c)_r / sqrt(c^T G c), where G_rs = z_r . z_s.

    Args:
        similarity: G, (n_resamples, n_rdms, n_rdms), ones on the diagonals.
        counts: how often each resample holds each subject, (n_resamples, n_subjects).
        members: see ``membership``.

    Returns:
        (2, n_resamples) lower and upper bound. Every subject in the resample counts once, and
        where it is the only one it is compared with itself, as in rsatoolbox.
    """
    pooled = counts @ members
    n_present = np.count_nonzero(counts, axis=1)

    def similarities(among: FloatArray, weights: FloatArray) -> FloatArray:
        projected = np.einsum("brs,bs->br", among, weights)
        norm = np.sqrt(np.einsum("br,br->b", projected, weights))
        similar: FloatArray = projected / norm[:, None]
        return similar

    upper = similarities(similarity, pooled)
    bounds = np.zeros((2, len(similarity)))
    for subject, mine in enumerate(members):
        present = counts[:, subject] > 0
        others = np.where(n_present[:, None] > 1, pooled * ~mine, pooled)[present]
        lower = similarities(similarity[present], others)
        bounds[0, present] += lower[:, mine].mean(axis=1)
        bounds[1, present] += upper[present][:, mine].mean(axis=1)
    averaged: FloatArray = bounds / n_present
    return averaged


def rsatoolbox_ceiling(rdms: object, labels: NDArray[np.int64], comparator: str) -> FloatArray:
    """Return rsatoolbox's bounds, (2,): lower, upper.

    Args:
        rdms: an rsatoolbox ``RDMs`` of n_rdms RDMs.
        labels: the subject of each RDM, (n_rdms,).
        comparator: a method of rsatoolbox's ``compare``.

    Source: Nili et al. (2014); rsatoolbox 0.3.2, ``boot_noise_ceiling``.
    """
    from rsatoolbox.inference.noise_ceiling import boot_noise_ceiling

    rdms.rdm_descriptors["subject"] = labels  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        # It says that the pooled RDM is not quite the best one for Kendall's tau.
        warnings.simplefilter("ignore", UserWarning)
        bounds = boot_noise_ceiling(rdms, comparator, "subject")  # type: ignore[no-untyped-call]
    return np.array(bounds, dtype=np.float64)
