"""What can be asked for: learning rules, architectures, data sets, measures, and their parameters.

This is data, not code: the API validates against it, the browser draws its forms from it, and the
figures take names and colours from it. It imports nothing of the science; a test holds the two
together.
"""

from __future__ import annotations

from backend.architecture_catalog import ARCHITECTURES, Architecture
from backend.dataset_catalog import DATASETS, Dataset
from backend.rule_catalog import PAPER_RULES, RULES, Choice, Parameter, Rule

__all__ = [
    "ARCHITECTURES",
    "CKA_ESTIMATORS",
    "DATASETS",
    "DEFAULT_ARCHITECTURE",
    "DEFAULT_DATASET",
    "EPOCHS",
    "PAPER_RULES",
    "RDM_DISTANCES",
    "REFERENCE_RULE",
    "RULES",
    "Architecture",
    "Choice",
    "Dataset",
    "Parameter",
    "Rule",
]


CKA_ESTIMATORS: dict[str, Choice] = {
    choice.id: choice
    for choice in (
        Choice(
            "unbiased", "CKA, unbiased", "HSIC_1 of Song et al. (2012); near 0 for unrelated data."
        ),
        Choice(
            "minibatch",
            "CKA, minibatch",
            "HSIC_1 summed over batches of images, divided once (Nguyen et al. 2021).",
        ),
        Choice(
            "biased",
            "CKA, biased",
            "Kornblith et al. (2019); too high where features outnumber images.",
        ),
    )
}

RDM_DISTANCES: dict[str, Choice] = {
    choice.id: choice
    for choice in (
        Choice(
            "correlation",
            "1 − correlation",
            "One minus the Pearson correlation of two activation patterns.",
        ),
        Choice(
            "cosine",
            "1 − cosine",
            "One minus the cosine of the angle between two activation patterns.",
        ),
        Choice(
            "euclidean",
            "Squared Euclidean",
            "Squared distance of two patterns, divided by the number of units.",
        ),
    )
}

EPOCHS: dict[str, Choice] = {
    choice.id: choice
    for choice in (
        Choice("first", "Untrained", "The initial network, before its first update (epoch 0)."),
        Choice("best", "Best", "The epoch with the best validation accuracy."),
        Choice("last", "Last", "The last epoch."),
    )
}

DEFAULT_DATASET = "digits"
DEFAULT_ARCHITECTURE = "moskovitz1"
REFERENCE_RULE = "bp"
