"""The result table: what each cell says, what orders it, and why one is empty."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.figures.base.figure import Theme
from feedback_atlas.server.figures.result.data import ResultCell, ResultSources
from feedback_atlas.server.figures.result.table import result_figure, result_table
from feedback_atlas.server.results.types import (
    AccuracyRow,
    AccuracyTest,
    AccuracyTests,
    CostRow,
    CostTable,
    LayerBand,
    PairsMean,
    ProfileStatistics,
    RunLabel,
)
from tests.backend.figures.examples import accepted, similarity
from tests.backend.figures.test_panels import against, mean, statistics

BP_MS, DENSE_MS = 10.0, 25.0


def accuracy(rule: str, seed: int, test: float | None, val: float | None = 0.9) -> AccuracyRow:
    return AccuracyRow(RunLabel(rule, seed), 8 + seed, val, test, 60.0)


def sources(**changes: Any) -> ResultSources:
    """Return two seeds of BP, uSF SN and FA Dense, all parts known."""
    rows = [
        accuracy(rule, seed, test)
        for rule, tests in (("fa_dense", (0.4, 0.5)), ("bp", (0.8, 0.9)), ("usf_sn", (0.79, 0.9)))
        for seed, test in enumerate(tests)
    ]
    overall = LayerBand(
        "mean over layers", mean(0.9, 0.02), mean(0.3), mean(0.2),
        (against("usf_sn", 0.7, 0.5), against("fa_dense", 0.3, 0.01)),
    )  # fmt: skip
    costs = CostTable(
        (
            CostRow("bp", 4_000_000_000, 8_000_000_000, 345_600_000, 0, 0, 0, BP_MS / 1000),
            CostRow("fa_dense", 100, 200, 300, 0, 58_000_000, 0, DENSE_MS / 1000),
        ),
        128,
        "a machine",
    )
    return replace(
        ResultSources(
            rows,
            AccuracyTests(
                "bp",
                (
                    AccuracyTest("usf_sn", 2, -0.005, -0.07, 0.06, 0.5, 0.5, None),
                    AccuracyTest("fa_dense", 2, -0.4, -0.41, -0.39, 0.0004, 0.0008, None),
                ),
            ),
            similarity(2),
            replace(statistics(), overall=overall),
            costs,
        ),
        **changes,
    )


def cell(given: ResultSources, rule: str, column: str) -> ResultCell:
    table = result_table(given)
    place = [each.id for each in table.columns].index(column)
    return next(row for row in table.rows if row.rule == rule).cells[place]


def test_rules_stand_in_the_catalogs_order_with_a_cell_a_column() -> None:
    table = result_table(sources())
    assert [row.rule for row in table.rows] == ["bp", "fa_dense", "usf_sn"]
    assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_accuracies_are_means_with_deviations_and_differences_are_tested() -> None:
    given = sources()
    test = cell(given, "fa_dense", "test")
    assert (test.value, test.text, test.minor) == (pytest.approx(45), "45.0", "± 7.1")
    assert cell(given, "fa_dense", "seeds").text == "2"
    assert cell(given, "fa_dense", "epoch").text == "8.5"
    worse = cell(given, "fa_dense", "difference")
    assert (worse.value, worse.text, worse.significant) == (pytest.approx(-40), "−40.0", True)
    assert worse.note == (
        "95 % interval −41.0 to −39.0; paired t-test over 2 seeds, adjusted p < 0.001"
    )
    alike = cell(given, "usf_sn", "difference")
    assert (alike.text, alike.significant) == ("−0.5", False)
    assert "adjusted p = 0.50" in alike.note
    assert cell(given, "bp", "difference").text == "–"
    assert any("paired t-test over 2 seeds" in note for note in result_table(given).notes)


def test_one_seed_has_no_spread_no_test_and_says_so() -> None:
    alone = AccuracyTest("usf_sn", 1, -0.1, None, None, None, None, "one seed only")
    given = sources(
        accuracy=[accuracy("bp", 0, 0.8), accuracy("usf_sn", 0, 0.7)],
        accuracy_tests=AccuracyTests("bp", (alone,)),
    )
    difference = cell(given, "usf_sn", "difference")
    assert (difference.text, difference.significant) == ("−10.0", False)
    assert "one seed only" in difference.note
    assert cell(given, "usf_sn", "test").minor == ""
    assert cell(given, "usf_sn", "epoch").text == "8"
    table = result_table(given)
    assert "One seed only" in table.caption
    assert not any("t-test" in note for note in table.notes)


def test_similarity_is_the_mean_over_layers_with_its_interval_and_test() -> None:
    given = sources()
    low = cell(given, "fa_dense", "similarity")
    assert (low.value, low.text, low.minor) == (pytest.approx(0.3), "0.30", "0.25–0.35")
    assert low.significant
    assert "below BP–BP: p = 0.010, permutation test" in low.note
    assert "different initial weights; 6 pairs" in low.note
    assert not cell(given, "usf_sn", "similarity").significant
    # BP's own is what two of its seeds agree on.
    own = cell(given, "bp", "similarity")
    assert (own.text, own.minor, own.significant) == ("0.90", "0.88–0.92", False)
    assert low.note.endswith("last layer alone: 0.40 (0.35–0.45)")


def test_without_statistics_similarity_is_what_was_computed_and_has_no_interval() -> None:
    given = sources(statistics=None, missing={"statistics": "No statistics: choose the probe."})
    assert given.similarity is not None
    found = cell(given, "usf_sn", "similarity")
    runs = [i for i, run in enumerate(given.similarity.runs) if run.rule == "usf_sn"]
    same = given.similarity.values[runs].diagonal(axis1=1, axis2=2)
    assert found.value == pytest.approx(same.mean())
    last = same[:, -1].mean()
    assert found.minor == ""
    assert found.note == f"No statistics: choose the probe; last layer alone: {last:.2f}"
    assert cell(given, "bp", "similarity").value is None
    gaps = given.similarity.values.copy()
    gaps[:, 1, 1] = float("nan")
    partly = replace(given, similarity=replace(given.similarity, values=gaps))
    assert "undefined in 1 of 3 layers" in cell(partly, "usf_sn", "similarity").note
    nothing = cell(sources(statistics=None, similarity=None), "usf_sn", "similarity")
    assert (nothing.value, nothing.text) == (None, "–")
    assert "no run of BP of the same seed" in nothing.note


def test_costs_are_ratios_counts_and_sensible_digits() -> None:
    given = sources()
    assert cell(given, "fa_dense", "time").text == "2.50"
    assert cell(given, "fa_dense", "time").note == "25 ms per step"
    assert cell(given, "bp", "time").text == "1.00"
    assert cell(given, "fa_dense", "memory").text == "58"
    assert "nothing stored" in cell(given, "bp", "memory").note
    assert cell(given, "bp", "operations").text == "12.3"
    assert cell(given, "usf_sn", "time").note == "not measured"
    late = sources(costs=None)
    assert cell(late, "bp", "time").note == "still being computed"
    failed = sources(costs=None, missing={"costs": "could not be computed: no memory"})
    assert cell(failed, "bp", "memory").note == "could not be computed: no memory"


def test_every_rule_of_the_catalog_has_its_taxonomy_in_words_and_an_order() -> None:
    given = ResultSources([accuracy(rule, 0, 0.5) for rule in RULES])
    columns = ("transport", "signs", "dynamic", "structure")
    for rule, entry in RULES.items():
        cells = [cell(given, rule, column) for column in columns]
        assert [each.text for each in cells] == [
            entry.weight_transport,
            entry.sign_concordance,
            "dynamic" if entry.dynamic_feedback else "fixed",
            entry.feedback_structure,
        ]
        assert all(each.value is not None for each in cells)
    # What takes less from the weights stands further down.
    ranks = [cell(given, r, "transport").value for r in ("bp", "usf_sn", "usf_init", "dfa")]
    assert ranks == sorted(ranks, key=float)  # type: ignore[arg-type]
    assert len(set(ranks)) == 4


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_and_the_csv_have_what_the_table_has(theme: Theme) -> None:
    figure = result_figure(sources(), theme)
    accepted(figure)
    (drawn,) = figure.plotly["data"]
    assert drawn["cells"]["values"][0] == ["<b>BP</b>", "<b>FA Dense</b>", "<b>uSF SN</b>"]
    assert drawn["cells"]["values"][2][1] == "−40.0∗"
    row = dict(zip(figure.csv.columns, figure.csv.rows[1], strict=True))
    assert row["rule"] == "fa_dense"
    assert row["test_percent"] == pytest.approx(45)
    assert row["difference_low_95"] == pytest.approx(-41)
    assert row["p_adjusted"] == 0.0008
    assert row["similarity_high_95"] == pytest.approx(0.35)
    assert row["step_time_ratio"] == pytest.approx(2.5)
    assert row["fixed_feedback_bytes"] == 58_000_000
    assert row["feedback_structure"] == "dense maps"


def test_no_row_of_the_picture_is_cut() -> None:
    """Break cells as plotly.js does: at every space, even within markup, unless broken."""
    figure = result_figure(sources())
    (drawn,) = figure.plotly["data"]
    names, *columns = drawn["cells"]["values"]
    assert any("<span" in text for column in columns for text in column)
    for text in (text for column in columns for text in column):
        assert " " not in text or "<br>" in text, text
        assert text.count("<br>") <= 1
    assert len(drawn["columnwidth"]) == len(columns) + 1
    lines = 2 * drawn["cells"]["font"]["size"]
    assert drawn["cells"]["height"] > lines
    assert figure.plotly["layout"]["height"] >= 46 + len(names) * drawn["cells"]["height"]


def test_nothing_at_all_is_said() -> None:
    figure = result_figure(ResultSources([]))
    accepted(figure)
    assert figure.plotly["data"] == []
    untested = ResultSources([accuracy("usf_sn", 0, None, None)])
    assert untested.reference == "usf_sn"
    assert cell(untested, "usf_sn", "test").note == "no value"


def test_statistics_of_before_have_no_mean_over_layers() -> None:
    """Draw a link of an earlier version: the plain means stand in."""
    before = ProfileStatistics(statistics().layers, 1000, 200)
    found = cell(sources(statistics=before), "usf_sn", "similarity")
    assert found.minor == ""
    assert found.value is not None
    lonely = PairsMean(None, None, None, 0, 1, {"mean": "there are no such pairs"})
    overall = replace(sources().statistics.overall, ceiling=lonely)  # type: ignore[union-attr, type-var]
    own = cell(sources(statistics=replace(before, overall=overall)), "bp", "similarity")
    assert own.value is None
    assert "needs two seeds" in own.note
