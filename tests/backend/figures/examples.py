"""Small inputs for figures, and the way back from a figure's JSON to arrays."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import plotly.io
from numpy.typing import NDArray

from feedback_atlas.server.figures.base.figure import Figure
from feedback_atlas.server.figures.curves import draw_curves
from feedback_atlas.server.results.types import Curve, LayerSimilarity, RdmGallery, RunLabel

loss = partial(draw_curves, "loss")
validation_accuracy = partial(draw_curves, "validation-accuracy")
local_angle = partial(draw_curves, "local-angle")
global_angle = partial(draw_curves, "global-angle")
update_angle = partial(draw_curves, "update-angle")
sign_concordance = partial(draw_curves, "sign-concordance")

LAYERS = ("conv1", "conv2", "fc1")
_DTYPES = {"f4": "<f4", "f8": "<f8", "i4": "<i4", "u1": "u1", "u2": "<u2"}


def decoded(spec: dict[str, str]) -> NDArray[Any]:
    """Read a typed-array specification as plotly.js does."""
    array = np.frombuffer(base64.b64decode(spec["bdata"]), dtype=_DTYPES[spec["dtype"]])
    if "shape" in spec:
        array = array.reshape([int(size) for size in spec["shape"].split(",")])
    return array


def accepted(figure: Figure) -> Any:
    """Pass a figure through JSON into Plotly, which refuses attributes that it does not know."""
    return plotly.io.from_json(json.dumps(figure.plotly, allow_nan=False), skip_invalid=False)


def traces(figure: Figure, **attributes: Any) -> list[dict[str, Any]]:
    """Return the traces that have these attributes."""
    return [
        trace
        for trace in figure.plotly["data"]
        if all(trace.get(name) == value for name, value in attributes.items())
    ]


def texts(figure: Figure) -> list[str]:
    """Return what the figure's annotations say."""
    return [note["text"] for note in figure.plotly["layout"].get("annotations", [])]


def curve(
    rule: str, y: Sequence[float], *, seed: int = 0, layer: str | None = None, start: int = 0
) -> Curve:
    """Return a curve with a point every ten steps."""
    x = np.arange(len(y), dtype=np.float64) * 10.0 + start
    return Curve(RunLabel(rule, seed), layer, x, np.array(y, dtype=np.float64))


def similarity(seeds: int = 1, **changes: Any) -> LayerSimilarity:
    """Return two rules against BP on three layers."""
    runs = tuple(RunLabel(rule, seed) for rule in ("usf_sn", "fa_dense") for seed in range(seeds))
    values = np.random.default_rng(0).uniform(0.05, 0.95, size=(len(runs), 3, 3))
    fields: dict[str, Any] = {
        "reference": "bp",
        "runs": runs,
        "layers": LAYERS,
        "values": values,
        "estimator": "unbiased",
        "epoch": "best",
        "n_images": 200,
    }
    return LayerSimilarity(**fields | changes)


def gallery(n_images: int = 12, seeds: int = 1, **changes: Any) -> RdmGallery:
    """Return two rules, three layers, images of three classes."""
    runs = tuple(RunLabel(rule, seed) for rule in ("fa_toeplitz", "bp") for seed in range(seeds))
    pairs = n_images * (n_images - 1) // 2
    fields: dict[str, Any] = {
        "runs": runs,
        "layers": LAYERS,
        "values": np.random.default_rng(1).uniform(0.0, 1.3, size=(len(runs), 3, pairs)),
        "labels": np.sort(np.arange(n_images) % 3),
        "class_names": ("cat", "dog", "ship"),
        "distance": "correlation",
        "epoch": "last",
    }
    return RdmGallery(**fields | changes)
