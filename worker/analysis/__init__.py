"""Measures of representational geometry: Gram matrices, CKA and RDMs, as plain NumPy functions."""

from worker.analysis.cca import CanonicalMatrix, canonical_correlations
from worker.analysis.cka import CkaMatrix, CkaValue, cka, cka_matrix
from worker.analysis.estimators import ESTIMATORS, Biased, Estimator, Minibatch, Unbiased
from worker.analysis.gram import InnerProducts, gram, inner_products
from worker.analysis.interchange import rsatoolbox_rdms
from worker.analysis.maps import ClassicalMap, Map, classical_map, metric_map
from worker.analysis.neighbours import mutual_neighbours
from worker.analysis.pairs import PairMatrix
from worker.analysis.rdm import DISTANCES, Rdm, correlation, euclidean, rdm
from worker.analysis.regression import linear_regression
from worker.analysis.shape import Shape, angular_cka, angular_procrustes, procrustes, shape
from worker.analysis.subspace import Subspace, subspace

__all__ = [
    "DISTANCES",
    "ESTIMATORS",
    "Biased",
    "CanonicalMatrix",
    "CkaMatrix",
    "CkaValue",
    "ClassicalMap",
    "Estimator",
    "InnerProducts",
    "Map",
    "Minibatch",
    "PairMatrix",
    "Rdm",
    "Shape",
    "Subspace",
    "Unbiased",
    "angular_cka",
    "angular_procrustes",
    "canonical_correlations",
    "cka",
    "cka_matrix",
    "classical_map",
    "correlation",
    "euclidean",
    "gram",
    "inner_products",
    "linear_regression",
    "metric_map",
    "mutual_neighbours",
    "procrustes",
    "rdm",
    "rsatoolbox_rdms",
    "shape",
    "subspace",
]
