"""Data sets in memory, the probe, and augmentation of whole batches."""

from worker.data.augmentation import (
    Crops,
    centre_crop,
    draw_crops,
    normalise,
    random_crops,
    take_crops,
)
from worker.data.image_data import DataError, ImageData, Split, channel_statistics
from worker.data.loading import DATA_SETS, load
from worker.data.probe import Probe, probe

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
