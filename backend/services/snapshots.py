"""The numbers behind a comparison's figures, and their one file format: arrays plus a manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from backend.artifacts.readable import readable
from backend.figures.data import (
    AccuracyRow,
    AccuracyTests,
    CostTable,
    Curve,
    ExemplarGallery,
    GeometryMap,
    ImageSpace,
    LayerSimilarity,
    ProbePictures,
    ProfileStatistics,
    RdmGallery,
    RunLabel,
)
from backend.services.panel_snapshots import (
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


_TOO_LATE = "not computed yet when this link was made"


@dataclass(frozen=True, slots=True)
class ComparisonNumbers:
    """All that the figures of one comparison are drawn from."""

    accuracy: tuple[AccuracyRow, ...]
    curves: dict[str, list[Curve]]
    similarity: LayerSimilarity | None
    rdms: RdmGallery | None
    matrices: str = "ours"
    statistics: ProfileStatistics | None = None
    no_statistics: str | None = None
    geometry: GeometryMap | None = None
    exemplars: ExemplarGallery | None = None
    costs: CostTable | None = None
    accuracy_tests: AccuracyTests | None = None
    map_dimensions: int = 2
    image_space: ImageSpace | None = None
    pictures: ProbePictures | None = None
    # Why a panel has no numbers, where they will not come by themselves.
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take in memory."""
        arrays: list[NDArray[Any]] = [
            array
            for group in self.curves.values()
            for curve in group
            for array in (curve.x, curve.y)
        ]
        for part in (self.similarity, self.rdms):
            if part is not None:
                arrays.append(part.values)
        if self.exemplars is not None:
            arrays += [entry.pictures for entry in self.exemplars.channels]
        sheets = () if self.pictures is None else self.pictures.sheets
        return sum(array.nbytes for array in arrays) + sum(map(len, sheets))


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


def freeze(numbers: ComparisonNumbers, view: dict[str, Any]) -> bytes:
    """A comparison and its view as one file that needs nothing else to be drawn."""
    arrays: Arrays = {}
    curves: list[dict[str, Any]] = []
    for name, group in numbers.curves.items():
        for curve in group:
            index = len(curves)
            curves.append(
                {
                    "name": name,
                    "run": asdict(curve.run),
                    "layer": curve.layer,
                    "steps_per_epoch": curve.steps_per_epoch,
                }
            )
            arrays[f"curves/{index}/x"] = curve.x
            arrays[f"curves/{index}/y"] = curve.y
    manifest: dict[str, Any] = {
        "view": view,
        "accuracy": [asdict(row) for row in numbers.accuracy],
        "curves": curves,
        "curve_names": list(numbers.curves),
        "matrices": numbers.matrices,
        "no_statistics": numbers.no_statistics,
        "map_dimensions": numbers.map_dimensions,
        "missing": numbers.missing,
    }
    if numbers.similarity is not None:
        arrays["similarity"] = numbers.similarity.values
        manifest["similarity"] = similarity_manifest(numbers.similarity)
    if numbers.rdms is not None:
        arrays["rdms"] = numbers.rdms.values
        arrays["labels"] = numbers.rdms.labels
        manifest["rdms"] = rdm_manifest(numbers.rdms)
    for name, (parts, _) in PANELS.items():
        part = getattr(numbers, name)
        if part is not None:
            own, manifest[name] = parts(part)
            arrays |= {f"{name}/{key}": array for key, array in own.items()}
    return pack(arrays, manifest)


@readable("A frozen comparison")
def thaw(data: bytes) -> tuple[ComparisonNumbers, dict[str, Any]]:
    """What `freeze` froze: the numbers and the view."""
    arrays, manifest = unpack(data)
    curves: dict[str, list[Curve]] = {name: [] for name in manifest["curve_names"]}
    for index, entry in enumerate(manifest["curves"]):
        curves[entry["name"]].append(
            Curve(
                run=RunLabel(**entry["run"]),
                layer=entry["layer"],
                x=arrays[f"curves/{index}/x"],
                y=arrays[f"curves/{index}/y"],
                # Links of the first release lack it.
                steps_per_epoch=entry.get("steps_per_epoch"),
            )
        )
    numbers = ComparisonNumbers(
        accuracy=tuple(
            AccuracyRow(**{**row, "run": RunLabel(**row["run"])}) for row in manifest["accuracy"]
        ),
        curves=curves,
        similarity=_similarity(arrays["similarity"], manifest["similarity"])
        if "similarity" in manifest
        else None,
        rdms=_rdms(arrays["rdms"], arrays["labels"], manifest["rdms"])
        if "rdms" in manifest
        else None,
        matrices=manifest.get("matrices", "ours"),
        no_statistics=manifest.get("no_statistics"),
        map_dimensions=manifest.get("map_dimensions", 2),
        missing={
            **{name: _TOO_LATE for name in PANELS if name not in manifest},
            **manifest.get("missing", {}),
        },
        **{
            name: whole(
                {
                    key.removeprefix(f"{name}/"): array
                    for key, array in arrays.items()
                    if key.startswith(f"{name}/")
                },
                manifest[name],
            )
            for name, (_, whole) in PANELS.items()
            if name in manifest
        },
    )
    return numbers, manifest["view"]


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
