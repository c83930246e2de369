"""The numbers of the panels that are computed besides similarities and RDMs, as files hold them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server.results.types import (
    AccuracyTest,
    AccuracyTests,
    ChannelExemplars,
    CostRow,
    CostTable,
    ExemplarGallery,
    GeometryMap,
    ImageSpace,
    LayerBand,
    MapPoint,
    PairsMean,
    ProbePictures,
    ProfileStatistics,
    RuleAgainstReference,
    RunLabel,
)

Arrays = dict[str, NDArray[Any]]
Manifest = dict[str, Any]
Parts = tuple[Arrays, Manifest]


def statistics_parts(data: ProfileStatistics) -> Parts:
    """Statistics as arrays and a JSON-ready manifest."""
    return {}, asdict(data)


def statistics_of(_: Arrays, manifest: Manifest) -> ProfileStatistics:
    """What `statistics_parts` parted."""
    return ProfileStatistics(
        layers=tuple(_band(band) for band in manifest["layers"]),
        n_resamples=manifest["n_resamples"],
        n_images=manifest["n_images"],
        overall=_band(manifest["overall"]) if manifest.get("overall") else None,
    )


def _band(manifest: Manifest) -> LayerBand:
    return LayerBand(
        layer=manifest["layer"],
        ceiling=PairsMean(**manifest["ceiling"]),
        floor_shared=PairsMean(**manifest["floor_shared"]),
        floor_independent=PairsMean(**manifest["floor_independent"]),
        rules=tuple(
            RuleAgainstReference(
                **{
                    **rule,
                    "shared": PairsMean(**rule["shared"]),
                    "independent": PairsMean(**rule["independent"]),
                }
            )
            for rule in manifest["rules"]
        ),
    )


def accuracy_test_parts(data: AccuracyTests) -> Parts:
    """Tests of accuracies as arrays and a JSON-ready manifest."""
    return {}, asdict(data)


def accuracy_tests_of(_: Arrays, manifest: Manifest) -> AccuracyTests:
    """What `accuracy_test_parts` parted."""
    rules = tuple(AccuracyTest(**rule) for rule in manifest["rules"])
    return AccuracyTests(manifest["reference"], rules)


def map_parts(data: GeometryMap) -> Parts:
    """A map as arrays and a JSON-ready manifest."""
    manifest = asdict(data)
    arrays = {name: manifest.pop(name) for name in ("coordinates", "solid")}
    return {name: array for name, array in arrays.items() if array is not None}, manifest


def map_of(arrays: Arrays, manifest: Manifest) -> GeometryMap:
    """What `map_parts` parted."""
    return GeometryMap(
        points=tuple(MapPoint(**point) for point in manifest["points"]),
        coordinates=arrays["coordinates"],
        stress=manifest["stress"],
        kind=manifest["kind"],
        epoch=manifest["epoch"],
        n_images=manifest["n_images"],
        layers=tuple(manifest["layers"]),
        left_out=manifest["left_out"],
        # What links of before three dimensions lack.
        solid=arrays.get("solid"),
        solid_stress=manifest.get("solid_stress"),
    )


def exemplar_parts(data: ExemplarGallery) -> Parts:
    """Exemplars as arrays and a JSON-ready manifest."""
    arrays: Arrays = {}
    channels = []
    for index, entry in enumerate(data.channels):
        arrays[f"{index}/pictures"] = entry.pictures
        arrays[f"{index}/activations"] = entry.activations
        arrays[f"{index}/labels"] = entry.labels
        channels.append([entry.rule, entry.channel, entry.importance])
    return arrays, {
        "layer": data.layer,
        "class_index": data.class_index,
        "class_names": list(data.class_names),
        "seed": data.seed,
        "epoch": data.epoch,
        "n_images": data.n_images,
        "channels": channels,
        "reasons": data.reasons,
    }


def exemplars_of(arrays: Arrays, manifest: Manifest) -> ExemplarGallery:
    """What `exemplar_parts` parted."""
    return ExemplarGallery(
        layer=manifest["layer"],
        class_index=manifest["class_index"],
        class_names=tuple(manifest["class_names"]),
        seed=manifest["seed"],
        epoch=manifest["epoch"],
        n_images=manifest["n_images"],
        channels=tuple(
            ChannelExemplars(
                rule,
                channel,
                importance,
                arrays[f"{index}/pictures"],
                arrays[f"{index}/activations"],
                arrays[f"{index}/labels"],
            )
            for index, (rule, channel, importance) in enumerate(manifest["channels"])
        ),
        reasons=manifest["reasons"],
    )


def cost_parts(data: CostTable) -> Parts:
    """Costs as arrays and a JSON-ready manifest."""
    return {}, asdict(data)


def costs_of(_: Arrays, manifest: Manifest) -> CostTable:
    """What `cost_parts` parted."""
    return CostTable(
        rows=tuple(CostRow(**row) for row in manifest["rows"]),
        batch_size=manifest["batch_size"],
        device=manifest["device"],
    )


def space_parts(data: ImageSpace) -> Parts:
    """Maps of images as arrays and a JSON-ready manifest."""
    manifest = asdict(data)
    return {name: manifest.pop(name) for name in ("images", "labels", "coordinates")}, manifest


def space_of(arrays: Arrays, manifest: Manifest) -> ImageSpace:
    """What `space_parts` parted."""
    return ImageSpace(
        runs=tuple(RunLabel(**run) for run in manifest["runs"]),
        layer=manifest["layer"],
        images=arrays["images"],
        labels=arrays["labels"],
        class_names=tuple(manifest["class_names"]),
        coordinates=arrays["coordinates"],
        stress=tuple(manifest["stress"]),
        disparity=tuple(manifest["disparity"]),
        distance=manifest["distance"],
        epoch=manifest["epoch"],
        n_images=manifest["n_images"],
        left_out=manifest["left_out"],
    )


def picture_parts(data: ProbePictures) -> Parts:
    """Pictures of the probe as arrays and a JSON-ready manifest."""
    sheets = [np.frombuffer(sheet, dtype=np.uint8) for sheet in data.sheets]
    return dict(zip(map(str, range(len(sheets))), sheets, strict=True)), {
        "side": data.side,
        "columns": data.columns,
        "on_a_sheet": data.on_a_sheet,
    }


def pictures_of(arrays: Arrays, manifest: Manifest) -> ProbePictures:
    """What `picture_parts` parted."""
    return ProbePictures(
        sheets=tuple(arrays[str(index)].tobytes() for index in range(len(arrays))),
        side=manifest["side"],
        columns=manifest["columns"],
        on_a_sheet=manifest["on_a_sheet"],
    )
