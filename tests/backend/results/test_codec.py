"""Stored results come back bit by bit; others are read, or said to be unreadable.

`test_spec_yaml.py` does the same for experiments that users write.
"""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from safetensors.numpy import load, save

from feedback_atlas.server.artifacts import DamagedArtifactError
from feedback_atlas.server.comparisons.numbers import FrozenNumbers, freeze, thaw
from feedback_atlas.server.results import types
from feedback_atlas.server.results.answers import Answers
from feedback_atlas.server.results.codec import (
    ENTRY,
    assemble,
    dump,
    metadata_of,
    read_arrays,
    restore,
)
from feedback_atlas.server.sharing import upgrade
from tests.backend.comparisons.test_findings import numbers
from tests.backend.figures.examples import gallery, similarity

RESULTS: tuple[type[Any], ...] = (
    types.LayerSimilarity,
    types.RdmGallery,
    types.ProfileStatistics,
    types.GeometryMap,
    types.ExemplarGallery,
    types.CostTable,
    types.AccuracyTests,
    types.ImageSpace,
    types.ProbePictures,
    Answers,
    FrozenNumbers,
)


@dataclass(frozen=True)
class Inner:
    """Something within something."""

    name: str
    values: NDArray[np.float32]


@dataclass(frozen=True)
class Everything:
    """A field of every kind."""

    flag: bool
    count: int
    number: float
    text: str
    data: bytes
    any_array: NDArray[Any]
    fixed: tuple[int, str, NDArray[np.uint8]]
    some: tuple[Inner, ...]
    items: list[float | None]
    by_name: dict[str, Inner | None]
    by_place: dict[tuple[int, str], tuple[float, ...]]
    either: int | str | Inner | NDArray[np.bool_] | None
    json: Any
    default: int = 3
    more: dict[str, str] = field(default_factory=dict)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NUMBERS = [np.bool_, np.uint8, np.int64, np.float16, np.float32, np.float64]
