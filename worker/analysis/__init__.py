"""Measures of representational geometry: Gram matrices, CKA and RDMs, as plain NumPy functions."""

from worker.analysis.all_pairs import MinibatchCka, all_pairs_cka
from worker.analysis.cka import CkaMatrix, CkaValue, cka, cka_matrix
from worker.analysis.comparators import COMPARATORS, RdmComparison, compare_rdms
from worker.analysis.estimators import ESTIMATORS, Biased, Estimator, Minibatch, Unbiased
from worker.analysis.gram import InnerProducts, gram, inner_products
from worker.analysis.interchange import rsatoolbox_rdms
from worker.analysis.kernels import Kernel, Rbf, rbf_gram
from worker.analysis.mahalanobis import crossnobis, mahalanobis
from worker.analysis.rdm import DISTANCES, Rdm, correlation, cosine, euclidean, rdm
from worker.analysis.sources import Activations, Representation, StoredActivations, Subset

__all__ = [
    "COMPARATORS",
    "DISTANCES",
    "ESTIMATORS",
    "Activations",
    "Biased",
    "CkaMatrix",
    "CkaValue",
    "Estimator",
    "InnerProducts",
    "Kernel",
    "Minibatch",
    "MinibatchCka",
    "Rbf",
    "Rdm",
    "RdmComparison",
    "Representation",
    "StoredActivations",
    "Subset",
    "Unbiased",
    "all_pairs_cka",
    "cka",
    "cka_matrix",
    "compare_rdms",
    "correlation",
    "cosine",
    "crossnobis",
    "euclidean",
    "gram",
    "inner_products",
    "mahalanobis",
    "rbf_gram",
    "rdm",
    "rsatoolbox_rdms",
]
