"""Plotly figures from arrays: the one source for the browser, for exports and for notebooks."""

from backend.figures.accuracy import accuracy_table
from backend.figures.curve_options import CurveOptions
from backend.figures.curves import (
    global_angle,
    local_angle,
    loss,
    sign_concordance,
    update_angle,
    validation_accuracy,
)
from backend.figures.data import (
    AccuracyRow,
    Cell,
    Curve,
    Figure,
    LayerSimilarity,
    RdmGallery,
    RunLabel,
    Table,
    Theme,
    Width,
)
from backend.figures.exemplars import exemplar_gallery
from backend.figures.geometry_map import geometry_map
from backend.figures.image_space import image_space
from backend.figures.layer_similarity import (
    layer_similarity,
    layer_similarity_beside,
    layer_similarity_difference,
    published_layer_similarity,
)
from backend.figures.profile import similarity_profile
from backend.figures.profile_statistics import profile_statistics
from backend.figures.rdm import rdm_gallery
from backend.figures.result import result_figure, result_table
from backend.figures.tables import table_csv

__all__ = [
    "AccuracyRow",
    "Cell",
    "Curve",
    "CurveOptions",
    "Figure",
    "LayerSimilarity",
    "RdmGallery",
    "RunLabel",
    "Table",
    "Theme",
    "Width",
    "accuracy_table",
    "exemplar_gallery",
    "geometry_map",
    "global_angle",
    "image_space",
    "layer_similarity",
    "layer_similarity_beside",
    "layer_similarity_difference",
    "local_angle",
    "loss",
    "profile_statistics",
    "published_layer_similarity",
    "rdm_gallery",
    "result_figure",
    "result_table",
    "sign_concordance",
    "similarity_profile",
    "table_csv",
    "update_angle",
    "validation_accuracy",
]
