"""Data sets in memory, the probe, and augmentation of whole batches."""

from feedback_atlas.data._probe import Probe, probe
from feedback_atlas.data.augmentation import (
    Crops,
    centre_crop,
    draw_crops,
    normalise,
    random_crops,
    take_crops,
)
from feedback_atlas.data.image_data import DataError, ImageData, Split, channel_statistics
from feedback_atlas.data.loading import DATA_SETS, load

__all__ = [
    "DATA_SETS",
    "Crops",
    "DataError",
    "ImageData",
    "Probe",
    "Split",
    "centre_crop",
    "channel_statistics",
    "draw_crops",
    "load",
    "normalise",
    "probe",
    "random_crops",
    "take_crops",
]
