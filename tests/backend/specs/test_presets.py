"""Presets that the form can start from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from feedback_atlas.server.catalog import PAPER_RULES

PAPER = json.loads(
    (Path(__file__).parents[3] / "backend/feedback_atlas/server/catalog/published.json").read_text()
)


def test_presets_are_offered_in_order_and_can_be_launched_but_for_the_blank(
    client: TestClient,
) -> None:
    presets = {one["id"]: one for one in client.get("/api/presets").json()}
    assert list(presets) == ["digits", "paper", "ten-seeds", "blank"]
    runs = {"digits": 5, "paper": 5, "ten-seeds": 50}
    for name, count in runs.items():
        answer = client.post("/api/experiments/estimate", json=presets[name]["spec"])
        assert answer.json()["runs"] == count
    refused = client.post("/api/experiments/estimate", json=presets["blank"]["spec"])
    assert {one["field"] for one in refused.json()["errors"]} == {"name", "rules"}
    assert client.get("/api/presets/default").json() == presets["digits"]["spec"]


def test_the_papers_preset_trains_as_the_paper_says(client: TestClient) -> None:
    (spec,) = (one["spec"] for one in client.get("/api/presets").json() if one["id"] == "paper")
    assert [rule["rule"] for rule in spec["rules"]] == list(PAPER_RULES)
    for rule in spec["rules"]:
        chosen = PAPER["chosen_hyperparameters"][rule["rule"]]
        for name in ("lr", "weight_decay", "feedback_scale"):
            assert rule.get(name) == chosen.get(name), (rule, name)
    assert {name: spec[name] for name in ("dataset", "architecture", "seeds", "epochs")} == {
        "dataset": "cifar10", "architecture": "moskovitz1", "seeds": [42], "epochs": 50,
    }  # fmt: skip
    assert (spec["batch_size"], spec["image_size"]) == (128, 24)
    # As the catalog does where nothing is said: crops and flips for CIFAR-10.
    created = client.post("/api/experiments", json=spec).json()
    assert created["spec"]["augment"] is True


@pytest.mark.parametrize("rule", PAPER_RULES)
def test_the_paper_has_settings_for_each_of_its_rules(rule: str) -> None:
    assert rule in PAPER["chosen_hyperparameters"]
