"""The paper that the product starts from: its numbers, its recipe, and how ours compare."""

from backend.paper.published import (
    ARCHITECTURE,
    DATASET,
    REFERENCE,
    chosen_hyperparameters,
    hyperparameter_grids,
    published_rules,
    published_similarity,
    published_subsets,
)

__all__ = [
    "ARCHITECTURE",
    "DATASET",
    "REFERENCE",
    "chosen_hyperparameters",
    "hyperparameter_grids",
    "published_rules",
    "published_similarity",
    "published_subsets",
]
