"""Representational dissimilarity matrices and their comparison."""

from feedback_atlas.analysis.dissimilarity._comparisons import (
    COMPARATORS,
    RdmComparison,
    compare_rdms,
)
from feedback_atlas.analysis.dissimilarity._interchange import rsatoolbox_rdms
from feedback_atlas.analysis.dissimilarity._mahalanobis import crossnobis, mahalanobis
from feedback_atlas.analysis.dissimilarity._ranks import ascending, centred_ranks
from feedback_atlas.analysis.dissimilarity._rdm import (
    DISTANCES,
    Rdm,
    correlation,
    cosine,
    euclidean,
    rdm,
    register_distance,
)

__all__ = [
    "COMPARATORS",
    "DISTANCES",
    "Rdm",
    "RdmComparison",
    "ascending",
    "centred_ranks",
    "compare_rdms",
    "correlation",
    "cosine",
    "crossnobis",
    "euclidean",
    "mahalanobis",
    "rdm",
    "register_distance",
    "rsatoolbox_rdms",
]
