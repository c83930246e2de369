"""Measures of representational geometry: Gram matrices, CKA and RDMs, as plain NumPy functions."""

from worker.analysis.cka import CkaMatrix, CkaValue, cka, cka_matrix
from worker.analysis.estimators import ESTIMATORS, Biased, Estimator, Minibatch, Unbiased
from worker.analysis.gram import InnerProducts, gram, inner_products
from worker.analysis.interchange import rsatoolbox_rdms
from worker.analysis.rdm import DISTANCES, Rdm, correlation, euclidean, rdm
from worker.analysis.streaming import StreamedCka, batch_gram
from worker.analysis.subsets import SUBSETS, Subset, choose_subset, predicted_classes

__all__ = [
    "DISTANCES",
    "ESTIMATORS",
    "SUBSETS",
    "Biased",
    "CkaMatrix",
    "CkaValue",
    "Estimator",
    "InnerProducts",
    "Minibatch",
    "Rdm",
    "StreamedCka",
    "Subset",
    "Unbiased",
    "batch_gram",
    "choose_subset",
    "cka",
    "cka_matrix",
    "correlation",
    "euclidean",
    "gram",
    "inner_products",
    "predicted_classes",
    "rdm",
    "rsatoolbox_rdms",
]
