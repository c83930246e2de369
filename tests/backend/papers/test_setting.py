"""Obstacles to comparing an experiment with the paper, and the variant that it is."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_atlas.server.catalog.published import CLASSES, Variant, hyperparameter_grids
from feedback_atlas.server.specs.paper_recipe import paper_spec
from feedback_atlas.server.specs.schemas import ExperimentSpec, RuleSpec
from tests.backend.papers.published_run import setting


def test_the_recipe_has_no_obstacle() -> None:
    found = setting()
    assert found.obstacles == ()
    assert found.variant is Variant.CODE
    assert "Frobenius norm (the paper’s code)" in found.variant_phrase
    assert "weight decay for BP alone" in found.variant_phrase


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epochs": 10}, "fewer epochs (10, the paper’s 50)"),
        ({"epochs": 60}, "more epochs (60, the paper’s 50)"),
        ({"architecture": "lenet5"}, "another network (LeNet-5"),
        ({"batch_size": 64}, "batches of 64"),
        ({"image_size": 32}, "images of 32 pixels"),
        ({"augment": False}, "without random crops and flips"),
        ({"initialisation": "independent"}, "independent initial weights for each rule"),
    ],
)
def test_a_difference_in_the_setting_is_an_obstacle(changes: dict[str, Any], words: str) -> None:
    (obstacle,) = setting(paper_spec().model_copy(update=changes)).obstacles
    assert words in obstacle


def test_a_folder_is_cifar10_where_it_has_its_classes() -> None:
    spec = paper_spec(dataset="folder", folder="cifar")
    same = setting(spec)
    assert same.obstacles == ()
    assert any("a folder that has CIFAR-10’s ten classes" in remark for remark in same.remarks)
    (obstacle,) = setting(spec, class_names=(*CLASSES[:9], "zebra")).obstacles
    assert "another data set (Image folder" in obstacle


def test_another_learning_rate_is_an_obstacle_unless_it_was_searched_for() -> None:
    spec = paper_spec()
    spec.rules[1] = RuleSpec.model_validate({"rule": "fa_dense", "lr": 0.003, "feedback_scale": 1})
    assert setting(spec).obstacles == (
        "FA Dense with learning rate 0.003 (the paper’s 0.001)",
        "FA Dense with feedback scale 1.0 (the paper’s 0.01)",
    )
    searched = paper_spec(search=True)
    searched.rules[1] = spec.rules[1]
    assert setting(searched).obstacles == ()
    assert any("were searched as in the paper" in remark for remark in setting(searched).remarks)


def test_a_weight_decay_of_neither_text_nor_code_is_an_obstacle() -> None:
    spec = paper_spec()
    spec.rules[1] = RuleSpec.model_validate({**spec.rules[1].model_dump(), "weight_decay": 0.1})
    (obstacle,) = setting(spec).obstacles
    assert "with weight decay 0.1 (the paper’s 0.0001 or none)" in obstacle


def test_without_bp_there_is_nothing_to_compare_with() -> None:
    found = setting(without=("bp",))
    assert found.obstacles == ("no run of BP",)
    assert any("Not among the completed runs: BP." in remark for remark in found.remarks)


def test_variants_are_told_apart() -> None:
    text = paper_spec(variant=Variant.TEXT)
    assert [rule.given["weight_decay"] for rule in text.rules] == [1e-4] * 5
    assert text.rules[-1].given["normalization"] == "spectral"
    found = setting(text)
    assert found.obstacles == ()
    assert found.variant is Variant.TEXT
    assert "Spectral norm (the paper’s text)" in found.variant_phrase
    assert "weight decay for every rule" in found.variant_phrase
    mixed = ExperimentSpec.model_validate(paper_spec().model_dump())
    mixed.rules[-1] = text.rules[-1]
    assert setting(mixed).variant is Variant.MIXED
    assert "weight decay for BP and uSF SN" in setting(mixed).variant_phrase


def test_the_search_is_the_papers_and_fits_into_the_epochs() -> None:
    spec = paper_spec(search=True, epochs=2)
    assert spec.search is not None
    assert spec.search.epochs == 2
    assert spec.search.grids == hyperparameter_grids()
    assert paper_spec().search is None


def test_several_seeds_are_remarked() -> None:
    assert any("means over 10 seeds" in one for one in setting(seeds=tuple(range(10))).remarks)
    assert any("single runs" in one for one in setting().remarks)
