"""Measures of representational geometry: Gram matrices, CKA and RDMs, as plain NumPy functions."""

from worker.analysis.all_pairs import MinibatchCka, all_pairs_cka
from worker.analysis.cca import CanonicalMatrix, canonical_correlations
from worker.analysis.cka import CkaMatrix, CkaValue, cka, cka_matrix
from worker.analysis.estimators import ESTIMATORS, Biased, Estimator, Minibatch, Unbiased
from worker.analysis.gram import InnerProducts, gram, inner_products
from worker.analysis.interchange import rsatoolbox_rdms
from worker.analysis.kernels import Kernel, Rbf, rbf_gram
from worker.analysis.mahalanobis import crossnobis, mahalanobis
from worker.analysis.maps import ClassicalMap, Map, classical_map, metric_map
from worker.analysis.neighbours import mutual_neighbours
from worker.analysis.pairs import PairMatrix
from worker.analysis.rdm import DISTANCES, Rdm, correlation, cosine, euclidean, rdm
from worker.analysis.regression import linear_regression
from worker.analysis.shape import Shape, angular_cka, angular_procrustes, procrustes, shape
from worker.analysis.sources import Activations, Representation, StoredActivations, Subset
from worker.analysis.subsets import SUBSETS, ImageSubset, choose_subset, predicted_classes
from worker.analysis.subspace import Subspace, subspace

__all__ = [
    "DISTANCES",
    "ESTIMATORS",
    "SUBSETS",
    "Activations",
    "Biased",
    "CanonicalMatrix",
    "CkaMatrix",
    "CkaValue",
    "ClassicalMap",
    "Estimator",
    "ImageSubset",
    "InnerProducts",
    "Kernel",
    "Map",
    "Minibatch",
    "MinibatchCka",
    "PairMatrix",
    "Rbf",
    "Rdm",
    "Representation",
    "Shape",
    "StoredActivations",
    "Subset",
    "Subspace",
    "Unbiased",
    "all_pairs_cka",
    "angular_cka",
    "angular_procrustes",
    "canonical_correlations",
    "choose_subset",
    "cka",
    "cka_matrix",
    "classical_map",
    "correlation",
    "cosine",
    "crossnobis",
    "euclidean",
    "gram",
    "inner_products",
    "linear_regression",
    "mahalanobis",
    "metric_map",
    "mutual_neighbours",
    "predicted_classes",
    "procrustes",
    "rbf_gram",
    "rdm",
    "rsatoolbox_rdms",
    "shape",
    "subspace",
]