# Lone halves of surrogate pairs too.
TEXT = st.text(st.characters(), max_size=6)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(),
    float: st.floats(),
    str: TEXT,
    bytes: st.binary(max_size=20),
    NoneType: st.none(),
    Any: JSON,
}
quick = hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
thorough = hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for anything that an annotation allows."""
    origin, of = get_origin(kind) or kind, get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{one.name: values(hints[one.name]) for one in fields(kind)})
    if origin in (Union, UnionType):
        return st.one_of(*map(values, of))
    if origin is np.ndarray:
        number = get_args(of[1])[0]
        dtype = st.sampled_from(NUMBERS) if number is Any else st.just(number)
        return arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0, max_side=3))
    if origin is tuple and of[1:] != (...,):
        return st.tuples(*map(values, of))
    if origin is dict:
        return st.dictionaries(values(of[0]), values(of[1]), max_size=2)
    made = st.lists(values(of[0]), max_size=2)
    return made.map(tuple) if origin is tuple else made


def assert_same(ours: Any, theirs: Any) -> None:
    """Compare bit by bit, NaN and the order of dicts included."""
    assert type(ours) is type(theirs)
    if isinstance(ours, np.ndarray):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
        assert ours.tobytes() == theirs.tobytes()
    elif isinstance(ours, float):
        assert struct.pack("d", ours) == struct.pack("d", theirs) or (ours != ours != theirs)
    elif is_dataclass(ours):
        for one in fields(ours):
            assert_same(getattr(ours, one.name), getattr(theirs, one.name))
    elif isinstance(ours, dict):
        assert_same(list(ours.items()), list(theirs.items()))
    elif isinstance(ours, tuple | list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    else:
        assert ours == theirs


@pytest.mark.parametrize("kind", [*RESULTS, Everything])
def test_what_is_stored_comes_back(kind: type[Any]) -> None:
    @thorough
    @given(value=values(kind), about=st.dictionaries(TEXT, JSON, max_size=2))
    def check(value: Any, about: dict[str, Any]) -> None:
        data = dump(value, about=about)
        assert_same(restore(kind, data), value)
        assert_same(metadata_of(data), {"about": about})
        assert dump(restore(kind, data), about=about) == data

    check()


def test_a_field_holds_what_its_annotation_says() -> None:
    kept = similarity()
    for changed in (
        replace(kept, n_images=2.0),  # type: ignore[arg-type]
        replace(kept, n_images=True),
        replace(kept, epoch=None),  # type: ignore[arg-type]
        replace(kept, values=kept.values.tolist()),  # type: ignore[arg-type]
        replace(kept, values=kept.values.astype(int)),
        replace(kept, layers=list(kept.layers)),  # type: ignore[arg-type]
        replace(kept, reasons={(0, 1): "too short"}),  # type: ignore[dict-item]
    ):
        with pytest.raises((TypeError, ValueError)):
            dump(changed)


def stored(value: Any, change: dict[str, Any], drop: tuple[str, ...] = ()) -> bytes:
    """Return a file whose fields were changed."""
    data = dump(value)
    length = int.from_bytes(data[:8], "little")
    written = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][ENTRY])["value"] | change
    kept = {name: one for name, one in written.items() if name not in drop}
    return assemble(type(value), kept, load(data), {})


def test_fields_come_and_go_between_releases() -> None:
    kept = replace(similarity(), subset="one_class", used=(3, 4))
    newer = restore(types.LayerSimilarity, stored(kept, {"of_the_future": [1, 2]}))
    assert_same(newer, kept)
    older = restore(types.LayerSimilarity, stored(kept, {}, ("subset", "used", "reasons")))
    assert (older.subset, older.used, older.reasons) == ("all", (), {})
    for data in (
        stored(kept, {}, ("estimator",)),
        stored(kept, {"estimator": None}),
        stored(kept, {"n_images": "200"}),
        stored(kept, {"n_images": 200.5}),
        stored(kept, {"layers": "conv1"}),
        stored(kept, {"values": "elsewhere"}),
        stored(kept, {"values": None}),
        stored(kept, {"reasons": [[[0, 1], "too short"]]}),
    ):
        with pytest.raises(DamagedArtifactError, match=r"LayerSimilarity.*cannot be read"):
            restore(types.LayerSimilarity, data)


def test_a_file_is_of_its_type_and_format() -> None:
    data = dump(similarity())
    with pytest.raises(DamagedArtifactError, match="RdmGallery"):
        restore(types.RdmGallery, data)
    right = {"format": 1, "type": "LayerSimilarity", "value": {}, "metadata": {}}
    for wrong in ({}, right | {"format": 0}, right | {"format": 2}, right, [right], "x"):
        other = save(load(data), metadata={ENTRY: json.dumps(wrong)})
        with pytest.raises(DamagedArtifactError):
            restore(types.LayerSimilarity, other)


MANIFEST = {"layers": ["conv1"], "class_names": ["0"]}
READERS = {
    "similarity": lambda data: restore(types.LayerSimilarity, data),
    "rdms": lambda data: restore(types.RdmGallery, data),
    "geometry": lambda data: restore(types.GeometryMap, data),
    "link": thaw,
    "metadata": metadata_of,
    "arrays": read_arrays,
    "upgrade": lambda data: upgrade.current("shares/x.safetensors", data),
}
LINK = numbers({("bp", 0): 0.7}, {("usf_sn", 0): [0.9, 0.8]})
GOOD = {
    "similarity": dump(similarity(), inputs={}),
    "rdms": dump(gallery(), inputs={}),
    "link": freeze(LINK, {"title": "x"}),
    "arrays": save({"conv1": np.zeros(3)}, metadata={"manifest": json.dumps(MANIFEST)}),
}

STORED = [similarity(), gallery(), restore(FrozenNumbers, GOOD["link"])]


def read(name: str, data: bytes) -> None:
    """Read, or be told in a sentence that it cannot be."""
    with suppress(DamagedArtifactError):
        READERS[name](data)


def test_good_files_are_read() -> None:
    assert len(restore(types.RdmGallery, GOOD["rdms"]).of_seed(0).runs) == 2
    assert metadata_of(GOOD["link"]) == {"view": {"title": "x"}}
    assert read_arrays(GOOD["arrays"])[1] == MANIFEST


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
@given(
    value=st.sampled_from([similarity(), gallery(), restore(FrozenNumbers, GOOD["link"])]),
    draw=st.data(),
)
def test_any_value_is_read_or_said_to_be_unreadable(value: Any, draw: st.DataObject) -> None:
    names = st.sampled_from([one.name for one in fields(value)])
    changes = draw.draw(st.dictionaries(names, JSON, min_size=1, max_size=3))
    with suppress(DamagedArtifactError):
        restore(type(value), stored(value, changes, tuple(draw.draw(st.sets(names, max_size=2)))))


@quick
@given(draw=st.data())
def test_any_manifest_of_0_1_0_is_read_or_said_to_be_unreadable(draw: st.DataObject) -> None:
    known = ("view", "curves", "curve_names", "accuracy", "similarity", "rdms", "exemplars",
             "geometry", "image_space", "pictures", "matrices")  # fmt: skip
    manifest = draw.draw(st.dictionaries(st.sampled_from(known), JSON))
    plausible = {"view": {}, "curves": [], "curve_names": [], "accuracy": [], **manifest}
    for one in (manifest, plausible):
        read("upgrade", save({"rdms": np.zeros(3)}, metadata={"manifest": json.dumps(one)}))


def test_a_value_that_is_too_deep_is_no_crash() -> None:
    deep = "[" * 100_000
    header = json.dumps({"__metadata__": {"manifest": deep, ENTRY: deep}}).encode()
    for name in READERS:
        with pytest.raises(DamagedArtifactError):
            READERS[name](len(header).to_bytes(8, "little") + header)
