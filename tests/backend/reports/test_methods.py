"""The Methods page, and the paragraphs that are written for a comparison."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from feedback_atlas.server.catalog import RDM_DISTANCES, RULES, SIMILARITIES
from feedback_atlas.server.catalog.literature import REFERENCES
from feedback_atlas.server.catalog.mathml import mathml
from feedback_atlas.server.comparisons.numbers import ComparisonNumbers
from feedback_atlas.server.comparisons.schemas import ComparedRun, Comparison, ComparisonRequest
from feedback_atlas.server.reports import Methods, methods_of
from feedback_atlas.server.reports.methods import phrases
from feedback_atlas.server.reports.methods.citations import Citations
from feedback_atlas.server.reports.methods.sections import SECTIONS
from feedback_atlas.server.reports.methods.training import network_and_images
from feedback_atlas.server.results.types import (
    AccuracyTest,
    AccuracyTests,
    GeometryMap,
    ImageSpace,
    LayerBand,
    MapPoint,
    PairsMean,
    ProfileStatistics,
    RuleAgainstReference,
    RunLabel,
)
from feedback_atlas.server.specs.schemas import ExperimentSpec
from tests.backend.figures.examples import curve, gallery, similarity

MATHML = {"math", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "msqrt", "msub", "msup", "mover",
          "munder", "mtable", "mtr", "mtd"}  # fmt: skip
RULES_SHOWN = ("bp", "usf_sn", "fa_dense")
SPEC = ExperimentSpec(
    name="Three", rules=[{"rule": rule} for rule in RULES_SHOWN], seeds=[0, 1], epochs=7
)
EXPERIMENT, ADDED = "b" * 16, "c" * 16
SPECS = {EXPERIMENT: SPEC}
VERSIONS = {"Feedback Atlas": "0.1.0", "Python": "3.11.9", "PyTorch": "2.15.0"}


def view(seeds: tuple[int, ...] = (0, 1), **changes: object) -> Comparison:
    """Return a comparison of three rules."""
    fields: dict[str, object] = {
        "id": "a" * 64, "experiment_id": EXPERIMENT, "title": "Three", "subtitle": "Digits",
        "request": ComparisonRequest(), "state": "completed", "error": None,
        "runs": [
            ComparedRun(id=f"{rule}-{seed}", rule=rule, rule_name=RULES[rule].name,
                        colour_light="#000000", colour_dark="#ffffff", seed=seed, best_epoch=3,
                        best_val_accuracy=0.9, test_accuracy=0.88)
            for rule in RULES_SHOWN for seed in seeds
        ],
        "reference": "bp", "seeds": list(seeds), "layers": ["conv1", "conv2", "fc1"],
        "n_images": 200, "class_names": ["cat", "dog", "ship"], "findings": [], "caveats": [],
        "figures": [],
    }  # fmt: skip
    return Comparison.model_validate(fields | changes)


def statistics(*, low: float | None, p: float | None, images_low: float | None = None):  # type: ignore[no-untyped-def]
    """Return statistics of one layer and one rule."""
    mean = PairsMean(0.5, low, None if low is None else 0.6, 2, 2, images_low=images_low)
    found = RuleAgainstReference("usf_sn", mean, mean, 0.1, p, p, 0.5, None)
    band = LayerBand("conv1", mean, mean, mean, (found,))
    return ProfileStatistics((band,), n_resamples=1000, n_images=200)


def numbers(**changes: object) -> ComparisonNumbers:
    fields: dict[str, object] = {
        "accuracy": (), "curves": {"local-angle": [curve("usf_sn", [30.0, 31.0], layer="conv1")]},
        "similarity": similarity(2), "rdms": gallery(12, 2),
    }  # fmt: skip
    own = {one.name for one in dataclasses.fields(ComparisonNumbers)}
    fields |= changes
    results = {
        {"rdms": "rdm"}.get(name, name): fields.pop(name)
        for name in list(fields)
        if name not in own
    }
    results = {kind: result for kind, result in results.items() if result is not None}
    return ComparisonNumbers(results=results, **fields)  # type: ignore[arg-type]


def written(spec: ExperimentSpec = SPEC, **changes: object) -> Methods:
    return methods_of(view(), {EXPERIMENT: spec}, numbers(**changes), VERSIONS)


def test_all_that_can_be_chosen_is_defined_with_its_formula() -> None:
    ids = {section.id: [one.id for one in section.definitions] for section in SECTIONS}
    assert ids["rules"] == list(RULES)
    assert ids["similarity"] == list(SIMILARITIES)
    assert ids["distance"] == list(RDM_DISTANCES)
    for section in SECTIONS:
        for one in section.definitions:
            assert one.name
            assert one.text.endswith(".")
            assert one.caveat.endswith("."), one.id
            assert set(one.references) <= set(REFERENCES)
            assert one.formula or section.id in ("statistics", "panels")


def test_formulas_are_mathml_in_which_every_fraction_and_index_has_both_parts() -> None:
    for section in SECTIONS:
        for one in section.definitions:
            if not one.formula:
                continue
            root = ElementTree.fromstring(mathml(one.formula))
            assert root.tag == "math"
            for element in root.iter():
                assert element.tag in MATHML
                if element.tag in ("mfrac", "msub", "msup", "mover", "munder"):
                    assert len(element) == 2, one.id
                if element.tag in ("mi", "mn", "mo"):
                    assert element.text


def test_the_document_says_of_every_measure_what_the_catalog_says() -> None:
    document = (Path(__file__).resolve().parents[3] / "docs/methods.md").read_text()
    for section in SECTIONS:
        for one in section.definitions:
            line = f"| `{one.id}` | {one.name} | {one.text} | {one.caveat} |"
            assert line in document, f"docs/methods.md lacks the line\n{line}"


def test_references_are_complete_and_each_is_used() -> None:
    used = {key for section in SECTIONS for one in section.definitions for key in one.references}
    for table in (phrases.DATASET_REFERENCES, phrases.ARCHITECTURE_REFERENCES):
        used |= {key for keys in table.values() for key in keys}
    assert set(REFERENCES) - used == {"kingma2015", "paszke2019"}  # cited by the text itself
    for reference in REFERENCES.values():
        assert re.fullmatch(r"[a-z]+\d{4}", reference.key)
        assert reference.key.endswith(str(reference.year))
        needed = {"article": "journal", "inproceedings": "booktitle", "misc": "eprint",
                  "techreport": "institution"}[reference.kind]  # fmt: skip
        assert needed in reference.fields
        assert reference.bibtex.count("{") == reference.bibtex.count("}")


def test_what_the_catalog_offers_can_be_told() -> None:
    from feedback_atlas.server.catalog import ARCHITECTURES, DATASETS, SUBSETS

    assert set(phrases.DATASET_REFERENCES) == set(DATASETS)
    assert set(phrases.ARCHITECTURE_REFERENCES) == set(ARCHITECTURES)
    assert set(phrases.SUBSET_PHRASES) == set(SUBSETS)


@pytest.mark.parametrize("estimator", SIMILARITIES)
def test_exactly_what_the_text_cites_is_listed(estimator: str) -> None:
    request = ComparisonRequest(estimator=estimator)
    found = methods_of(view(request=request), SPECS, numbers(), VERSIONS)
    text = "\n".join(found.paragraphs)
    cited = set(re.findall(r"[\w‑-]+(?: & [\w-]+| et al\.)?, \d{4}(?=[);])", text))
    assert cited == {reference.citation for reference in found.references}
    keys = re.findall(r"^@\w+\{(\w+),$", found.bibtex, re.M)
    assert keys == [reference.key for reference in found.references]
    assert len(set(keys)) == len(keys)


def test_settings_are_exact() -> None:
    text = written().paragraphs[0]
    for part in (
        "Moskovitz 1", "Digits", "1,257 training", "24 × 24 pixels", "without augmentation",
        "seeds 0 and 1", "7 epochs", "batches of 128", "uSF SN: learning rate 0.001",
        "Frobenius norm", "feedback scale 0.01",
    ):  # fmt: skip
        assert part in text, text
    changed = SPEC.model_copy(
        update={
            "rules": [
                *SPEC.rules[:2],
                SPEC.rules[2].model_validate({"rule": "fa_dense", "lr": 0.02}),
            ],
            "augment": True,
        }
    )
    text = written(changed).paragraphs[0]
    assert "FA Dense: learning rate 0.02" in text
    assert "random crops and horizontal flips" in text


def test_a_search_is_told_with_its_grid() -> None:
    spec = ExperimentSpec.model_validate(
        {
            **SPEC.model_dump(),
            "search": {"epochs": 3, "grids": {"usf_sn": {"lr": [0.001, 0.01, 0.1]}}},
        }
    )
    text = written(spec).paragraphs[0]
    assert "uSF SN: weight decay 0, learning rate out of 0.001, 0.01 or 0.1" in text
    assert "after 3 epochs with seed 0" in text


def test_only_statistics_that_were_computed_are_claimed() -> None:
    none = "\n".join(written().paragraphs)
    assert "bootstrap" not in none
    assert "permutation" not in none
    seeds = written(statistics=statistics(low=0.4, p=None))
    text = "\n".join(seeds.paragraphs)
    assert "1,000 resamples" in text
    assert "over images" not in text
    assert "permutation" not in text
    assert "winkler2014" not in seeds.bibtex
    everything = written(statistics=statistics(low=0.4, p=0.25, images_low=0.45))
    assert {"efron1979", "janssen1994", "winkler2014", "holm1979"} <= {
        reference.key for reference in everything.references
    }


def test_the_map_is_told_with_its_stress() -> None:
    points = tuple(MapPoint("bp", seed, "conv1", 3) for seed in range(3))
    shown = GeometryMap(points, np.zeros((3, 2)), 0.1234, "epoch", "best", 200, ("conv1",))
    text = "\n".join(written(geometry=shown).paragraphs)
    assert "stress 0.12 (Kruskal, 1964)" in text


@pytest.mark.parametrize(
    ("seeds", "words"),
    [((3,), "with seed 3."), ((0, 1), "seeds 0 and 1."), ((0, 1, 2, 3, 7), "seeds 0–3 and 7.")],
)
def test_seeds_are_named(seeds: tuple[int, ...], words: str) -> None:
    assert words in methods_of(view(seeds), SPECS, numbers(), VERSIONS).paragraphs[0]


def test_epoch_images_and_subset_are_named() -> None:
    request = ComparisonRequest(epoch=4, subset="one_class", subset_class=1, distance="cosine")
    text = methods_of(view(request=request), SPECS, numbers(), {}).paragraphs[2]
    assert "after epoch 4" in text
    assert "restricted to those of dog" in text
    assert "one minus the cosine" in text


def test_rules_of_several_experiments_are_told_apart_with_their_own_settings() -> None:
    shown = view(
        runs=[
            {
                "id": f"{of}-{rule}", "experiment_id": of, "rule": rule, "seed": seed,
                "rule_name": RULES[rule].name, "colour_light": "#000000", "colour_dark": "#ffffff",
                "best_epoch": 3, "best_val_accuracy": 0.9, "test_accuracy": 0.88,
            }
            for of, rule, seed in ((EXPERIMENT, "bp", 0), (ADDED, "usf_sn@B", 4))
        ],
        experiments=[
            {"id": EXPERIMENT, "name": "First", "letter": "A"},
            {"id": ADDED, "name": "Second", "letter": "B"},
        ],
    )  # fmt: skip
    added = ExperimentSpec(
        name="Second", rules=[{"rule": "usf_sn", "lr": 0.02}], seeds=[4], epochs=9
    )
    found = methods_of(shown, {**SPECS, ADDED: added}, numbers(), VERSIONS)
    first, second = found.paragraphs[0].split("In experiment B (“Second”), ")
    assert "In experiment A (“First”), the networks were trained by BP" in first
    assert "with seed 0." in first
    assert "7 epochs" in first
    assert "uSF SN" not in first
    assert second.startswith("the networks were trained by uSF SN")
    assert "with seed 4." in second
    assert "9 epochs" in second
    assert "uSF SN: learning rate 0.02" in second
    # A link of an earlier release froze the settings of its own experiment alone.
    text = methods_of(shown, SPECS, numbers(), {}).paragraphs[0]
    assert "In experiment B (“Second”), settings are not recorded in this copy." in text


def test_accuracy_tests_and_maps_of_images_are_told_where_they_are() -> None:
    tests = AccuracyTests("bp", (AccuracyTest("usf_sn", 2, -0.05, -0.08, -0.02, 0.03, 0.03, None),))
    space = ImageSpace(
        (RunLabel("bp", 0), RunLabel("usf_sn", 0)), "fc2", np.arange(50), np.zeros(50, np.int64),
        ("cat",), np.zeros((2, 50, 2)), (0.1, 0.25), (0.0, 0.3), "correlation", "best", 50,
    )  # fmt: skip
    found = written(accuracy_tests=tests, image_space=space)
    text = "\n".join(found.paragraphs)
    assert "paired t-test (Student, 1908)" in text
    assert "50 probe images in fc2, with stress 0.10 and 0.25" in text
    without = AccuracyTests("bp", (AccuracyTest("usf_sn", 1, -0.05, None, None, None, None, "x"),))
    assert "t-test" not in "\n".join(written(accuracy_tests=without).paragraphs)


def test_a_folder_is_called_one_without_its_path() -> None:
    spec = ExperimentSpec(name="", dataset="folder", folder="/home/ada/secret", rules=[])
    said = network_and_images(spec, Citations())
    assert "was trained on a folder of images, images of 24 × 24 pixels." in said
    assert "ada" not in said
