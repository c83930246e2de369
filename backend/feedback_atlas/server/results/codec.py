"""Safetensors files of dataclasses, written and read back as their annotations say.

A file holds the arrays as tensors and all else as JSON in its metadata: ``format``, the name of
the ``type``, its ``value``, in which arrays and bytes stand under the names of their tensors, and
``metadata`` that whoever wrote the file added. JSON here has NaN and Infinity, as Python's has.
The same value always gives the same bytes.

A field may be a bool, int, float, str, bytes, None, a NumPy array, another dataclass, a tuple, a
list, a dict with keys of any of these, a union, or Any for what is JSON already. Fields that a
file lacks take their defaults; fields that a type does not know (any more) are left unread.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from feedback_atlas.server.artifacts.errors import readable

# One entry: safetensors writes several in an order of chance, and bytes would not be reproducible.
ENTRY = "feedback-atlas"
FORMAT = 1

Arrays = dict[str, NDArray[Any]]
T = TypeVar("T")


def dump(value: Any, **metadata: Any) -> bytes:
    """Return a dataclass as a file, with JSON-ready metadata beside it.

    Raises TypeError where a field holds what its annotation does not allow, and ValueError for a
    tuple of another length.
    """
    arrays: Arrays = {}
    return assemble(type(value), _written(type(value), value, "", arrays), arrays, metadata)


def restore(cls: type[T], data: bytes) -> T:
    """Return what `dump` wrote of a value of this type. Raises DamagedArtifactError."""
    with readable(f"A stored file ({cls.__name__})"):
        content = _content(data)
        if (content["format"], content["type"]) != (FORMAT, cls.__name__):
            raise ValueError("another format, or another type")
        return build(cls, content["value"], load(data))


@readable("A stored file")
def metadata_of(data: bytes) -> dict[str, Any]:
    """Return the metadata that `dump` was given. Raises DamagedArtifactError."""
    found: dict[str, Any] = _checked(dict, _content(data)["metadata"])
    return found


@readable("A stored file")
def read_arrays(data: bytes) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays and the manifest of a file that a run stored: its probe, activations.

    Raises DamagedArtifactError.
    """
    return load(data), _entry(data, "manifest")


def assemble(cls: type[Any], value: Any, arrays: Arrays, metadata: dict[str, Any]) -> bytes:
    """Put a file together from its parts; ``value`` is JSON with names of ``arrays``."""
    content = {"format": FORMAT, "type": cls.__name__, "value": value, "metadata": metadata}
    return save(arrays, metadata={ENTRY: json.dumps(content)})


def build(cls: type[T], value: Any, arrays: Arrays) -> T:
    """Return a value of this type from JSON with names of ``arrays``.

    Raises TypeError, ValueError or KeyError where it is not what `dump` writes of one.
    """
    built: T = _read(cls, value, arrays)
    return built


def _entry(data: bytes, name: str) -> Any:
    length = int.from_bytes(data[:8], "little")
    return json.loads(json.loads(data[8 : 8 + length])["__metadata__"][name])


def _content(data: bytes) -> dict[str, Any]:
    content: dict[str, Any] = _checked(dict, _entry(data, ENTRY))
    return content


