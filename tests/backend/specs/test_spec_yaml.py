"""Experiments as YAML: what is written is read again, and what cannot be read is told by line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedback_atlas.server.catalog import ARCHITECTURES, DATASETS, RULES
from feedback_atlas.server.core.errors import InvalidSpecError
from feedback_atlas.server.core.yaml import MAX_CHARACTERS, read_yaml
from feedback_atlas.server.specs.presets import presets
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec, SearchSpec
from feedback_atlas.server.specs.seeds import format_seeds, parse_seeds
from feedback_atlas.server.specs.yaml import read_spec, write_spec

_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
_NUMBERS = st.floats(1e-6, 1.0) | st.integers(0, 1)
_RULES = st.lists(st.sampled_from(list(RULES)), unique=True, max_size=5)


@st.composite
def specs(draw: st.DrawFn) -> ExperimentSpec:
    rules = [
        RuleSpec.model_validate(
            {
                "rule": rule,
                **draw(
                    st.fixed_dictionaries(
                        {}, optional={one.id: _NUMBERS for one in RULES[rule].parameters}
                    )
                ),
            }
        )
        for rule in draw(_RULES)
    ]
    grid = st.dictionaries(st.just("lr"), st.lists(_NUMBERS, max_size=3), max_size=1)
    grids = st.dictionaries(st.sampled_from(list(RULES)), grid, max_size=2)
    return ExperimentSpec(
        name=draw(_TEXTS | st.sampled_from(["1e-3", "null", "0-9", "true", "2026-01-01", "- a"])),
        dataset=draw(st.sampled_from(list(DATASETS))),
        folder=draw(st.none() | _TEXTS),
        architecture=draw(st.sampled_from(list(ARCHITECTURES))),
        rules=rules,
        seeds=draw(st.lists(st.integers(0, 60), unique=True, max_size=20)),
        epochs=draw(st.integers()),
        augment=draw(st.none() | st.booleans()),
        search=draw(st.none() | st.builds(SearchSpec, epochs=st.integers(1, 5), grids=grids)),
    )


@hypothesis_settings(deadline=None)
@given(spec=specs())
def test_a_spec_comes_back_from_its_file(spec: ExperimentSpec) -> None:
    assert read_spec(write_spec(spec))[0] == spec


def test_every_preset_is_a_file_that_other_readers_read_too() -> None:
    for preset in presets():
        text = write_spec(preset.spec)
        assert read_spec(text)[0] == preset.spec
        assert yaml.safe_load(text)["name"] == preset.spec.name


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**250), 10**250)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x7f\ufeff")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab_", min_size=1), inner),
    max_leaves=4,
)


@hypothesis_settings(deadline=None)
@given(value=_JSON)
def test_json_is_read_as_what_it_says(value: Any) -> None:
    assert read_yaml(json.dumps(value, ensure_ascii=False)).value == value


@hypothesis_settings(max_examples=300, deadline=None)
@given(text=st.text() | st.text("ab:- {}[]\n\"'#&*!|>%@?,0", max_size=60))
def test_any_text_is_a_spec_or_a_sentence_with_a_line(text: str) -> None:
    said = ["Line 1: it was read."]
    try:
        read_spec(text)
    except InvalidSpecError as error:
        said = [message for _, message in error.problems]
    assert said
    assert all(re.match(r"Line \d+: .", message) for message in said)


GOOD = "name: Two\nrules:\n- {rule: bp, lr: 1e-3}\n- rule: usf_sn\nseeds: 0, 3, 5-8\nepochs: 2\n"


def test_numbers_and_seeds_are_read_as_people_write_them() -> None:
    spec, _ = read_spec(GOOD)
    assert spec.rules[0].given == {"lr": 0.001}
    assert spec.seeds == [0, 3, 5, 6, 7, 8]
    assert read_spec(GOOD.replace("0, 3, 5-8", "7"))[0].seeds == [7]
    assert read_spec(GOOD.replace("0, 3, 5-8", "[1, 4-6]"))[0].seeds == [1, 4, 5, 6]
    # In YAML 1.1 this would be false.
    assert read_spec(GOOD.replace("Two", "no"))[0].name == "no"


BOMB = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        (GOOD.replace("name: Two", "name: [Two"), 2, "not valid YAML"),
        (GOOD.replace("epochs", "epoch"), 6, "epoch: Unknown setting"),
        (GOOD.replace("epochs: 2", "epochs: many"), 6, "epochs: Input should be a valid integer"),
        (GOOD.replace("lr: 1e-3", "lr: [1]"), 3, "rules.0.lr"),
        (GOOD.replace("lr: 1e-3", "lr: fast"), 3, "fast is not a usable number"),
        (GOOD.replace("lr: 1e-3", "lr: .nan"), 3, "rules.0.lr"),
        (GOOD.replace("lr: 1e-3", "lr: nan"), 3, "nan is not a usable number"),
        (GOOD.replace("lr: 1e-3", "lr: 1e999"), 3, "inf is not a usable number"),
        (GOOD.replace("rule: usf_sn", "role: usf_sn"), 4, "rules.1.rule: This is missing"),
        (GOOD.replace("0, 3, 5-8", "8-5"), 5, "in descending order"),
        (GOOD.replace("0, 3, 5-8", "0-99999999"), 5, "1000"),
        (GOOD + "epochs: 3\n", 7, "given twice"),
        (GOOD + "---\n" + GOOD, 7, "second document"),
        (GOOD.replace("Two", "!!python/object:os.system Two"), 1, "Tags"),
        (GOOD.replace("Two", "&a Two"), 1, "Anchors"),
        (BOMB, 1, "Anchors"),
        (GOOD + "seach: *a\n", 7, "Anchors"),
        ("[" * 60_000, 1, "nested too deeply"),
        ("a:\n" + "".join(" " * n + "- \n" for n in range(1, 40)), 10, "nested too deeply"),
        (GOOD + "? [a]\n: b\n", 7, "A name is expected"),
        ("x" * (MAX_CHARACTERS + 1), 1, "characters"),
        ("name: a\x00b", 1, "does not allow"),
        ('name: "\\ud800"', 1, "invalid escape"),
        ("", 1, "list of settings"),
        ("- a", 1, "list of settings"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(InvalidSpecError) as caught:
        read_spec(text)
    messages = [message for _, message in caught.value.problems]
    assert any(message.startswith(f"Line {line}: ") and word in message for message in messages), (
        messages
    )


def test_files_go_through_the_api_and_back(client: TestClient) -> None:
    parsed = client.post("/api/experiments/parse", json={"yaml": GOOD})
    assert parsed.status_code == 200
    spec = parsed.json()
    assert (spec["name"], spec["seeds"]) == ("Two", [0, 3, 5, 6, 7, 8])
    written = client.post("/api/experiments/spec.yaml", json=spec)
    assert written.headers["content-type"].startswith("application/yaml")
    assert read_spec(written.text)[0] == ExperimentSpec.model_validate(spec)
    created = client.post("/api/experiments", json=spec).json()
    saved = client.get(f"/api/experiments/{created['id']}/spec.yaml")
    assert 'filename="experiment.yaml"' in saved.headers["content-disposition"]
    assert read_spec(saved.text)[0] == ExperimentSpec.model_validate(created["spec"])
    assert client.get(f"/api/experiments/{'0' * 16}/spec.yaml").status_code == 404

    refused = client.post("/api/experiments/parse", json={"yaml": GOOD + "speed: 1\n"})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error == {
        "field": "speed",
        "message": "Line 7: speed: Unknown setting; remove it.",
    }


@given(seeds=st.lists(st.integers(0, 2**32 - 1), unique=True, min_size=1, max_size=60))
def test_seeds_come_back_from_their_text(seeds: list[int]) -> None:
    assert parse_seeds(format_seeds(seeds)) == seeds


@given(
    ranges=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 30)), min_size=1, max_size=10),
    gaps=st.sampled_from([",", ", ", " ", ";", " ,\n"]),
)
def test_seeds_are_those_of_every_range_once(ranges: list[tuple[int, int]], gaps: str) -> None:
    text = gaps.join(f"{first}-{first + more}" if more else str(first) for first, more in ranges)
    expected: list[int] = []
    for first, more in ranges:
        expected += [seed for seed in range(first, first + more + 1) if seed not in expected]
    assert parse_seeds(text) == expected
    assert len(format_seeds(expected)) <= len(", ".join(map(str, expected)))


@given(text=st.text("0123456789-–,; xé٣", max_size=30))
def test_any_text_is_seeds_or_a_sentence(text: str) -> None:
    seeds: list[int] = []
    said = ""
    try:
        seeds = parse_seeds(text)
    except ValueError as error:
        said = str(error)
    assert bool(seeds) is not said.endswith(".")
    assert seeds == list(dict.fromkeys(seeds))
    assert all(0 <= seed < 10**10 for seed in seeds)
