"""Arrays in Plotly's JSON: base64 of their bytes, which keeps figures small and exact."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NAMES = {
    "float32": "f4",
    "float64": "f8",
    "int32": "i4",
    "uint8": "u1",
    "uint16": "u2",
}


def typed(array: NDArray[Any]) -> dict[str, str]:
    """Return an array as Plotly's typed-array specification, as ``plotly.io.to_json`` writes it.

    Args:
        array: one- or two-dimensional, of float32, float64, int32, uint8 or uint16.

    Returns:
        ``dtype``, ``bdata`` (little-endian bytes in base64) and, for two dimensions, ``shape``.

    Raises:
        ValueError: if plotly.js has no array of this type.
    """
    name = _NAMES.get(array.dtype.name)
    if name is None:
        raise ValueError(f"plotly.js has no typed array for {array.dtype}")
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    spec = {"dtype": name, "bdata": base64.b64encode(little.tobytes()).decode("ascii")}
    if array.ndim > 1:
        spec["shape"] = ", ".join(str(size) for size in array.shape)
    return spec