@cache
def _annotations(cls: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


@cache
def _needed(cls: type[Any]) -> frozenset[str]:
    """Return the names of the fields that have no default."""
    return frozenset(
        field.name
        for field in fields(cls)
        if field.default is MISSING and field.default_factory is MISSING
    )


def _written(kind: Any, value: Any, name: str, arrays: Arrays) -> Any:
    """Return a value as JSON; its arrays go into ``arrays``, named after their fields."""
    origin, of = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        return _written_union(of, value, name, arrays)
    if kind is Any:
        return value
    if not _fits(kind, value):
        raise TypeError(f"{name or kind} is {type(value).__name__}, not {kind}")
    if is_dataclass(kind):
        return {
            field: _written(hint, getattr(value, field), field, arrays)
            for field, hint in _annotations(origin).items()
        }
    if origin in (np.ndarray, bytes):
        place = f"{len(arrays)}.{name}"
        array = np.frombuffer(value, np.uint8) if origin is bytes else value
        # `ascontiguousarray` would make a vector of a number.
        arrays[place] = np.asarray(array, order="C")
        return place
    if origin is tuple:
        pairs = zip(_of_each(of, value), value, strict=True)
        return [_written(one, item, name, arrays) for one, item in pairs]
    if origin is list:
        return [_written(of[0], item, name, arrays) for item in value]
    if origin is dict and of[0] is str:
        return {key: _written(of[1], item, name, arrays) for key, item in value.items()}
    if origin is dict:
        return [
            [_written(of[0], key, name, arrays), _written(of[1], item, name, arrays)]
            for key, item in value.items()
        ]
    return float(value) if kind is float else value


def _written_union(of: tuple[Any, ...], value: Any, name: str, arrays: Arrays) -> Any:
    """Return None as it is, the one other kind as it is, one of several with its name."""
    if value is None and NoneType in of:
        return None
    kinds = [one for one in of if one is not NoneType]
    if len(kinds) == 1:
        return _written(kinds[0], value, name, arrays)
    for one in kinds:
        if _fits(one, value):
            return [_name(one), _written(one, value, name, arrays)]
    raise TypeError(f"{name} is {type(value).__name__}, not one of {kinds}")


def _read(kind: Any, value: Any, arrays: Arrays) -> Any:
    """Return what `_written` wrote. Raises TypeError, ValueError or KeyError for anything else."""
    origin, of = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        if value is None and NoneType in of:
            return None
        kinds = [one for one in of if one is not NoneType]
        if len(kinds) == 1:
            return _read(kinds[0], value, arrays)
        chosen, value = value
        return _read({_name(one): one for one in kinds}[chosen], value, arrays)
    if kind is Any:
        return value
    if is_dataclass(kind):
        return _read_fields(kind, value, arrays)
    if origin is np.ndarray:
        found: Any = arrays[value]
    elif origin is bytes:
        found = arrays[value].tobytes()
    elif origin is tuple:
        items = _checked(list, value)
        pairs = zip(_of_each(of, items), items, strict=True)
        found = tuple(_read(one, item, arrays) for one, item in pairs)
    elif origin is list:
        found = [_read(of[0], item, arrays) for item in _checked(list, value)]
    elif origin is dict and of[0] is str:
        found = {key: _read(of[1], item, arrays) for key, item in _checked(dict, value).items()}
    elif origin is dict:
        found = {
            _read(of[0], key, arrays): _read(of[1], item, arrays)
            for key, item in _checked(list, value)
        }
    else:
        found = float(value) if kind is float and _fits(float, value) else value
    return _checked(kind, found)


def _read_fields(cls: Any, value: Any, arrays: Arrays) -> Any:
    given = _checked(dict, value)
    needed = _needed(cls)
    return cls(
        **{
            field: _read(hint, given[field], arrays)
            for field, hint in _annotations(cls).items()
            if field in needed or field in given
        }
    )


def _of_each(of: tuple[Any, ...], items: Any) -> tuple[Any, ...]:
    """Return the kind of each item of a tuple."""
    return of[:1] * len(items) if of[1:] == (...,) else of


def _checked(kind: Any, value: Any) -> Any:
    if not _fits(kind, value):
        raise TypeError(f"{type(value).__name__} is not {kind}")
    return value


def _fits(kind: Any, value: Any) -> bool:
    """Return whether a value is of a kind, looked at from outside."""
    origin = get_origin(kind) or kind
    if origin is np.ndarray:
        number = get_args(get_args(kind)[1])[0]
        return isinstance(value, np.ndarray) and (
            number is Any or value.dtype.kind == np.dtype(number).kind
        )
    if origin is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if origin is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, origin)


def _name(kind: Any) -> str:
    name: str = (get_origin(kind) or kind).__name__
    return name
