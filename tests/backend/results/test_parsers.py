"""What comes from disk is read, or said to be unreadable; it never ends in another error.

`test_spec_yaml.py` does the same for experiments that users write.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedback_atlas.server.artifacts import DamagedArtifactError
from feedback_atlas.server.comparisons.numbers import freeze, thaw
from feedback_atlas.server.results.codec import (
    pack,
    panel_from,
    rdm_manifest,
    rdms_from,
    similarity_from,
    similarity_manifest,
    unpack,
)
from tests.backend.comparisons.test_findings import numbers
from tests.backend.figures.examples import gallery, similarity

READERS = {
    "unpack": unpack,
    "similarity": similarity_from,
    "rdms": lambda data: rdms_from(data, 0),
    "panel": lambda data: panel_from("geometry", data),
    "thaw": thaw,
}
MANIFESTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "similarity": ({"values": similarity().values}, similarity_manifest(similarity())),
    "rdms": (
        {"values": gallery().values, "labels": gallery().labels},
        rdm_manifest(gallery()),
    ),
}
GOOD = {
    **{name: pack(*parts) for name, parts in MANIFESTS.items()},
    "thaw": freeze(numbers({("bp", 0): 0.7}, {("usf_sn", 0): [0.9, 0.8]}), {"title": "x"}),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
quick = hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def read(name: str, data: bytes) -> None:
    """Read, or be told in a sentence that it cannot be."""
    with suppress(DamagedArtifactError):
        READERS[name](data)


def test_good_files_are_read() -> None:
    assert similarity_from(GOOD["similarity"]).estimator == "unbiased"
    assert len(rdms_from(GOOD["rdms"], 0).runs) == 2
    assert thaw(GOOD["thaw"])[1] == {"title": "x"}


@quick
@given(name=st.sampled_from(sorted(READERS)), data=st.binary(max_size=200))
def test_any_bytes_are_said_to_be_unreadable(name: str, data: bytes) -> None:
    with pytest.raises(DamagedArtifactError, match="cannot be read"):
        READERS[name](data)


@quick
@given(
    name=st.sampled_from(sorted(READERS)),
    header=JSON | st.fixed_dictionaries({"__metadata__": JSON, "values": JSON}),
    declared=st.none() | st.integers(0, 2**64 - 1),
)
def test_any_header_is_read_or_said_to_be_unreadable(
    name: str, header: Any, declared: int | None
) -> None:
    text = json.dumps(header).encode()
    length = len(text) if declared is None else declared
    read(name, length.to_bytes(8, "little") + text + bytes(64))


@quick
@given(name=st.sampled_from(sorted(GOOD)), draw=st.data())
def test_a_file_with_changed_bytes_is_read_or_said_to_be_unreadable(
    name: str, draw: st.DataObject
) -> None:
    good = GOOD[name]
    changed = bytearray(good)
    for _ in range(draw.draw(st.integers(1, 4))):
        changed[draw.draw(st.integers(0, min(len(good), 1500) - 1))] = draw.draw(
            st.integers(0, 255)
        )
    read(name, bytes(changed[: draw.draw(st.integers(0, len(changed)))]))
    read(name, bytes(changed))


@quick
@given(name=st.sampled_from(sorted(MANIFESTS)), draw=st.data())
def test_any_manifest_is_read_or_said_to_be_unreadable(name: str, draw: st.DataObject) -> None:
    arrays, manifest = MANIFESTS[name]
    changed = dict(manifest)
    for key in draw.draw(st.lists(st.sampled_from(sorted(manifest)), min_size=1, max_size=3)):
        if draw.draw(st.booleans()):
            changed.pop(key, None)
        else:
            changed[key] = draw.draw(JSON)
    kept = draw.draw(st.sets(st.sampled_from(sorted(arrays))))
    shapes = st.sampled_from([(0,), (1,), (2, 3), (2, 3, 3)])
    others = {key: np.zeros(draw.draw(shapes)) for key in arrays.keys() - kept}
    read(name, pack({key: arrays[key] for key in kept} | others, changed))


def test_a_manifest_that_is_too_deep_is_no_crash() -> None:
    deep = "[" * 100_000
    header = json.dumps({"__metadata__": {"manifest": deep}}).encode()
    read("thaw", len(header).to_bytes(8, "little") + header)
