"""An experiment's images, and the device that its networks run on."""

from __future__ import annotations

from pathlib import Path

import torch

from feedback_atlas.data import ImageData
from feedback_atlas.data import load as load_data
from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.server.core.image_folder import resolve_folder
from feedback_atlas.server.specs.schemas import ExperimentSpec


def load_images(context: WorkerContext, spec: ExperimentSpec) -> ImageData:
    """Load the data set of an experiment.

    Raises DataError where it cannot be loaded, InvalidSpecError for a folder that is not allowed.
    """
    root: Path = context.data_sets
    if spec.dataset == "folder":
        root = resolve_folder(spec.folder, context.settings.resolved_folder_roots)
    return load_data(
        spec.dataset,
        root=root,
        cache=context.decoded_images,
        image_size=spec.image_size,
        allowed=context.settings.resolved_folder_roots,
    )


def device(wanted: str) -> str:
    """Return the device to compute on: ``auto`` takes a GPU where there is one."""
    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"
