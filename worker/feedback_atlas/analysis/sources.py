"""Sources of activations, a few images at a time: arrays, files, a network on demand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.analysis._gram import as_patterns

if TYPE_CHECKING:
    from torch import Tensor

Images = NDArray[np.int64]

# The types of safetensors that NumPy has.
_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}


@runtime_checkable
class Representation(Protocol):
    """One layer's activations on a probe, whose images can be asked for in any order."""

    @property
    def n_images(self) -> int:
        """Number of images of the probe."""
        ...

    @property
    def n_features(self) -> int:
        """Number of activations an image."""
        ...

    def rows(self, images: Images) -> NDArray[Any]:
        """Return the activations of these images, (len(images), n_features), of a float type."""
        ...


class Activations:
    """Activations that are in memory.

    Args:
        x: (n_images, n_features) or (n_images, ...) to be flattened, a tensor or an array.

    Raises:
        ValueError: if ``x`` has fewer than two dimensions or holds no activation.
    """

    def __init__(self, x: Tensor | NDArray[Any]) -> None:
        self._patterns = as_patterns(x)
        self.n_images, self.n_features = self._patterns.shape

    def rows(self, images: Images) -> NDArray[Any]:
        """Return the activations of these images, (len(images), n_features)."""
        return taken(self._patterns, images)


@dataclass(slots=True)
class StoredActivations:
    """Activations in a safetensors file, read only where they are asked for.

    Args:
        path: the file.
        key: the tensor's name in it, (n_images, ...) of 16, 32 or 64 bit floats.

    Raises:
        ValueError: if the file has no such tensor, or it is of another type or shape.
    """

    path: Path
    key: str
    n_images: int = field(init=False)
    n_features: int = field(init=False)
    _dtype: str = field(init=False, repr=False)
    _offset: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the file's header: a length, then JSON with each tensor's type, shape and place."""
        with self.path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
        if self.key not in header:
            names = ", ".join(sorted(set(header) - {"__metadata__"}))
            raise ValueError(f"{self.path.name} has no tensor {self.key!r}; it has {names}")
        described = header[self.key]
        shape = described["shape"]
        if described["dtype"] not in _DTYPES or len(shape) < 2 or 0 in shape:
            raise ValueError(
                f"{self.key!r} in {self.path.name} is {described['dtype']} of shape {shape}; "
                "activations are floats of shape (n_images, n_features)"
            )
        self.n_images, self.n_features = shape[0], int(np.prod(shape[1:]))
        self._dtype = _DTYPES[described["dtype"]]
        self._offset = 8 + length + described["data_offsets"][0]

    def rows(self, images: Images) -> NDArray[Any]:
        """Return the activations of these images, (len(images), n_features)."""
        whole = np.memmap(
            self.path,
            dtype=self._dtype,
            mode="r",
            offset=self._offset,
            shape=(self.n_images, self.n_features),
        )
        return taken(whole, images)


@dataclass(frozen=True, slots=True)
class Subset:
    """Some images of a representation, in a given order."""

    whole: Representation
    images: Images

    @property
    def n_images(self) -> int:
        """Number of images of the subset."""
        return len(self.images)

    @property
    def n_features(self) -> int:
        """Number of activations an image."""
        return self.whole.n_features

    def rows(self, images: Images) -> NDArray[Any]:
        """Return the activations of these images of the subset, (len(images), n_features)."""
        return self.whole.rows(self.images[images])


def taken(patterns: NDArray[Any], images: Images) -> NDArray[Any]:
    """Return rows of an array, without a copy where they lie together."""
    first, last = int(images[0]), int(images[-1])
    if last - first + 1 == len(images) and np.array_equal(images, np.arange(first, last + 1)):
        return patterns[first : last + 1]
    return patterns[images]
