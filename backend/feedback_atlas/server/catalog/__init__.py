"""What can be asked for: learning rules, architectures, data sets, measures, and their parameters.

This is data, not code: the API validates against it, the browser draws its forms from it, and the
figures take names and colours from it. It imports nothing of the science; a test holds the two
together. `RULES`, `SIMILARITIES` and `RDM_DISTANCES` take records from outside by `register`.
"""

from __future__ import annotations

from feedback_atlas.server.catalog.architectures import ARCHITECTURES, Architecture
from feedback_atlas.server.catalog.datasets import DATASETS, Dataset
from feedback_atlas.server.catalog.measures import (
    EPOCHS,
    IMAGES,
    MATRICES,
    RDM_DISTANCES,
    SIMILARITIES,
    SUBSETS,
)
from feedback_atlas.server.catalog.records import (
    Choice,
    ChoiceParameter,
    Distance,
    Parameter,
    Rule,
    Similarity,
)
from feedback_atlas.server.catalog.rules import PAPER_RULES, RULES

__all__ = [
    "ARCHITECTURES",
    "DATASETS",
    "DEFAULT_ARCHITECTURE",
    "DEFAULT_DATASET",
    "EPOCHS",
    "IMAGES",
    "MATRICES",
    "PAPER_RULES",
    "RDM_DISTANCES",
    "REFERENCE_RULE",
    "RULES",
    "SIMILARITIES",
    "SUBSETS",
    "Architecture",
    "Choice",
    "ChoiceParameter",
    "Dataset",
    "Distance",
    "Parameter",
    "Rule",
    "Similarity",
]

DEFAULT_DATASET = "digits"
DEFAULT_ARCHITECTURE = "moskovitz1"
REFERENCE_RULE = "bp"
