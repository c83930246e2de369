"""A measure from a module outside the product is one like any other."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from feedback_atlas.analysis import (
    DISTANCES,
    MEASURES,
    InnerProducts,
    Rdm,
    euclidean,
    measure,
    register_distance,
    register_measure,
)
from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.server.catalog import RDM_DISTANCES, SIMILARITIES
from feedback_atlas.server.catalog.mathml import mathml
from tests.integration.conftest import Atlas
from tests.integration.outside.main_direction import RECORD

pytestmark = pytest.mark.usefixtures("one_thread", "main_direction_measure")


@pytest.fixture
def comparison(trained_atlas: Atlas, trained: dict[str, Any]) -> dict[str, Any]:
    """A computed comparison by the measure."""
    return trained_atlas.compare(trained, panels=("statistics",), estimator=RECORD.id)


def test_the_catalog_offers_it(trained_atlas: Atlas) -> None:
    offered = {one["id"]: one for one in trained_atlas.get("/catalog")["similarities"]}
    entry = offered[RECORD.id]
    assert (entry["name"], entry["family"]) == ("Main direction", "Shape and neighbours")
    sections = {one["id"]: one["definitions"] for one in trained_atlas.get("/methods")["sections"]}
    (found,) = (one for one in sections["similarity"] if one["id"] == RECORD.id)
    assert (found["formula"], found["caveat"]) == (mathml(RECORD.formula), RECORD.caveat)


def test_figures_and_tables_show_it(trained_atlas: Atlas, comparison: dict[str, Any]) -> None:
    assert comparison["state"] == "completed"
    path = f"/comparisons/{comparison['id']}"
    heatmap = trained_atlas.get(f"{path}/figures/layer-similarity")
    bar = heatmap["plotly"]["layout"]["coloraxis"]["colorbar"]
    assert bar["title"]["text"] == "Main direction"
    assert "Main direction" in heatmap["caption"]
    profile = trained_atlas.get(f"{path}/figures/similarity-profile")
    assert "Main direction" in str(profile["plotly"]["layout"])
    values = [cell for row in heatmap["table"]["rows"] for cell in row if isinstance(cell, float)]
    assert values
    assert all(0.0 <= value <= 1.0 for value in values)
    result = trained_atlas.get(f"{path}/result")
    assert "Main direction" in str(result["columns"])


def test_the_download_has_its_numbers(trained_atlas: Atlas, comparison: dict[str, Any]) -> None:
    path = f"/comparisons/{comparison['id']}/numbers.zip"
    trained_atlas.get(path, 503)
    (analysis_id,) = trained_atlas.queued_analyses("download")
    run_analysis(trained_atlas.worker, analysis_id, "test")
    answer = trained_atlas.client.get(f"/api{path}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        arrays = np.load(io.BytesIO(archive.read("similarities.npz")))
        rows = list(csv.DictReader(io.StringIO(archive.read("similarities.csv").decode())))
        manifest = archive.read("similarities-manifest.json").decode()
    assert RECORD.id in manifest
    assert rows
    assert any(np.isfinite(arrays[name]).all() for name in arrays if arrays[name].ndim == 3)


def test_texts_name_it(trained_atlas: Atlas, comparison: dict[str, Any]) -> None:
    path = f"/comparisons/{comparison['id']}"
    said = " ".join(trained_atlas.get(f"{path}/methods")["paragraphs"])
    assert f"by {RECORD.phrase} (Raghu et al., 2017)." in said
    report = trained_atlas.client.get(f"/api{path}/report.html").text
    assert RECORD.phrase in report
    assert f"<dt>Similarity</dt><dd>{RECORD.name}</dd>" in report


def test_what_nobody_registered_is_refused(trained_atlas: Atlas, trained: dict[str, Any]) -> None:
    path = f"/experiments/{trained['id']}/comparisons"
    for field, known in (("estimator", RECORD.id), ("distance", "euclidean")):
        (problem,) = trained_atlas.post(path, {field: "mine"}, 422)["errors"]
        assert problem["field"] == field
        assert "'mine'" in problem["message"]
        assert known in problem["message"]


@pytest.fixture
def root_distance() -> Iterator[str]:
    """The id of a dissimilarity that was registered on both sides."""
    record = replace(
        RDM_DISTANCES["euclidean"], id="root", name="Root distance", symbol="root distance",
        phrase="the root of the squared distance of two images’ activation patterns",
    )  # fmt: skip

    def root(products: InnerProducts) -> Rdm:
        squared = euclidean(products)
        return replace(squared, values=np.sqrt(squared.values), distance="root")

    RDM_DISTANCES.register(record)
    register_distance("root", root)
    yield "root"
    del RDM_DISTANCES["root"], DISTANCES["root"]


def test_a_dissimilarity_is_added_the_same_way(
    trained_atlas: Atlas, trained: dict[str, Any], root_distance: str
) -> None:
    comparison = trained_atlas.compare(trained, distance=root_distance, estimator="rsa_corr")
    path = f"/comparisons/{comparison['id']}"
    figure = trained_atlas.get(f"{path}/figures/rdms")
    assert "Root distance" in figure["caption"]
    assert "Root distance, 0 to each matrix’s P99" in str(figure["plotly"])
    said = " ".join(trained_atlas.get(f"{path}/methods")["paragraphs"])
    assert "contain the root of the squared distance" in said
    with pytest.raises(ValueError, match="'root' is registered already"):
        register_distance("root", euclidean)


def test_both_sides_agree_and_refuse_a_second_measure_of_its_name() -> None:
    assert measure(RECORD.id).symmetric == RECORD.symmetric
    x = np.random.default_rng(0).normal(size=(12, 5))
    prepared = [measure(RECORD.id).prepare(x)]
    np.testing.assert_allclose(measure(RECORD.id).compare(prepared, prepared).values, 1.0)
    with pytest.raises(ValueError, match="'main_direction' is registered already"):
        SIMILARITIES.register(RECORD)
    with pytest.raises(ValueError, match="'main_direction' is registered already"):
        register_measure(RECORD.id, MEASURES[RECORD.id])
