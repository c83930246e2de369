"""Upgrade of the data of 0.1.0 to this release: the tables, then the frozen copies of links.

0.1.0 wrote copies in a format of its own, which is read here alone, into the folder `shares/`;
this release writes them into `links/`. Each copy is written anew, then its row is changed, then
the file of before is deleted; so every row names a readable file whenever this is stopped, and
doing it again completes it. Two processes that do it together write the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from feedback_atlas.server.analyses.kinds import (
    ACCURACY_TESTS,
    COSTS,
    EXEMPLARS,
    GEOMETRY,
    IMAGE_SPACE,
    RDM,
    SIMILARITY,
    STATISTICS,
)
from feedback_atlas.server.artifacts import ArtifactError, ArtifactStore, DamagedArtifactError
from feedback_atlas.server.artifacts.errors import readable
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers, freeze
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.results.codec import Arrays, assemble, read_arrays, restore
from feedback_atlas.server.results.types import (
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
)

_OLD = "shares"

_log = logging.getLogger(__name__)


def bring_up_to_date(database: Database, store: ArtifactStore) -> None:
    """Migrate the tables and write the copies of links as this release does; safe to repeat."""
    database.migrate()
    try:
        _write_anew(database, store)
        _delete_left(database, store)
    except ArtifactError as error:
        # Links can be read all the same, and the next start goes on.
        _log.warning("The files of links stay as 0.1.0 wrote them: %s", error)


def key_of(share_id: str) -> str:
    """Return the key of a link's copy."""
    return f"links/{share_id}.safetensors"


def current(key: str, data: bytes) -> bytes:
    """Return the copy of a link that lay under ``key`` as this release writes it.

    Raises DamagedArtifactError where it is not what 0.1.0 wrote.
    """
    if not key.startswith(f"{_OLD}/"):
        return data
    with readable("A frozen comparison"):
        arrays, manifest = read_arrays(data)
        view = manifest.pop("view")
        manifest["curves"] = _curves(manifest)
        for name, in_codec in _IN_CODEC.items():
            part = manifest.setdefault(name, None)
            if part is not None:
                in_codec(part, arrays)
        old = restore(_Numbers, assemble(_Numbers, manifest, arrays, {}))
        return freeze(_in_kinds(old), view)


def _write_anew(database: Database, store: ArtifactStore) -> None:
    with database.read() as session:
        old = session.scalars(
            select(Share).where(Share.key.startswith(f"{_OLD}/"), Share.revoked_at.is_(None))
        ).all()
    for share in old:
        try:
            data = current(share.key, store.get(share.key, share.sha256))
        except DamagedArtifactError as error:
            # Or another process has written it anew meanwhile, and the file is gone.
            _log.warning("The link %s stays as it is: %s", share.id, error)
            continue
        stored = store.put(key_of(share.id), data)
        with database.write() as session:
            session.execute(
                update(Share)
                .where(Share.id == share.id, Share.key == share.key, Share.revoked_at.is_(None))
                .values(key=stored.key, sha256=stored.sha256)
            )
            row = session.get(Share, share.id)
            wanted = row is not None and row.revoked_at is None
        if not wanted:  # revoked or deleted while it was written
            store.delete(stored.key)


def _delete_left(database: Database, store: ArtifactStore) -> None:
    """Delete the files of 0.1.0 that no link shows any more."""
    there = store.keys(_OLD)
    if not there:
        return
    with database.read() as session:
        shown = set(session.scalars(select(Share.key).where(Share.revoked_at.is_(None))))
    for key in there:
        if key not in shown:
            store.delete(key)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers as 0.1.0 had them; a part that was not computed is missing."""

    accuracy: tuple[AccuracyRow, ...]
    curves: dict[str, list[Curve]]
    missing: dict[str, str]
    matrices: str
    map_dimensions: int
    no_statistics: str | None
    similarity: LayerSimilarity | None = None
    rdms: RdmGallery | None = None
    statistics: ProfileStatistics | None = None
    geometry: GeometryMap | None = None
    exemplars: ExemplarGallery | None = None
    costs: CostTable | None = None
    accuracy_tests: AccuracyTests | None = None
    image_space: ImageSpace | None = None
    pictures: ProbePictures | None = None


def _in_kinds(old: _Numbers) -> ComparisonNumbers:
    results = {
        SIMILARITY.id: old.similarity,
        RDM.id: old.rdms,
        STATISTICS.id: old.statistics,
        GEOMETRY.id: old.geometry,
        EXEMPLARS.id: old.exemplars,
        COSTS.id: old.costs,
        ACCURACY_TESTS.id: old.accuracy_tests,
        IMAGE_SPACE.id: old.image_space,
    }
    reason = old.no_statistics
    return ComparisonNumbers(
        old.accuracy,
        old.curves,
        {kind: result for kind, result in results.items() if result is not None},
        old.missing
        | ({} if reason is None else {STATISTICS.id: reason.removeprefix("No statistics: ")}),
        old.matrices,
        old.map_dimensions,
        old.pictures,
    )


# What follows says where the arrays of 0.1.0's manifests are, in the way of the codec.


def _curves(manifest: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    curves: dict[str, list[dict[str, Any]]] = {name: [] for name in manifest["curve_names"]}
    for index, curve in enumerate(manifest["curves"]):
        axes = {axis: f"curves/{index}/{axis}" for axis in ("x", "y")}
        curves[curve["name"]].append(curve | axes)
    return curves


def _similarity(part: dict[str, Any], _: Arrays) -> None:
    part["values"] = "similarity"
    part["reasons"] = [[where, reason] for *where, reason in part["reasons"]]


def _rdms(part: dict[str, Any], _: Arrays) -> None:
    part |= {"values": "rdms", "labels": "labels"}


def _geometry(part: dict[str, Any], arrays: Arrays) -> None:
    solid = "geometry/solid"
    part |= {"coordinates": "geometry/coordinates", "solid": solid if solid in arrays else None}


def _exemplars(part: dict[str, Any], _: Arrays) -> None:
    part["channels"] = [
        {
            "rule": rule,
            "channel": channel,
            "importance": importance,
            **{name: f"exemplars/{index}/{name}" for name in ("pictures", "activations", "labels")},
        }
        for index, (rule, channel, importance) in enumerate(part["channels"])
    ]


def _image_space(part: dict[str, Any], _: Arrays) -> None:
    part |= {name: f"image_space/{name}" for name in ("images", "labels", "coordinates")}


def _pictures(part: dict[str, Any], arrays: Arrays) -> None:
    count = sum(name.startswith("pictures/") for name in arrays)
    part["sheets"] = [f"pictures/{index}" for index in range(count)]


_IN_CODEC: dict[str, Callable[[dict[str, Any], Arrays], None]] = {
    "similarity": _similarity,
    "rdms": _rdms,
    "geometry": _geometry,
    "exemplars": _exemplars,
    "image_space": _image_space,
    "pictures": _pictures,
}
