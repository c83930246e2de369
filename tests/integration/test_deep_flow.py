"""A network of twenty layers with batch normalisation, from the launch to its comparison."""

from __future__ import annotations

import csv
import io

import plotly.io
import pytest

from feedback_atlas.server.catalog import ARCHITECTURES
from tests.integration.conftest import Atlas


@pytest.mark.parametrize("architecture", ["resnet20", "mlp"])
def test_any_architecture_is_trained_and_compared(atlas: Atlas, architecture: str) -> None:
    layers = list(ARCHITECTURES[architecture].layers)
    experiment = atlas.launch(
        architecture=architecture,
        image_size=8,
        rules=[{"rule": "bp"}, {"rule": "fa_toeplitz"}, {"rule": "usf_sn"}],
    )
    trained = atlas.train(experiment)
    assert [run["error"] for run in trained["runs"]] == [None] * 3
    assert all(run["test_accuracy"] > 0.05 for run in trained["runs"])
    comparison = atlas.compare(
        trained, ("statistics", "geometry", "exemplars", "costs", "image_space", "accuracy_tests")
    )
    assert comparison["pending"] == []
    assert ("exemplars" in comparison["unavailable"]) == (architecture == "mlp")
    assert comparison["state"] == "completed", comparison["error"]
    assert comparison["layers"] == layers
    for name in comparison["figures"]:
        for width in ("wide", "narrow"):
            path = f"/comparisons/{comparison['id']}/figures/{name}?width={width}"
            drawn = atlas.get(path)
            plotly.io.from_json(plotly.io.json.to_json_plotly(drawn["plotly"]), skip_invalid=False)
        text = atlas.client.get(f"/api/comparisons/{comparison['id']}/figures/{name}.csv").text
        rows = list(csv.DictReader(io.StringIO(text)))
        if name == "layer-similarity":
            assert len(rows) == 2 * len(layers) ** 2
        if name == "rdms":
            assert set(rows[0]) > {f"usf_sn seed 0 {layer}" for layer in layers}
