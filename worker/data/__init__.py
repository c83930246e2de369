"""Data sets in memory, the probe, and augmentation of whole batches."""

from worker.data.augmentation import centre_crop, normalise, random_crops
from worker.data.image_data import DataError, ImageData, Split, channel_statistics
from worker.data.loading import DATA_SETS, load
from worker.data.probe import Probe, probe

__all__ = [
    "DATA_SETS",
    "DataError",
    "ImageData",
    "Probe",
    "Split",
    "centre_crop",
    "channel_statistics",
    "load",
    "normalise",
    "probe",
    "random_crops",
]
