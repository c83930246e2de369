"""Upgrade of the data of 0.1.0 to this release: the tables, then the frozen copies of links.

0.1.0 wrote copies in a format of its own, which is read here alone, into the folder `shares/`;
this release writes them into `links/`. Each copy is written anew, then its row is changed, then
the file of before is deleted; so every row names a readable file whenever this is stopped, and
doing it again completes it. Two processes that do it together write the same bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from feedback_atlas.server.analyses.kinds import (
    EXEMPLARS,
    GEOMETRY,
    IMAGE_SPACE,
    KINDS,
    RDM,
    SIMILARITY,
    STATISTICS,
)
from feedback_atlas.server.artifacts import ArtifactError, ArtifactStore, DamagedArtifactError
from feedback_atlas.server.artifacts.errors import readable
from feedback_atlas.server.comparisons.numbers import FrozenNumbers
from feedback_atlas.server.db.models import Share
from feedback_atlas.server.db.session import Database
from feedback_atlas.server.results.codec import Arrays, build, dump, read_arrays

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
        results = {}
        for kind in KINDS.values():
            # 0.1.0 named every part by its kind but this one.
            part = manifest.get("rdms" if kind is RDM else kind.id)
            if part is not None:
                part |= _IN_CODEC.get(kind.id, _as_it_is)(part, arrays)
                results[kind.id] = dump(build(kind.result, part, arrays))
        reason = manifest["no_statistics"]
        if reason is not None:
            manifest["missing"][STATISTICS.id] = reason.removeprefix("No statistics: ")
        of_codec = {
            "results": {},
            "curves": _curves(manifest),
            "pictures": _pictures(manifest.get("pictures"), arrays),
        }
        numbers = build(FrozenNumbers, manifest | of_codec, arrays)
        return dump(replace(numbers, results=results), view=manifest["view"])


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


# What follows says where the arrays of 0.1.0's manifests are, in the way of the codec.


def _curves(manifest: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    curves: dict[str, list[dict[str, Any]]] = {name: [] for name in manifest["curve_names"]}
    for index, curve in enumerate(manifest["curves"]):
        axes = {axis: f"curves/{index}/{axis}" for axis in ("x", "y")}
        curves[curve["name"]].append(curve | axes)
    return curves


def _pictures(part: dict[str, Any] | None, arrays: Arrays) -> dict[str, Any] | None:
    if part is None:
        return None
    count = sum(name.startswith("pictures/") for name in arrays)
    return part | {"sheets": [f"pictures/{index}" for index in range(count)]}


def _as_it_is(part: dict[str, Any], _: Arrays) -> dict[str, Any]:
    return {}


def _similarity(part: dict[str, Any], _: Arrays) -> dict[str, Any]:
    reasons = [[where, reason] for *where, reason in part["reasons"]]
    return {"values": "similarity", "reasons": reasons}


def _rdms(part: dict[str, Any], _: Arrays) -> dict[str, Any]:
    return {"values": "rdms", "labels": "labels"}


def _geometry(part: dict[str, Any], arrays: Arrays) -> dict[str, Any]:
    solid = "geometry/solid"
    return {"coordinates": "geometry/coordinates", "solid": solid if solid in arrays else None}


def _exemplars(part: dict[str, Any], _: Arrays) -> dict[str, Any]:
    names = ("pictures", "activations", "labels")
    channels = [
        {
            "rule": rule,
            "channel": channel,
            "importance": importance,
            **{name: f"exemplars/{index}/{name}" for name in names},
        }
        for index, (rule, channel, importance) in enumerate(part["channels"])
    ]
    return {"channels": channels}


def _image_space(part: dict[str, Any], _: Arrays) -> dict[str, Any]:
    return {name: f"image_space/{name}" for name in ("images", "labels", "coordinates")}


_IN_CODEC: dict[str, Callable[[dict[str, Any], Arrays], dict[str, Any]]] = {
    SIMILARITY.id: _similarity,
    RDM.id: _rdms,
    GEOMETRY.id: _geometry,
    EXEMPLARS.id: _exemplars,
    IMAGE_SPACE.id: _image_space,
}
