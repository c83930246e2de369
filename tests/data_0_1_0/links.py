"""Contents of links through the public API: of 0.1.0 as recorded, and of any release."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np


def shown(get: Callable[[str], Any], token: str) -> dict[str, Any]:
    """Read all that a link shows with ``get``, which answers a path as httpx does."""
    path = f"/api/shared/{token}"
    view = get(path).json()
    comparison = view["comparison"]
    figures = [
        name
        for name in comparison["figures"]
        if name not in comparison["unavailable"] and name != "result"
    ]
    looks = {name: [""] for name in figures}
    if "layer-similarity" in looks:
        looks["layer-similarity"] += [f"matrices={one['id']}" for one in view["matrices"]]
    if "geometry-map" in looks:
        looks["geometry-map"].append("map_dimensions=3")
    probe = get(f"{path}/probe").json()
    for sheet in probe["sheets"]:  # named by the SHA-256 of its content
        get(f"{path}/probe/{sheet}.png")
    return {
        "view": view,
        "result": get(f"{path}/result").json(),
        "figures": {
            f"{name}?{look}": get(f"{path}/figures/{name}?{look}").json()["plotly"]["data"]
            for name, its in looks.items()
            for look in its
        },
        "csv": {name: get(f"{path}/figures/{name}.csv").text for name in figures},
        "archive": _arrays(get(f"{path}/numbers.zip").content),
        "probe": probe,
        "spec": get(f"{path}/spec.yaml").text,
    }


def _arrays(archive: bytes) -> dict[str, dict[str, Any]]:
    """Read the arrays of an archive's NPZ files, as their bytes."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for name in files.namelist():
            if name.endswith(".npz"):
                with np.load(io.BytesIO(files.read(name)), allow_pickle=False) as arrays:
                    found[name] = {
                        key: {
                            "dtype": arrays[key].dtype.str,
                            "shape": list(arrays[key].shape),
                            "data": base64.b64encode(arrays[key].tobytes()).decode(),
                        }
                        for key in arrays.files
                    }
    return found
