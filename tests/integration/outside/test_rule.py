"""A rule with a parameter of its own, from a module outside the product, is one like any other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from safetensors.torch import load

from feedback_atlas.learning import RULES as CLASSES
from feedback_atlas.learning import register_rule, settings_of
from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.mathml import mathml
from feedback_atlas.training.spec import ADAM
from tests.integration.conftest import Atlas
from tests.integration.outside.half_transport import RECORD

pytestmark = pytest.mark.usefixtures("one_thread", "half_transport_rule")

SPEC = {"architecture": "mlp", "seeds": [0]}


def launch(atlas: Atlas, **parameters: float) -> dict[str, Any]:
    """Launch BP and the rule with these parameters."""
    return atlas.launch(rules=[{"rule": "bp"}, {"rule": RECORD.id, **parameters}], **SPEC)


def weights(atlas: Atlas, experiment: dict[str, Any]) -> dict[str, Any]:
    """Return the weights of the rule's network after its last epoch."""
    (run,) = (run for run in experiment["runs"] if run["rule"] == RECORD.id)
    answer = atlas.client.get(f"/api/runs/{run['id']}/files/weights/1")
    assert answer.status_code == 200, answer.text
    return load(answer.content)


def test_the_form_the_clone_and_the_file_hold_its_parameter(atlas: Atlas) -> None:
    (entry,) = (one for one in atlas.get("/catalog")["rules"] if one["id"] == RECORD.id)
    assert entry["name"] == "Half transport"
    assert [one["id"] for one in entry["parameters"]] == ["lr", "strength"]
    experiment = launch(atlas, strength=2.5)
    cloned = atlas.get(f"/experiments/{experiment['id']}")["spec"]
    assert cloned["rules"][1] == {"rule": RECORD.id, "lr": 0.001, "strength": 2.5}
    estimate = atlas.post("/experiments/estimate", cloned, 200)
    assert estimate["disk_bytes"] > 0
    file = atlas.client.get(f"/api/experiments/{experiment['id']}/spec.yaml").text
    assert "strength: 2.5" in file
    assert atlas.post("/experiments/parse", {"yaml": file}, 200) == cloned


def test_the_value_reaches_the_class(atlas: Atlas) -> None:
    asked = atlas.train(launch(atlas, strength=2.5))
    usual = atlas.train(launch(atlas))
    assert {run["state"] for each in (asked, usual) for run in each["runs"]} == {"completed"}
    (run,) = (run for run in asked["runs"] if run["rule"] == RECORD.id)
    assert run["parameters"] == {"lr": 0.001, "strength": 2.5}
    again = atlas.train(launch(atlas, strength=2.5))
    first, other, same = (weights(atlas, each)["fc1.weight"] for each in (asked, usual, again))
    assert not first.equal(other)
    assert first.equal(same)


def test_a_search_takes_its_parameter(atlas: Atlas) -> None:
    grids = {RECORD.id: {"strength": [0.5, 2.0]}}
    experiment = atlas.launch(
        rules=[{"rule": RECORD.id}], search={"epochs": 1, "grids": grids}, **SPEC
    )
    assert [trial["parameters"]["strength"] for trial in experiment["trials"]] == [0.5, 2.0]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"strength": 0.01}, "rules.0.strength", ["0.01", "0.1 to 10"]),
        ({"strength": "much"}, "rules.0.strength", ["'much' is not a number", "strength"]),
        ({"force": 1}, "rules.0.force", ["Half transport takes no 'force'", "lr, strength"]),
    ],
)
def test_its_record_decides_what_it_takes(
    atlas: Atlas, given: dict[str, Any], field: str, words: list[str]
) -> None:
    spec = {"name": "A test", "rules": [{"rule": RECORD.id, **given}]}
    (problem,) = atlas.post("/experiments", spec, 422)["errors"]
    assert problem["field"] == field
    for word in words:
        assert word in problem["message"]


def test_texts_name_it_with_its_value(atlas: Atlas) -> None:
    experiment = atlas.train(launch(atlas, strength=2.5))
    comparison = atlas.compare(experiment)
    assert RECORD.name in {run["rule_name"] for run in comparison["runs"]}
    path = f"/comparisons/{comparison['id']}"
    said = " ".join(atlas.get(f"{path}/methods")["paragraphs"])
    assert "Half transport (Lillicrap et al., 2016)" in said
    assert "Half transport: learning rate 0.001, strength 2.5" in said
    report = atlas.client.get(f"/api{path}/report.html").text
    assert "learning rate 0.001, strength 2.5" in report
    token = atlas.post(f"{path}/shares", {}, 201)["token"]
    shared = atlas.get(f"/shared/{token}")
    assert {"rule": RECORD.id, "lr": 0.001, "strength": 2.5} in shared["spec"]["rules"]


def test_the_methods_page_has_its_formula_and_note(atlas: Atlas) -> None:
    sections = {one["id"]: one["definitions"] for one in atlas.get("/methods")["sections"]}
    (found,) = (one for one in sections["rules"] if one["id"] == RECORD.id)
    assert found["formula"] == mathml(RECORD.formula)
    assert found["caveat"] == RECORD.note
    assert found["references"] == ["lillicrap2016"]


def test_a_word_of_the_taxonomy_that_tables_lack_is_refused() -> None:
    with pytest.raises(ValueError, match="weight_transport of half_transport is 'half'"):
        replace(RECORD, weight_transport="half")


def test_both_sides_agree_and_refuse_a_second_rule_of_its_name() -> None:
    assert set(RECORD.defaults) - ADAM == settings_of(RECORD.id)
    with pytest.raises(ValueError, match="'half_transport' is registered already"):
        RULES.register(RECORD)
    with pytest.raises(ValueError, match="'half_transport' is registered already"):
        register_rule(CLASSES[RECORD.id])
