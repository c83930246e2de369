"""The networks of an experiment from their checkpoints, and the images that they were shown.

It needs torch and the data set, which take long to load: only what is not stored is asked here.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load
from torch import Tensor, nn

from feedback_atlas.data import DataError, ImageData, Split, centre_crop
from feedback_atlas.data import probe as choose_probe
from feedback_atlas.jobs.context import WorkerContext, threads_per_run
from feedback_atlas.jobs.errors import AnalysisError
from feedback_atlas.jobs.images import device, load_images
from feedback_atlas.server.artifacts.kinds import WEIGHTS
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.specs.schemas import ExperimentSpec
from feedback_atlas.training import predict, represent, restored_network


class Networks:
    """Networks of one experiment, on the device that analyses compute on."""

    def __init__(self, context: WorkerContext, spec: ExperimentSpec, probe_sha256: str) -> None:
        """Load nothing yet; ``probe_sha256`` tells whether the images are still the same."""
        self._context = context
        self._spec = spec
        self._probe_sha256 = probe_sha256
        self.device = torch.device(device(context.settings.device))
        torch.set_num_threads(threads_per_run(context.settings))

    @cached_property
    def data(self) -> ImageData:
        """The experiment's data set. Raises AnalysisError where it is not as it was."""
        try:
            data = load_images(self._context, self._spec)
        except DataError as error:
            raise AnalysisError(str(error)) from error
        if choose_probe(data, self._spec.probe_size).sha256 != self._probe_sha256:
            raise AnalysisError(
                f"The images of {data.name} have changed since these networks were trained, so "
                "that their checkpoints cannot be shown the same ones. Train them again."
            )
        return data

    @cached_property
    def held_out(self) -> Split:
        """The validation and test images, which no network was trained on."""
        val, test = self.data.val, self.data.test
        return Split(torch.cat([val.images, test.images]), torch.cat([val.labels, test.labels]))

    def restored(self, run: Described) -> nn.Module:
        """Return a network with the weights of its checkpoint."""
        file = run[WEIGHTS]
        weights = load(self._context.store.get(file["key"], file["sha256"]))
        return restored_network(
            self._spec.architecture, weights, self.data, self._spec.image_size, self.device
        )

    def layers(self, network: nn.Module, images: Tensor, **batch: int) -> dict[str, Tensor]:
        """Return the outputs of a network's layers for stored images."""
        shown = images.to(self.device)
        return represent(network, shown, self.data, self._spec.image_size, **batch)

    def predictions(self, network: nn.Module, images: Tensor) -> NDArray[np.int64]:
        """Return the classes that a network predicts for stored images."""
        shown = images.to(self.device)
        return predict(network, shown, self.data, self._spec.image_size).numpy()

    def shown(self, images: Tensor) -> Tensor:
        """Return stored images as networks take them: cropped and normalised, on the device."""
        return self.data.inputs(images.to(self.device), self._spec.image_size)

    def cropped(self, images: Tensor) -> Tensor:
        """Return the centre crops of stored images."""
        return centre_crop(images, self._spec.image_size)
