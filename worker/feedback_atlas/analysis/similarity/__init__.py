"""Similarities of two representations."""

from feedback_atlas.analysis.similarity._blockwise import MinibatchCka, all_pairs_cka
from feedback_atlas.analysis.similarity._cca import CanonicalMatrix, canonical_correlations
from feedback_atlas.analysis.similarity._cka import CkaMatrix, CkaValue, cka, cka_matrix
from feedback_atlas.analysis.similarity._kernels import NO_WIDTH, Kernel, Rbf, rbf_gram
from feedback_atlas.analysis.similarity._neighbours import mutual_neighbours
from feedback_atlas.analysis.similarity._pairs import PairMatrix
from feedback_atlas.analysis.similarity._regression import linear_regression
from feedback_atlas.analysis.similarity._shape import (
    Shape,
    angular_cka,
    angular_procrustes,
    procrustes,
    shape,
)
from feedback_atlas.analysis.similarity._subspace import Subspace, subspace

__all__ = [
    "NO_WIDTH",
    "CanonicalMatrix",
    "CkaMatrix",
    "CkaValue",
    "Kernel",
    "MinibatchCka",
    "PairMatrix",
    "Rbf",
    "Shape",
    "Subspace",
    "all_pairs_cka",
    "angular_cka",
    "angular_procrustes",
    "canonical_correlations",
    "cka",
    "cka_matrix",
    "linear_regression",
    "mutual_neighbours",
    "procrustes",
    "rbf_gram",
    "shape",
    "subspace",
]
