"""Two arms, shared and independent initialisation, from the door to the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as load_arrays

from feedback_atlas.analysis import cka, gram
from feedback_atlas.server.db.models import Artifact
from tests.integration.conftest import Atlas

SMALL = {
    "architecture": "lenet5",
    "rules": [{"rule": "bp"}, {"rule": "usf_sn"}],
    "seeds": [0, 1, 2],
}


def arrays_of(atlas: Atlas, run_id: str, kind: str, epoch: int) -> dict[str, np.ndarray]:
    with atlas.worker.database.read() as session:
        row = session.get_one(Artifact, (run_id, kind, epoch))
    return load_arrays(atlas.worker.store.get(row.key, row.sha256))


def beginnings(atlas: Atlas, experiment: dict[str, Any]) -> dict[tuple[str, int], bytes]:
    return {
        (run["rule"], run["seed"]): arrays_of(atlas, run["id"], "weights", 0)[
            "conv1.weight"
        ].tobytes()
        for run in experiment["runs"]
    }


def statistics_of(atlas: Atlas, comparison: dict[str, Any], layer: str) -> dict[str, Any]:
    figure = atlas.get(f"/comparisons/{comparison['id']}/figures/similarity-profile")
    columns = figure["table"]["columns"]
    return {
        (row["Rule"], row["Initial weights"]): row["Mean"]
        for row in (dict(zip(columns, row, strict=True)) for row in figure["table"]["rows"])
        if row["Layer"] == layer
    }


def test_an_arm_of_independent_initialisation_is_told_apart(atlas: Atlas) -> None:
    own = atlas.train(atlas.launch(**SMALL, initialisation="independent"))
    assert own["initialisation"] == own["spec"]["initialisation"] == "independent"
    first = beginnings(atlas, own)
    assert len(set(first.values())) == len(first) == 6
    comparison = atlas.compare(own, ("statistics", "geometry"))
    assert {run["initialisation"] for run in comparison["runs"]} == {"independent"}
    assert "independent initial weights" in " ".join(comparison["caveats"])
    # A rule and BP of one seed have different initial weights: no pair of them is shared.
    found = statistics_of(atlas, comparison, "conv1")
    assert found["uSF SN", "shared"] is None
    layers = {
        run["rule"] + str(run["seed"]): gram(arrays_of(atlas, run["id"], "activations", 1)["conv1"])
        for run in own["runs"]
    }
    every = [cka(layers[f"usf_sn{i}"], layers[f"bp{j}"]).value for i in range(3) for j in range(3)]
    assert found["uSF SN", "different"] == pytest.approx(np.mean(every), abs=1e-9)
    # All six beginnings are on the map.
    points = atlas.get(f"/comparisons/{comparison['id']}/figures/geometry-map")["table"]["rows"]
    assert sum(row[0] == "Untrained" for row in points) == 6 * 5
    methods = atlas.get(f"/comparisons/{comparison['id']}/methods")
    assert "each rule had independent initial weights" in methods["paragraphs"][0]


def test_arms_are_never_averaged_together(atlas: Atlas) -> None:
    shared = atlas.train(atlas.launch(**SMALL, name="Shared"))
    assert len(set(beginnings(atlas, shared).values())) == 3
    # Other seeds: alone they would be taken for more seeds of the same rules.
    own = atlas.train(
        atlas.launch(**{**SMALL, "seeds": [7]}, initialisation="independent", name="Own")
    )
    runs = [run["id"] for experiment in (shared, own) for run in experiment["runs"]]
    comparison = atlas.compare(shared, run_ids=runs)
    assert {run["rule"] for run in comparison["runs"]} == {"bp", "bp@B", "usf_sn", "usf_sn@B"}


def test_what_an_initialisation_can_be_is_told(atlas: Atlas) -> None:
    spec = {"name": "A", "rules": [{"rule": "bp"}], "initialisation": "random"}
    refused = atlas.post("/experiments", spec, 422)
    assert refused["errors"][0]["field"].endswith("initialisation")
    assert "'shared' or 'independent'" in refused["errors"][0]["message"]
    text = "name: A\nrules: [{rule: bp}]\ninitialisation: own\n"
    answer = atlas.client.post("/api/experiments/parse", json={"yaml": text})
    assert answer.status_code == 422
    assert "Line 3: initialisation" in answer.text
