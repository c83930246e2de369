"""All numbers of a comparison as one archive: RDMs for rsatoolbox, arrays, tables, manifests."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np

from feedback_atlas.analysis import Rdm, rsatoolbox_rdms
from feedback_atlas.analysis.export import manifest, manifest_json, npz, rdms_hdf5, similarities_csv
from feedback_atlas.server.artifacts import ArtifactStore
from feedback_atlas.server.results.codec import metadata_of, restore
from feedback_atlas.server.results.types import LayerSimilarity, RdmGallery

# The same archive for the same numbers: no file carries the moment it was made.
_TIME = (2026, 1, 1, 0, 0, 0)


def numbers_archive(inputs: dict[str, Any], store: ArtifactStore) -> bytes:
    """Compute a `download` analysis: a ZIP file.

    It holds ``rdms.h5`` (which ``rsatoolbox.rdm.load_rdm`` opens), ``rdms.npz``, and where rules
    were compared ``similarities.npz`` and ``similarities.csv``; each set with its manifest.
    """
    files = _rdm_files(store.get(**inputs["rdm"]), inputs["rdm_seed"])
    if inputs["similarity"] is not None:
        files |= _similarity_files(store.get(**inputs["similarity"]))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in sorted(files.items()):
            written.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _rdm_files(data: bytes, seed: int) -> dict[str, bytes]:
    gallery = restore(RdmGallery, data).of_seed(seed)
    inputs = metadata_of(data)["inputs"]
    names = [(run.rule, run.seed, layer) for run in gallery.runs for layer in gallery.layers]
    values = gallery.values.reshape(len(names), -1)
    arrays = {
        "dissimilarities": values,
        "rule": np.array([rule for rule, _, _ in names]),
        "seed": np.array([run_seed for _, run_seed, _ in names]),
        "layer": np.array([layer for _, _, layer in names]),
        "label": gallery.labels,
    }
    described = manifest(
        "rdm",
        {name: array for name, array in arrays.items() if array.dtype.kind != "U"},
        inputs=inputs,
        parameters={"distance": gallery.distance, "epoch": gallery.epoch},
    )
    rdms = rsatoolbox_rdms(
        [Rdm(row, gallery.distance, len(gallery.labels)) for row in values],
        rdm_descriptors={
            "rule": [rule for rule, _, _ in names],
            "seed": [run_seed for _, run_seed, _ in names],
            "layer": [layer for _, _, layer in names],
        },
        pattern_descriptors={
            "class": [gallery.class_names[label] for label in gallery.labels.tolist()]
        },
    )
    return {
        "rdms.h5": rdms_hdf5(rdms, described),
        "rdms.npz": npz(arrays, described),
        "rdms-manifest.json": manifest_json(described),
    }


def _similarity_files(data: bytes) -> dict[str, bytes]:
    similarity = restore(LayerSimilarity, data)
    inputs = metadata_of(data)["inputs"]
    rows = [
        f"{run.rule} seed {run.seed} {layer}"
        for run in similarity.runs
        for layer in similarity.layers
    ]
    columns = [f"{similarity.reference} {layer}" for layer in similarity.layers]
    size = len(similarity.layers)
    arrays = {
        "similarity": similarity.values,
        "rule": np.array([run.rule for run in similarity.runs]),
        "seed": np.array([run.seed for run in similarity.runs]),
        "layer": np.array(similarity.layers),
        "images": np.array(similarity.used or [similarity.n_images] * len(similarity.runs)),
    }
    described = manifest(
        "similarity",
        {name: array for name, array in arrays.items() if array.dtype.kind != "U"},
        inputs=inputs,
        parameters={
            "measure": similarity.estimator,
            "epoch": similarity.epoch,
            "images": similarity.images,
            "subset": similarity.subset,
            "reference": similarity.reference,
        },
    )
    reasons = {
        (run * size + row, column): why for (run, row, column), why in similarity.reasons.items()
    }
    return {
        "similarities.npz": npz(arrays, described),
        "similarities.csv": similarities_csv(
            similarity.values.reshape(-1, size), reasons, rows=rows, columns=columns
        ),
        "similarities-manifest.json": manifest_json(described),
    }
