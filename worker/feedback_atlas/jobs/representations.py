"""Networks' activations on the probe: stored ones, else computed from checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis import Activations as InMemory
from feedback_atlas.analysis import Representation, StoredActivations, Subset
from feedback_atlas.jobs.context import WorkerContext
from feedback_atlas.jobs.errors import DIFFERENT_LAYERS, AnalysisError
from feedback_atlas.server.artifacts import LocalStore
from feedback_atlas.server.artifacts.kinds import ACTIVATIONS, PROBE, WEIGHTS
from feedback_atlas.server.results.codec import read_arrays
from feedback_atlas.server.results.networks import Described
from feedback_atlas.server.specs.schemas import ExperimentSpec

if TYPE_CHECKING:
    from feedback_atlas.jobs.networks import Networks

Activations = dict[str, NDArray[Any]]
# Of activations that were computed and are kept: an analysis asks for each layer by itself.
_KEPT_BYTES = 256_000_000


class Representations:
    """The representations of one experiment's networks on its probe."""

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
        # Some analyses look at no network.
        self._probe_file = described[0][PROBE] if described else {}
        self._intact: dict[str, dict[str, Any]] = {}
        self._kept: dict[str, Activations | None] = {}
        self._free_bytes = _KEPT_BYTES

    @cached_property
    def networks(self) -> Networks:
        """The networks themselves, for what was not stored of them."""
        from feedback_atlas.jobs.networks import (
            Networks,  # here, not above: torch takes seconds to load
        )

        return Networks(self._context, self._spec, self._probe[1]["sha256"])

    def on_probe(self, run: Described) -> Activations:
        """Return a network's activations on the probe, (n_images, n_features) by layer in order."""
        file = run[ACTIVATIONS]
        if file is None:
            return self.computed(run, self.probe_images)
        arrays, manifest = read_arrays(self._context.store.get(file["key"], file["sha256"]))
        return {layer: arrays[layer] for layer in manifest["layers"]}

    def computed(self, run: Described, images: NDArray[np.uint8]) -> Activations:
        """Compute a network's activations on stored images, from its checkpoint."""
        import torch  # here, not above: it takes seconds to load

        network = self.networks.restored(run)
        layers = self.networks.layers(network, torch.from_numpy(images))
        return {layer: x.numpy() for layer, x in layers.items()}

    def kept(self, run: Described) -> Activations | None:
        """Return a network's activations on the probe, computed once; None if they are large."""
        weights = run[WEIGHTS]["sha256"]
        if weights not in self._kept:
            first = self.computed(run, self.probe_images[:1])
            size = sum(layer.nbytes for layer in first.values()) * len(self.probe_labels)
            fits = size <= self._free_bytes
            self._free_bytes -= size if fits else 0
            self._kept[weights] = self.computed(run, self.probe_images) if fits else None
        return self._kept[weights]

    def layer_names(self, run: Described) -> tuple[str, ...]:
        """Return names of a network's layers, in order."""
        if run[ACTIVATIONS] is not None:
            return tuple(self._manifest(run)["layers"])
        return tuple(self.computed(run, self.probe_images[:1]))

    def source(self, run: Described, layer: str, images: NDArray[np.int64]) -> Representation:
        """Return one layer's activations on some of the probe's images, read when needed."""
        if run[ACTIVATIONS] is None:
            return Subset(_FromCheckpoint(self, run, layer), images)
        if layer not in self.layer_names(run):
            raise AnalysisError(f"A network has no layer {layer}. {DIFFERENT_LAYERS}")
        store = self._context.store
        if isinstance(store, LocalStore):
            return Subset(StoredActivations(store.path(run[ACTIVATIONS]["key"]), layer), images)
        return Subset(InMemory(self.on_probe(run)[layer]), images)

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
    def _probe(self) -> tuple[Activations, dict[str, Any]]:
        return read_arrays(
            self._context.store.get(self._probe_file["key"], self._probe_file["sha256"])
        )

    def _manifest(self, run: Described) -> dict[str, Any]:
        """Return the manifest of a network's activations, checked once."""
        file = run[ACTIVATIONS]
        if file["key"] not in self._intact:
            _, manifest = read_arrays(self._context.store.get(file["key"], file["sha256"]))
            self._intact[file["key"]] = manifest
        return self._intact[file["key"]]


def generator_of(described: Sequence[Described]) -> np.random.Generator:
    """Return a generator of the networks' own: the same networks always get the same draws."""
    weights = [run[WEIGHTS]["sha256"] for run in described]
    digest = hashlib.sha256(repr(weights).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


class _FromCheckpoint:
    """One layer of a network at an epoch whose activations are not stored."""

    def __init__(self, whole: Representations, run: Described, layer: str) -> None:
        self._whole, self._run, self._layer = whole, run, layer
        self.n_images = len(whole.probe_labels)
        self.n_features = self.rows(np.arange(1)).shape[1]

    def rows(self, images: NDArray[np.int64]) -> NDArray[Any]:
        """Return the activations of these images, (len(images), n_features)."""
        kept = self._whole.kept(self._run)
        layers = kept or self._whole.computed(self._run, self._whole.probe_images[images])
        if self._layer not in layers:
            raise AnalysisError(f"A network has no layer {self._layer}. {DIFFERENT_LAYERS}")
        return layers[self._layer] if kept is None else layers[self._layer][images]
