"""Verdicts: the paper's own numbers agree with it, and what lies beyond a tolerance does not."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.published import Variant, published_accuracy
from feedback_atlas.server.papers.panels import (
    PANELS,
    Panel,
    PaperNumbers,
    Source,
    Verdict,
    panels_of,
)
from feedback_atlas.server.papers.panels.taxonomy import taxonomy_panel
from feedback_atlas.server.papers.panels.verdicts import Beside, Subject, judge
from feedback_atlas.server.results.types import AccuracyRow, Curve, RunLabel
from feedback_atlas.server.specs.paper_recipe import paper_spec
from tests.backend.figures.examples import accepted, texts, traces
from tests.backend.papers.published_run import published_numbers, setting

UNPUBLISHED = ("figure-6", "costs")


def panels(numbers: PaperNumbers) -> dict[str, Panel]:
    return {panel.name: panel for panel in panels_of(numbers)}


def test_the_papers_own_numbers_agree_everywhere_without_a_difference() -> None:
    found = panels(published_numbers())
    assert list(found) == list(PANELS)
    for name, panel in found.items():
        if name in UNPUBLISHED:
            assert panel.verdict is Verdict.NOT_COMPARABLE
            assert panel.sentence.startswith("Cannot be compared: ")
            continue
        assert panel.verdict is Verdict.AGREES, panel.sentence
        assert "there is no difference" in panel.sentence or name == "figure-1"
        if panel.table is not None and "Difference" in panel.table.columns:
            at = panel.table.columns.index("Difference")
            assert all(abs(row[at]) < 1e-9 for row in panel.table.rows)


def test_the_sentences_say_the_tolerance_and_how_many_numbers_there_are() -> None:
    found = panels(published_numbers())
    assert "all 10 accuracies are within 2 points (6 for FA" in found["table-1"].sentence
    assert "all 48 angles are within 2° at step 0 and 5° later" in found["figure-3"].sentence
    assert "all 3 sign concordances are within 1 point" in found["figures-4-7"].sentence
    for name in ("figure-5", "figure-8", "figure-9"):
        assert "all 100 cells are within 0.10" in found[name].sentence


@pytest.mark.parametrize(("rule", "points", "verdict"), [
    ("bp", 2.0, Verdict.AGREES), ("bp", -2.1, Verdict.DIFFERS),
    ("fa_dense", 5.9, Verdict.AGREES), ("fa_dense", 6.1, Verdict.DIFFERS),
])  # fmt: skip
def test_an_accuracy_differs_beyond_its_tolerance(
    rule: str, points: float, verdict: Verdict
) -> None:
    numbers = published_numbers()
    moved = tuple(
        replace(row, test_accuracy=(row.test_accuracy or 0) + points / 100)
        if row.run.rule == rule
        else row
        for row in numbers.accuracy
    )
    panel = panels(replace(numbers, accuracy=moved))["table-1"]
    assert panel.verdict is verdict
    sign = "+" if points > 0 else "−"
    assert f"{sign}{abs(points):.2f} points, {RULES[rule].name}, test" in panel.sentence
    if verdict is Verdict.DIFFERS:
        assert panel.sentence.startswith("Differs: 1 of 10 accuracies is not within")


def test_one_cell_beyond_the_tolerance_makes_a_matrix_differ_and_is_named() -> None:
    numbers = published_numbers()
    ours = numbers.similarity["both_correct"]
    values = ours.values.copy()
    values[2, 1, 3] -= 0.2
    moved = {**numbers.similarity, "both_correct": replace(ours, values=values)}
    found = panels(replace(numbers, similarity=moved))
    assert found["figure-5"].verdict is Verdict.AGREES
    panel = found["figure-8"]
    assert panel.verdict is Verdict.DIFFERS
    assert "1 of 100 cells is not within 0.10" in panel.sentence
    assert panel.sentence.endswith("−0.20, uSF Init, conv2, BP fc2.")
    assert panel.table is not None
    (row,) = (row for row in panel.table.rows if row[0] == "uSF Init")
    assert row[-1] == "24 of 25"
    assert row[3] == pytest.approx(0.2 / 25)


def test_an_undefined_cell_does_not_agree_and_is_said() -> None:
    numbers = published_numbers()
    ours = numbers.similarity["all"]
    values = ours.values.copy()
    values[0] = np.nan
    partly = panels(replace(numbers, similarity={"all": replace(ours, values=values)}))["figure-5"]
    assert partly.verdict is Verdict.DIFFERS
    assert "25 of ours being undefined" in partly.sentence
    values[:] = np.nan
    nothing = panels(replace(numbers, similarity={"all": replace(ours, values=values)}))["figure-5"]
    assert nothing.verdict is Verdict.NOT_COMPARABLE
    assert "none of our runs has a value" in nothing.sentence
    assert "nan" not in (partly.sentence + nothing.sentence).lower()


def test_several_seeds_are_judged_by_their_mean_and_shown_with_their_range() -> None:
    numbers = published_numbers()
    both = tuple(
        replace(
            row,
            run=RunLabel(row.run.rule, seed),
            test_accuracy=(row.test_accuracy or 0) + (0.05 if seed else -0.05),
        )
        for row in numbers.accuracy
        for seed in (0, 1)
    )
    panel = panels(replace(numbers, accuracy=both))["table-1"]
    assert panel.verdict is Verdict.AGREES
    assert panel.table is not None
    columns = panel.table.columns
    row = next(row for row in panel.table.rows if row[:2] == ("BP", "test"))
    theirs = published_accuracy()["bp"].test
    cells = dict(zip(columns, row, strict=True))
    assert cells["Ours, mean (%)"] == pytest.approx(theirs)
    assert (cells["Lowest seed"], cells["Highest seed"]) == pytest.approx((theirs - 5, theirs + 5))


def test_the_angle_that_is_compared_is_the_one_that_the_variant_says() -> None:
    as_code = panels(published_numbers())["figure-3"]
    assert list(as_code.figures) == ["figure-3-local", "figure-3-global"]
    assert as_code.variant.startswith("local angle (the paper’s code)")
    text = setting(paper_spec(variant=Variant.TEXT))
    as_text = panels(published_numbers(setting=text))["figure-3"]
    assert list(as_text.figures) == ["figure-3-global", "figure-3-local"]
    assert as_text.variant.startswith("global angle (the paper’s text)")
    # The global ones are 20° off.
    assert as_text.verdict is Verdict.DIFFERS
    assert "48 of 48 angles" in as_text.sentence
    assert "+20.0°" in as_text.sentence


def test_a_rule_that_was_not_run_is_left_out() -> None:
    numbers = published_numbers(setting=setting(without=("fa_dense",)))
    found = panels(numbers)
    assert "all 8 accuracies" in found["table-1"].sentence
    assert "all 36 angles" in found["figure-3"].sentence


def test_an_experiment_of_the_other_rules_cannot_be_compared() -> None:
    spec = paper_spec()
    spec.rules = [rule for rule in spec.rules if rule.rule == "bp"]
    numbers = published_numbers(setting=setting(spec))
    panel = panels(numbers)["figure-3"]
    assert panel.verdict is Verdict.NOT_COMPARABLE
    assert panel.sentence == "Cannot be compared: our runs use other rules or layers."


def test_obstacles_are_said_with_how_far_apart_the_numbers_are() -> None:
    numbers = published_numbers(
        setting=setting(paper_spec(dataset="digits", epochs=1), class_names=tuple("0123456789"))
    )
    found = panels(numbers)
    for name, panel in found.items():
        assert (panel.verdict is Verdict.NOT_COMPARABLE) == (name != "figure-1")
    sentence = found["figure-5"].sentence
    assert "another data set (Digits, the paper’s is CIFAR-10)" in sentence
    assert "fewer epochs (1, the paper’s 50)" in sentence
    assert "of 100 cells taken at face value, there is no difference" in sentence


def test_another_number_of_images_cannot_be_compared() -> None:
    numbers = published_numbers()
    ours = replace(numbers.similarity["all"], n_images=14_000, used=())
    panel = panels(replace(numbers, similarity={"all": ours}))["figure-5"]
    assert panel.verdict is Verdict.NOT_COMPARABLE
    assert "other images (14,000, the paper’s 15,000)" in panel.sentence


def test_a_change_of_the_catalog_would_differ_from_the_taxonomy() -> None:
    changed = RULES | {"usf_sn": replace(RULES["usf_sn"], dynamic_feedback=False)}
    panel = taxonomy_panel(changed)
    assert panel.verdict is Verdict.DIFFERS
    assert "dynamic feedback of uSF SN (no, the paper’s yes)" in panel.sentence
    assert "1 of 20 entries" in panel.sentence


def test_figures_hold_ours_and_the_papers() -> None:
    found = panels(published_numbers())
    for panel in found.values():
        for width in ("wide", "narrow"):
            for figure in panel.drawn("dark", width):
                accepted(figure)
    (accuracy,) = found["figure-2"].drawn()
    assert len(traces(accuracy, name="BP, the paper’s")) == 1
    assert "Dotted: the maximum of the paper’s curve." in accuracy.caption
    local, against_bp = found["figure-3"].drawn()
    # At step 0 and at the end, in four layers.
    assert len(traces(local, name="uSF SN, the paper’s")) == 8
    assert not traces(against_bp, name="uSF SN, the paper’s")
    beside, difference = found["figure-5"].drawn()
    assert sum("the paper’s" in text for text in texts(beside)) == 4
    heat = traces(difference, type="heatmap")
    assert len(heat) == 4


def test_pictures_and_costs_say_their_numbers_without_a_verdict() -> None:
    found = panels(published_numbers())
    assert "3 of 4 by BP" in found["figure-6"].sentence
    assert "FA Dense takes longest (2.00 times BP’s)" in found["costs"].sentence
    assert "(58.0 MB)" in found["costs"].sentence


def test_numbers_say_where_they_come_from() -> None:
    source = Source(("c1",), ("a1",))
    found = panels(published_numbers(sources={"figure-5": source}))
    assert found["figure-5"].source == source
    assert found["figure-8"].source == Source()


def test_a_curve_without_a_value_is_left_out() -> None:
    numbers = published_numbers()
    empty = Curve(RunLabel("bp", 42), "conv2", np.arange(2.0), np.full(2, np.nan))
    curves = {**numbers.curves, "sign-concordance": [empty]}
    assert panels(replace(numbers, curves=curves))["figures-4-7"].verdict is Verdict.NOT_COMPARABLE


SUBJECT = Subject("number", "numbers", " u", 1, "1 u")
NUMBERS = st.floats(-100, 100)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.floats(0, 50)), min_size=1, max_size=8))
def test_a_verdict_is_that_of_the_numbers(values: list[tuple[float, float, float]]) -> None:
    numbers = [Beside("it", ours, theirs, tolerance) for ours, theirs, tolerance in values]
    verdict, sentence = judge(numbers, SUBJECT, [])
    within = [abs(ours - theirs) <= tolerance + 1e-9 for ours, theirs, tolerance in values]
    assert (verdict is Verdict.AGREES) == all(within)
    largest = max(abs(ours - theirs) for ours, theirs, _ in values)
    if largest > 1e-9:
        found = re.search(r"the largest difference is [+−]?([\d.]+) u", sentence)
        assert found is not None
        assert float(found[1]) == pytest.approx(largest, abs=0.0501)
    blocked, said = judge(numbers, SUBJECT, ["a reason", "another"])
    assert blocked is Verdict.NOT_COMPARABLE
    assert "a reason and another" in said


def test_accuracy_rows_without_a_value_are_no_zeros() -> None:
    numbers = published_numbers()
    rows = tuple(
        AccuracyRow(row.run, None, None, None, None) if row.run.rule == "bp" else row
        for row in numbers.accuracy
    )
    panel = panels(replace(numbers, accuracy=rows))["table-1"]
    assert panel.verdict is Verdict.DIFFERS
    assert "2 of ours being undefined; there is no difference" in panel.sentence
