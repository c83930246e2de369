"""Exports: each file opened by the program it is for, the manifest whole, the bytes the same."""

from __future__ import annotations

import csv
import io
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feedback_atlas.analysis import cka_matrix, gram, rdm, rsatoolbox_rdms
from feedback_atlas.analysis.export import (
    manifest,
    manifest_json,
    npz,
    rdms_hdf5,
    similarities_csv,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # other packages', at import
    from rsatoolbox.rdm import RDMs, compare, load_rdm


def gallery() -> RDMs:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 6, 9))
    x[1, 2] = 0.5  # a constant pattern has no correlation
    return rsatoolbox_rdms(
        [rdm(part, "correlation") for part in x],
        rdm_descriptors={"layer": ["conv1", "conv2", "fc1"], "seed": [0, 0, 1]},
        pattern_descriptors={"class": ["chat", "chien", "poney", "âne", "chat", "âne"]},
    )


def described(rdms: RDMs) -> dict[str, Any]:
    return manifest(
        "rdm",
        {"dissimilarities": rdms.dissimilarities},
        inputs={"activations": [f"{run:064x}" for run in range(2000)], "classes": ["âne"]},
        parameters={"distance": "correlation"},
        seeds=[3],
    )


def test_rsatoolbox_opens_the_hdf5_file(tmp_path: Path) -> None:
    rdms = gallery()
    (tmp_path / "rdms.h5").write_bytes(rdms_hdf5(rdms, described(rdms)))
    loaded = load_rdm(str(tmp_path / "rdms.h5"))
    np.testing.assert_array_equal(loaded.dissimilarities, rdms.dissimilarities)
    assert loaded.dissimilarity_measure == "correlation"
    assert list(loaded.rdm_descriptors["layer"]) == ["conv1", "conv2", "fc1"]
    assert list(loaded.rdm_descriptors["seed"]) == [0, 0, 1]
    assert loaded.pattern_descriptors["class"][3] == "\\xe2ne"
    assert json.loads(loaded.descriptors["manifest"][0]) == described(rdms)
    fc1 = loaded.subset("layer", "fc1")
    assert compare(fc1, rdms.subset("seed", 1))[0, 0] == pytest.approx(1.0)


def test_numpy_opens_the_npz_file_without_pickle() -> None:
    rdms = gallery()
    arrays = {"dissimilarities": rdms.dissimilarities, "layers": np.array(["conv1", "âne"])}
    with np.load(io.BytesIO(npz(arrays, described(rdms))), allow_pickle=False) as loaded:
        for name, array in arrays.items():
            np.testing.assert_array_equal(loaded[name], array)
        assert json.loads(str(loaded["manifest"])) == described(rdms)
    with pytest.raises(ValueError, match="'names' of type object"):
        npz({"names": np.array(["a", None], dtype=object)}, {})
    with pytest.raises(ValueError, match="'manifest'"):
        npz({"manifest": np.zeros(1)}, {})


def test_equal_arguments_give_equal_bytes() -> None:
    rdms = gallery()
    arrays = {"dissimilarities": rdms.dissimilarities}
    assert rdms_hdf5(rdms, described(rdms)) == rdms_hdf5(gallery(), described(rdms))
    assert npz(arrays, described(rdms)) == npz(arrays, described(rdms))


def test_the_table_of_similarities_says_why_a_value_is_missing() -> None:
    x = np.random.default_rng(1).normal(size=(9, 4))
    result = cka_matrix([gram(x), gram(np.ones((9, 2)))], [gram(x)])
    text = similarities_csv(
        result.values, result.reasons, rows=["bp, fc1", "fa fc1"], columns=["bp fc1"]
    ).decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["row", "column", "value", "undefined"]
    assert rows[1] == ["bp, fc1", "bp fc1", repr(float(result.values[0, 0])), ""]
    assert rows[2] == ["fa fc1", "bp fc1", "", "constant features (row)"]


def test_the_manifest_says_what_was_computed_and_with_what() -> None:
    array = np.arange(6.0).reshape(2, 3)
    options: dict[str, Any] = {"inputs": {"run": "abc"}, "parameters": {"estimator": "unbiased"}}
    first = manifest("cka", {"values": array}, **options)
    assert first["arrays"] == {"values": {"dtype": "<f8", "shape": [2, 3]}}
    assert set(first["versions"]) == {"python", "feedback-atlas", "numpy", "scipy", "rsatoolbox"}
    assert first["versions"]["numpy"] == np.__version__
    assert json.loads(manifest_json(first)) == first
    assert manifest("cka", {"values": array.copy()}, **options) == first
    for other in ({"values": array + 1}, {"values": array.T}, {"hsic": array}):
        assert manifest("cka", other, **options)["sha256"] != first["sha256"]
    with pytest.raises(ValueError, match="not JSON compliant"):
        manifest_json({"value": np.nan})
