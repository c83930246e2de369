"""A panel that lies outside of the product is found everywhere that panels are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as load_arrays

from feedback_atlas.server.analyses.kinds import KINDS
from feedback_atlas.server.comparisons.panels import PANELS
from feedback_atlas.server.db.models import Artifact
from tests.integration.conftest import Atlas
from tests.integration.outside import active_units


@pytest.fixture
def _registered() -> Iterator[None]:
    KINDS.register(active_units.KIND)
    PANELS.register(active_units.PANEL)
    yield
    del PANELS[active_units.PANEL.id]
    del KINDS[active_units.KIND.id]


@pytest.mark.usefixtures("_registered")
def test_a_panel_from_outside_is_listed_computed_drawn_described_and_shared(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    listed = {panel["id"]: panel for panel in trained_atlas.get("/catalog")["panels"]}
    assert listed["active-units"]["answers"] == "How many units of a layer are active?"
    asked = trained_atlas.compare(trained)
    assert "active-units" in asked["pending"]
    assert "Active units" in {work["title"] for work in asked["work"]}
    trained_atlas.get(f"/comparisons/{asked['id']}/figures/active-units", 404)

    comparison = trained_atlas.compare(trained, ("active_units",))
    assert "active-units" in [panel["id"] for panel in comparison["panels"]]
    assert "active-units" in comparison["figures"]
    assert "active-units" not in comparison["pending"]
    figure = trained_atlas.get(f"/comparisons/{comparison['id']}/figures/active-units")
    assert figure["title"] == "Active units"
    first = dict(zip(figure["table"]["columns"], figure["table"]["rows"][0], strict=True))
    assert first["conv1"] == _share(trained_atlas, comparison["runs"][0]["id"], "conv1")

    csv = trained_atlas.client.get(f"/api/comparisons/{comparison['id']}/figures/active-units.csv")
    assert csv.text.startswith("Rule,Seed,conv1")
    methods = trained_atlas.get(f"/comparisons/{comparison['id']}/methods")
    assert any("Active units are outputs above zero" in text for text in methods["paragraphs"])
    report = trained_atlas.client.get(f"/api/comparisons/{comparison['id']}/report.html").text
    assert "Share of a layer’s outputs that are positive." in report

    token = trained_atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)["token"]
    assert trained_atlas.get(f"/shared/{token}/figures/active-units") == figure
    shown = trained_atlas.get(f"/shared/{token}")["comparison"]
    assert "active-units" in [panel["id"] for panel in shown["panels"]]
    archive = trained_atlas.client.get(f"/api/shared/{token}/numbers.zip").content
    assert "figures/active-units.csv" in zipfile.ZipFile(io.BytesIO(archive)).namelist()


def _share(atlas: Atlas, run_id: str, layer: str) -> float:
    """Return the share of positive outputs, from the stored activations."""
    epoch = atlas.get(f"/runs/{run_id}")["best_epoch"]
    with atlas.worker.database.read() as session:
        row = session.get_one(Artifact, (run_id, "activations", epoch))
    array: np.ndarray = load_arrays(atlas.worker.store.get(row.key, row.sha256))[layer]
    return float((array > 0).mean())


def test_an_id_that_is_taken_is_refused() -> None:
    with pytest.raises(ValueError, match="'rdms' is registered already"):
        PANELS.register(PANELS["rdms"])
