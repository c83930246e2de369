"""The numbers behind a comparison's figures, and their one file format: arrays plus a manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from feedback_atlas.server.artifacts.errors import readable
from feedback_atlas.server.results.panel_codec import (
    Arrays,
    Manifest,
    accuracy_test_parts,
    accuracy_tests_of,
    cost_parts,
    costs_of,
    exemplar_parts,
    exemplars_of,
    map_of,
    map_parts,
    picture_parts,
    pictures_of,
    space_of,
    space_parts,
    statistics_of,
    statistics_parts,
)
from feedback_atlas.server.results.types import (
    LayerSimilarity,
    RdmGallery,
    RunLabel,
)

# What is stored alike: the field, and the way into a file and back. All but the pictures, which
# a live comparison reads from its probe, are results of analyses of the same name.
PANELS: dict[
    str, tuple[Callable[[Any], tuple[Arrays, Manifest]], Callable[[Arrays, Manifest], Any]]
] = {
    "statistics": (statistics_parts, statistics_of),
    "geometry": (map_parts, map_of),
    "exemplars": (exemplar_parts, exemplars_of),
    "costs": (cost_parts, costs_of),
    "accuracy_tests": (accuracy_test_parts, accuracy_tests_of),
    "image_space": (space_parts, space_of),
    "pictures": (picture_parts, pictures_of),
}


def pack(arrays: Arrays, manifest: dict[str, Any]) -> bytes:
    """Arrays and a JSON-ready manifest as one safetensors file."""
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return save(contiguous, metadata={"manifest": json.dumps(manifest)})


@readable("A stored file")
def unpack(data: bytes) -> tuple[Arrays, dict[str, Any]]:
    """What `pack` packed."""
    header_length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + header_length])
    return load(data), json.loads(header["__metadata__"]["manifest"])


@readable("A stored table of similarities")
def similarity_from(data: bytes) -> LayerSimilarity:
    """The layer similarities that a `similarity` analysis stored."""
    arrays, manifest = unpack(data)
    return _similarity(arrays["values"], manifest)


@readable("A stored set of RDMs")
def rdms_from(data: bytes, seed: int) -> RdmGallery:
    """The RDMs of one seed that an `rdm` analysis stored."""
    arrays, manifest = unpack(data)
    gallery = _rdms(arrays["values"], arrays["labels"], manifest)
    chosen = [index for index, run in enumerate(gallery.runs) if run.seed == seed]
    runs = tuple(gallery.runs[index] for index in chosen)
    return replace(gallery, runs=runs, values=gallery.values[chosen])


def pack_panel(name: str, data: Any, inputs: dict[str, Any]) -> bytes:
    """The numbers of one of `PANELS` as a file."""
    arrays, manifest = PANELS[name][0](data)
    return pack(arrays, {**manifest, "inputs": inputs})


@readable("A stored panel")
def panel_from(name: str, data: bytes) -> Any:
    """What `pack_panel` packed."""
    arrays, manifest = unpack(data)
    return PANELS[name][1](arrays, manifest)


def similarity_manifest(data: LayerSimilarity) -> dict[str, Any]:
    """All of ``data`` but its array, JSON-ready."""
    return {
        "reference": data.reference,
        "runs": [asdict(run) for run in data.runs],
        "layers": list(data.layers),
        "estimator": data.estimator,
        "epoch": data.epoch,
        "n_images": data.n_images,
        "reasons": [[*where, reason] for where, reason in data.reasons.items()],
        "images": data.images,
        "subset": data.subset,
        "class_name": data.class_name,
        "used": list(data.used),
    }


def rdm_manifest(data: RdmGallery) -> dict[str, Any]:
    """All of ``data`` but its arrays, JSON-ready."""
    return {
        "runs": [asdict(run) for run in data.runs],
        "layers": list(data.layers),
        "class_names": list(data.class_names),
        "distance": data.distance,
        "epoch": data.epoch,
    }


def _similarity(values: NDArray[Any], manifest: dict[str, Any]) -> LayerSimilarity:
    return LayerSimilarity(
        reference=manifest["reference"],
        runs=tuple(RunLabel(**run) for run in manifest["runs"]),
        layers=tuple(manifest["layers"]),
        values=values,
        estimator=manifest["estimator"],
        epoch=manifest["epoch"],
        n_images=manifest["n_images"],
        reasons={(run, row, column): text for run, row, column, text in manifest["reasons"]},
        # What links of the first release lack.
        images=manifest.get("images", "probe"),
        subset=manifest.get("subset", "all"),
        class_name=manifest.get("class_name"),
        used=tuple(manifest.get("used", ())),
    )


def _rdms(values: NDArray[Any], labels: NDArray[Any], manifest: dict[str, Any]) -> RdmGallery:
    return RdmGallery(
        runs=tuple(RunLabel(**run) for run in manifest["runs"]),
        layers=tuple(manifest["layers"]),
        values=values,
        labels=labels,
        class_names=tuple(manifest["class_names"]),
        distance=manifest["distance"],
        epoch=manifest["epoch"],
    )
