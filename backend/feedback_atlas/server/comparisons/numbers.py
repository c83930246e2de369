"""Hold the numbers behind a comparison, and freeze them into one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, TypeVar

import numpy as np

from feedback_atlas.server.analyses.kinds import Kind
from feedback_atlas.server.artifacts.errors import readable
from feedback_atlas.server.results.codec import (
    PANELS,
    _rdms,
    _similarity,
    pack,
    rdm_manifest,
    similarity_manifest,
    unpack,
)
from feedback_atlas.server.results.panel_codec import Arrays
from feedback_atlas.server.results.types import (
    AccuracyRow,
    Curve,
    ProbePictures,
    RunLabel,
)

_TOO_LATE = "not computed yet when this link was made"


_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class ComparisonNumbers:
    """All that the figures of one comparison are drawn from.

    ``results`` holds the result of each analysis by its kind, ``missing`` why a kind has none,
    where it will not come by itself.
    """

    accuracy: tuple[AccuracyRow, ...]
    curves: dict[str, list[Curve]]
    results: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    matrices: str = "ours"
    map_dimensions: int = 2
    pictures: ProbePictures | None = None

    def of(self, kind: Kind[_Result]) -> _Result | None:
        """Return the result of a kind of analysis, where there is one."""
        found: _Result | None = self.results.get(kind.id)
        return found

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays and pictures take in memory."""
        return _nbytes((self.curves, self.results, self.pictures))


def _nbytes(value: object) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(_nbytes, value.values()))
    if isinstance(value, tuple | list):
        return sum(map(_nbytes, value))
    if is_dataclass(value):
        return sum(_nbytes(getattr(value, one.name)) for one in fields(value))
    return 0


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
