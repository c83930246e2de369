"""What networks make of images: as stored where it was, else from their checkpoints."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load
from torch import Tensor, nn

from backend.schemas.experiments import ExperimentSpec
from backend.services.selection import ACTIVATIONS, PROBE, WEIGHTS, Described
from backend.services.snapshots import unpack
from worker.analysis import Representation, StoredActivations, Subset
from worker.data import ImageData, Split, centre_crop, normalise
from worker.data import probe as choose_probe
from worker.jobs.context import WorkerContext, threads_per_run
from worker.jobs.images import device, load_images
from worker.training import predict, represent, restored_network

Activations = dict[str, NDArray[Any]]


DIFFERENT_LAYERS = "The runs have different layers; compare runs of one architecture."


class AnalysisError(Exception):
    """Inputs that cannot be compared; the message says why."""


class Representations:
    """The networks of one experiment and the images that they are compared on."""

    def __init__(
        self, context: WorkerContext, spec: ExperimentSpec, described: list[Described]
    ) -> None:
        """Refuse, with AnalysisError, networks that were shown different probes."""
        if len({run[PROBE]["sha256"] for run in described}) > 1:
            raise AnalysisError(
                "The runs were shown different probe images, so they cannot be compared. "
                "Train them again on the same data set."
            )
        self._context = context
        self._spec = spec
        self._probe_file = described[0][PROBE]
        self._intact: dict[str, dict[str, Any]] = {}
        self.device = torch.device(device(context.settings.device))

    def on_probe(self, run: Described) -> Activations:
        """A network's activations on the probe, (n_images, n_features) by layer in order."""
        file = run[ACTIVATIONS]
        if file is None:
            images = torch.from_numpy(self._probe[0]["images"])
            return {layer: x.numpy() for layer, x in self.layers(self.network(run), images).items()}
        arrays, manifest = unpack(self._context.store.get(file["key"], file["sha256"]))
        return {layer: arrays[layer] for layer in manifest["layers"]}

    def layer_names(self, run: Described) -> tuple[str, ...]:
        """Names of a network's layers, in order."""
        if run[ACTIVATIONS] is not None:
            return tuple(self._stored(run)[1]["layers"])
        one = torch.from_numpy(self.probe_images[:1])
        return tuple(self.layers(self.network(run), one))

    def source(self, run: Described, layer: str, images: NDArray[np.int64]) -> Representation:
        """One layer's activations on some of the probe's images, read when they are needed."""
        if run[ACTIVATIONS] is None:
            return Subset(_FromCheckpoint(self, run, layer), images)
        path, manifest = self._stored(run)
        if layer not in manifest["layers"]:
            raise AnalysisError(f"A network has no layer {layer}; {DIFFERENT_LAYERS}")
        return Subset(StoredActivations(path, layer), images)

    def network(self, run: Described) -> nn.Module:
        """A network with the weights of its checkpoint."""
        file = run[WEIGHTS]
        weights = load(self._context.store.get(file["key"], file["sha256"]))
        return restored_network(
            self._spec.architecture, weights, self.data, self._spec.image_size, self.device
        )

    def layers(self, network: nn.Module, images: Tensor, **batch: int) -> dict[str, Tensor]:
        """What a network's layers make of stored images."""
        shown = images.to(self.device)
        return represent(network, shown, self.data, self._spec.image_size, **batch)

    def predictions(self, network: nn.Module, images: Tensor) -> NDArray[np.int64]:
        """The classes that a network takes stored images for."""
        shown = images.to(self.device)
        return predict(network, shown, self.data, self._spec.image_size).numpy()

    def shown(self, images: Tensor) -> Tensor:
        """Stored images as networks take them: cropped and normalised, on the device."""
        data = self.data
        return normalise(self.cropped(images).to(self.device), data.mean, data.std)

    def cropped(self, images: Tensor) -> Tensor:
        """The centre crops of stored images."""
        return centre_crop(images, self._spec.image_size)

    def test_images(self, most: int) -> Split:
        """The first test images, at most so many."""
        return Split(*(part[:most] for part in self.data.test))

    @property
    def probe_labels(self) -> NDArray[np.int64]:
        """The classes of the probe's images, (n_images,)."""
        labels: NDArray[np.int64] = self._probe[0]["labels"]
        return labels

    @property
    def probe_images(self) -> NDArray[np.uint8]:
        """The probe's images, (n_images, channels, height, width)."""
        images: NDArray[np.uint8] = self._probe[0]["images"]
        return images

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes."""
        return tuple(self._probe[1]["class_names"])

    @cached_property
    def held_out(self) -> Split:
        """The validation and test images, which no network was trained on."""
        val, test = self.data.val, self.data.test
        return Split(torch.cat([val.images, test.images]), torch.cat([val.labels, test.labels]))

    def _stored(self, run: Described) -> tuple[Path, dict[str, Any]]:
        """Where a network's activations lie, found intact once, and their manifest."""
        file = run[ACTIVATIONS]
        if file["key"] not in self._intact:
            _, manifest = unpack(self._context.store.get(file["key"], file["sha256"]))
            self._intact[file["key"]] = manifest
        return self._context.store.path(file["key"]), self._intact[file["key"]]

    @cached_property
    def _probe(self) -> tuple[Activations, dict[str, Any]]:
        return unpack(self._context.store.get(self._probe_file["key"], self._probe_file["sha256"]))

    @cached_property
    def data(self) -> ImageData:
        """The experiment's data set, the same that its networks were trained on."""
        torch.set_num_threads(threads_per_run(self._context.settings))
        data = load_images(self._context, self._spec)
        if choose_probe(data, self._spec.probe_size).sha256 != self._probe[1]["sha256"]:
            raise AnalysisError(
                f"The images of {data.name} have changed since these networks were trained, so "
                "that their checkpoints cannot be shown the same ones. Train them again."
            )
        return data


class _FromCheckpoint:
    """One layer of a network at an epoch whose activations are not stored."""

    def __init__(self, whole: Representations, run: Described, layer: str) -> None:
        self._whole, self._run, self._layer = whole, run, layer
        self.n_images = len(whole.probe_labels)
        self.n_features = self.rows(np.arange(1)).shape[1]

    def rows(self, images: NDArray[np.int64]) -> NDArray[Any]:
        """The activations of these images, (len(images), n_features)."""
        shown = torch.from_numpy(self._whole.probe_images[images])
        layers = self._whole.layers(self._whole.network(self._run), shown)
        if self._layer not in layers:
            raise AnalysisError(f"A network has no layer {self._layer}; {DIFFERENT_LAYERS}")
        return layers[self._layer].numpy()
