"""Maps of representations and of images."""

from feedback_atlas.analysis.maps._images import image_maps, superimposed
from feedback_atlas.analysis.maps._representations import (
    ClassicalMap,
    Map,
    classical_map,
    metric_map,
    stress_1,
)

__all__ = [
    "ClassicalMap",
    "Map",
    "classical_map",
    "image_maps",
    "metric_map",
    "stress_1",
    "superimposed",
]
