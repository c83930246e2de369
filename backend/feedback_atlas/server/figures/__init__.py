"""Plotly figures from arrays: the one source for the browser, for exports and for notebooks."""

from feedback_atlas.server.figures.base.figure import Cell, Figure, Table, Theme, Width
from feedback_atlas.server.figures.base.tables import table_csv
from feedback_atlas.server.figures.curves import (
    global_angle,
    local_angle,
    loss,
    sign_concordance,
    update_angle,
    validation_accuracy,
)
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.exemplars import exemplar_gallery
from feedback_atlas.server.figures.maps.images import image_space
from feedback_atlas.server.figures.maps.representations import geometry_map
from feedback_atlas.server.figures.rdm.gallery import rdm_gallery
from feedback_atlas.server.figures.result.accuracy import accuracy_table
from feedback_atlas.server.figures.result.table import result_figure, result_table
from feedback_atlas.server.figures.similarity.matrices import (
    layer_similarity,
    layer_similarity_beside,
    layer_similarity_difference,
    published_layer_similarity,
)
from feedback_atlas.server.figures.similarity.profile import similarity_profile
from feedback_atlas.server.figures.similarity.profile_statistics import profile_statistics
from feedback_atlas.server.results.types import (
    AccuracyRow,
    Curve,
    LayerSimilarity,
    RdmGallery,
    RunLabel,
)

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
