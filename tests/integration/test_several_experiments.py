"""Runs of several experiments in one comparison: what fits, what each is called, what is kept."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as load_arrays

from feedback_atlas.analysis import cka, gram
from feedback_atlas.server.comparisons.compatibility import incompatibility
from feedback_atlas.server.db.models import Artifact
from tests.integration.conftest import Atlas

SMALL = {"architecture": "lenet5", "rules": [{"rule": "bp"}, {"rule": "usf_sn"}]}


def trained(atlas: Atlas, **changes: Any) -> dict[str, Any]:
    return atlas.train(atlas.launch(**{**SMALL, **changes}))


def ids(*experiments: dict[str, Any]) -> list[str]:
    return [run["id"] for experiment in experiments for run in experiment["runs"]]


def rows(atlas: Atlas, comparison: dict[str, Any], name: str) -> list[dict[str, str]]:
    text = atlas.client.get(f"/api/comparisons/{comparison['id']}/figures/{name}.csv").text
    return list(csv.DictReader(io.StringIO(text)))


def layer_of(atlas: Atlas, run_id: str, layer: str) -> np.ndarray:
    with atlas.worker.database.read() as session:
        row = session.get_one(Artifact, (run_id, "activations", 1))
    array: np.ndarray = load_arrays(atlas.worker.store.get(row.key, row.sha256))[layer]
    return array


def test_a_rule_with_other_settings_is_told_apart_everywhere(atlas: Atlas) -> None:
    first = trained(atlas, name="Usual")
    second = trained(
        atlas, name="Slow", rules=[{"rule": "usf_sn", "lr": 1e-5}, {"rule": "fa_toeplitz"}]
    )
    panels = ("statistics", "geometry", "exemplars", "costs", "image_space")
    comparison = atlas.compare(
        first, panels, run_ids=ids(first, second), space_rules=["usf_sn", "usf_sn@B"]
    )
    assert [one["letter"] for one in comparison["experiments"]] == ["A", "B"]
    assert comparison["title"] == "Usual and Slow"
    assert "B: Slow" in comparison["subtitle"]
    named = [(run["rule"], run["rule_name"]) for run in comparison["runs"]]
    # A rule that only one experiment has keeps its name.
    assert named == [
        ("bp", "BP"),
        ("fa_toeplitz", "FA Toeplitz"),
        ("usf_sn", "uSF SN"),
        ("usf_sn@B", "uSF SN B"),
    ]
    assert len({run["colour_light"] for run in comparison["runs"]}) == 4
    for name in comparison["figures"]:
        figure = atlas.get(f"/comparisons/{comparison['id']}/figures/{name}")
        assert "uSF SN B" in str(figure["table"]), name
        text = atlas.client.get(f"/api/comparisons/{comparison['id']}/figures/{name}.csv").text
        assert "usf_sn@B" in text, name
        if name not in ("exemplars",):
            assert "uSF SN B" in str(figure["plotly"]), name
    _similarities_are_of_the_run(atlas, comparison, first, second)


def _similarities_are_of_the_run(
    atlas: Atlas, comparison: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> None:
    found = {
        row["rule"]: float(row["similarity"])
        for row in rows(atlas, comparison, "layer-similarity")
        if row["layer"] == row["bp_layer"] == "conv2"
    }
    bp = gram(layer_of(atlas, first["runs"][0]["id"], "conv2"))
    for rule, run in (("usf_sn", first["runs"][1]), ("usf_sn@B", second["runs"][0])):
        value = cka(gram(layer_of(atlas, run["id"], "conv2")), bp).value
        assert value is not None
        assert found[rule] == pytest.approx(value, abs=1e-9)
    assert found["usf_sn"] != found["usf_sn@B"]


def test_the_same_seed_trained_twice_is_never_averaged(atlas: Atlas) -> None:
    first, second = trained(atlas, name="Once"), trained(atlas, name="Twice")
    comparison = atlas.compare(first, run_ids=ids(first, second))
    assert [run["rule"] for run in comparison["runs"]] == ["bp", "bp@B", "usf_sn", "usf_sn@B"]
    accuracy = {row["rule"] for row in rows(atlas, comparison, "accuracy")}
    assert accuracy == {"bp", "bp@B", "usf_sn", "usf_sn@B"}
    pairs = {
        row["rule"]: float(row["similarity"])
        for row in rows(atlas, comparison, "layer-similarity")
        if row["layer"] == row["bp_layer"] == "fc1"
    }
    # The other experiment's BP is the same network, and is compared with the reference.
    assert pairs["bp@B"] == pytest.approx(1.0)
    assert pairs["usf_sn@B"] == pairs["usf_sn"]


def test_further_seeds_of_the_same_settings_are_seeds_of_the_rule(atlas: Atlas) -> None:
    first, second = trained(atlas, name="Seed 0"), trained(atlas, name="Seed 1", seeds=[1])
    comparison = atlas.compare(first, run_ids=ids(first, second))
    assert [(run["rule"], run["seed"]) for run in comparison["runs"]] == [
        ("bp", 0), ("bp", 1), ("usf_sn", 0), ("usf_sn", 1),
    ]  # fmt: skip
    assert {row["seed"] for row in rows(atlas, comparison, "layer-similarity")} == {"0", "1"}
    assert {row["seed"] for row in rows(atlas, comparison, "loss")} == {"0", "1"}
    # More epochs are other settings.
    third = trained(atlas, name="Longer", seeds=[2], epochs=2)
    comparison = atlas.compare(first, run_ids=ids(first, third))
    assert {run["rule"] for run in comparison["runs"]} == {"bp", "bp@B", "usf_sn", "usf_sn@B"}


def test_a_comparison_can_be_of_the_other_experiment_alone(atlas: Atlas) -> None:
    first = trained(atlas, name="Home")
    second = trained(atlas, name="Away", rules=[{"rule": "usf_sn", "lr": 1e-5}])
    comparison = atlas.compare(first, run_ids=ids(second))
    assert [run["rule"] for run in comparison["runs"]] == ["usf_sn@B"]
    assert comparison["reference"] == "bp"
    assert rows(atlas, comparison, "layer-similarity")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": "mlp"}, "Its network is"),
        ({"probe_size": 30}, "Its probe has 30 images; this one has 20"),
    ],
)
def test_runs_that_do_not_fit_are_refused_and_the_list_says_why(
    atlas: Atlas, changes: dict[str, Any], words: str
) -> None:
    first, second = trained(atlas), trained(atlas, **{"name": "Other", **changes})
    fitting = trained(atlas, name="Fitting", seeds=[1])
    running = atlas.launch(**{**SMALL, "name": "Not begun"})
    path = f"/experiments/{first['id']}"
    refused = atlas.post(f"{path}/comparisons", {"run_ids": ids(first, second)}, 422)
    assert f"Runs of “Other” cannot be compared here. {words}" in refused["detail"]
    listed = atlas.get(f"{path}/comparable")
    reasons = {one["id"]: one["reason"] for one in listed}
    assert set(reasons) == {second["id"], fitting["id"], running["id"]}
    assert words in reasons[second["id"]]
    assert reasons[fitting["id"]] is None
    assert reasons[running["id"]] == "None of its runs has completed."
    if "probe_size" not in changes:
        assert listed[-1]["id"] == second["id"], "what does not fit comes last"
    assert [one["name"] for one in atlas.get(f"{path}/comparable?search=fITT")] == ["Fitting"]
    assert atlas.get(f"{path}/comparable?search=%25") == []


@pytest.mark.parametrize(
    ("changes", "probes", "words"),
    [
        (
            {"dataset": "cifar10"},
            ("p", "p"),
            "It was trained on CIFAR-10; this comparison uses Digits",
        ),
        ({"image_size": 28}, ("p", "p"), "Its image size is 28 pixels; this comparison uses 24"),
        ({}, ("p", "q"), "Its probe contains different images"),
        ({}, ("p", None), None),
        ({"batch_size": 64, "augment": True}, ("p", "p"), None),
    ],
)
def test_what_keeps_experiments_apart(
    changes: dict[str, Any], probes: tuple[str, str | None], words: str | None
) -> None:
    mine = {"name": "Mine", "rules": [{"rule": "bp"}]}
    reason = incompatibility(mine, {**mine, **changes}, *probes)
    assert reason is None if words is None else words in (reason or "")


def test_runs_that_are_not_there_or_not_finished_are_named(atlas: Atlas) -> None:
    first, second = trained(atlas), atlas.launch(**{**SMALL, "name": "Not begun"})
    path = f"/experiments/{first['id']}/comparisons"
    assert "is queued" in atlas.post(path, {"run_ids": ids(first, second)}, 422)["detail"]
    missing = atlas.post(path, {"run_ids": [*ids(first), "0123456789abcdef"]}, 422)
    assert missing["errors"][0]["field"] == f"run_ids.{len(first['runs'])}"
    assert "may have been deleted" in missing["detail"]


def test_a_link_keeps_every_experiment_that_it_shows_from_being_deleted(atlas: Atlas) -> None:
    first, second = trained(atlas, name="Home"), trained(atlas, name="Guest", seeds=[1])
    comparison = atlas.compare(first, run_ids=ids(first, second))
    share = atlas.post(f"/comparisons/{comparison['id']}/shares", {"label": "Both"}, 201)
    for experiment in (first, second):
        refused = atlas.client.delete(f"/api/experiments/{experiment['id']}")
        assert refused.status_code == 409
        assert "“Both”" in refused.json()["detail"]
    path = f"/api/experiments/{second['id']}?force=true"
    assert atlas.client.delete(path).status_code == 204
    shown = atlas.get(f"/shared/{share['token']}")["comparison"]
    assert [one["name"] for one in shown["experiments"]] == ["Home", "Guest"]
    figure = atlas.get(f"/shared/{share['token']}/figures/loss")
    assert {row[1] for row in figure["table"]["rows"]} == {0, 1}
    # What was computed stays; asking with the runs that are gone says so.
    atlas.get(f"/comparisons/{comparison['id']}")
    asked = {"run_ids": ids(first, second)}
    atlas.post(f"/experiments/{first['id']}/comparisons", asked, 422)
