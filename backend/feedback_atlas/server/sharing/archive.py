"""All numbers of a frozen comparison as one archive, made without a worker."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_atlas.server import __version__
from feedback_atlas.server.analyses.kinds import RDM, SIMILARITY
from feedback_atlas.server.comparisons import panels
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import Comparison
from feedback_atlas.server.figures.base.tables import table_csv

# The same archive for the same numbers: no file carries the moment it was made.
_TIME = (2026, 1, 1, 0, 0, 0)


def numbers_archive(
    numbers: ComparisonNumbers, view: Comparison, versions: Mapping[str, str]
) -> bytes:
    """Return a ZIP file of arrays, tables and a manifest.

    ``rdms.npz`` and ``similarities.npz`` have the names of arrays that a comparison's own archive
    has; ``figures/NAME.csv`` has the numbers of a figure; ``manifest.json`` says what was compared,
    computed with which ``versions``, and the SHA-256 of every file.
    """
    files: dict[str, bytes] = {}
    gallery = numbers.of(RDM)
    if gallery is not None:
        names = [(run.rule, run.seed, layer) for run in gallery.runs for layer in gallery.layers]
        files["rdms.npz"] = _npz(
            dissimilarities=gallery.values.reshape(len(names), -1),
            rule=np.array([rule for rule, _, _ in names]),
            seed=np.array([seed for _, seed, _ in names]),
            layer=np.array([layer for _, _, layer in names]),
            label=gallery.labels,
            class_names=np.array(gallery.class_names),
        )
    similarity = numbers.of(SIMILARITY)
    if similarity is not None:
        files["similarities.npz"] = _npz(
            similarity=similarity.values,
            rule=np.array([run.rule for run in similarity.runs]),
            seed=np.array([run.seed for run in similarity.runs]),
            layer=np.array(similarity.layers),
            images=np.array(similarity.used or [similarity.n_images] * len(similarity.runs)),
        )
    for name in panels.figures():
        if name in view.figures and name not in view.unavailable:
            figure = panels.draw(name, numbers, "light", "wide")
            files[f"figures/{name}.csv"] = table_csv(figure.csv).encode()
    manifest = {
        "title": view.title,
        "subtitle": view.subtitle,
        "comparison": view.id,
        "request": view.request.model_dump(mode="json"),
        "runs": [run.model_dump(mode="json") for run in view.runs],
        "versions": {"feedback-atlas": __version__, **versions},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    files["manifest.json"] = (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()
    return _zipped(files)


def _npz(**arrays: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in sorted(files.items()):
            written.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
