"""An experiment's images, and the device that its networks run on."""

from __future__ import annotations

from pathlib import Path

import torch

from backend.schemas.experiments import ExperimentSpec
from backend.services import datasets
from worker.data import ImageData
from worker.data import load as load_data
from worker.jobs.context import WorkerContext


def load_images(context: WorkerContext, spec: ExperimentSpec) -> ImageData:
    """The data set of an experiment.

    Raises DataError where it cannot be loaded, InvalidSpecError for a folder that is not allowed.
    """
    root: Path = context.data_sets
    if spec.dataset == "folder":
        root = datasets.resolve_folder(spec.folder, context.settings)
    return load_data(
        spec.dataset,
        root=root,
        cache=context.decoded_images,
        image_size=spec.image_size,
        allowed=context.settings.resolved_folder_roots,
    )


def device(wanted: str) -> str:
    """The device to compute on: ``auto`` takes a GPU where there is one."""
    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"
