"""CKA heatmaps and the same-layer profile: numbers, undefined cells, seeds, ranges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from feedback_atlas.server.catalog import RULES
from feedback_atlas.server.catalog.published import published_similarity, published_subsets
from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.figures.base.theme import DIVERGING, VIRIDIS, contrast, rule_ink, text_on
from feedback_atlas.server.figures.similarity.matrices import (
    layer_similarity,
    layer_similarity_beside,
    layer_similarity_difference,
    published_layer_similarity,
)
from feedback_atlas.server.figures.similarity.profile import similarity_profile
from feedback_atlas.server.figures.similarity.summary import short_number
from feedback_atlas.server.results.types import LayerSimilarity, RunLabel
from tests.backend.figures.examples import LAYERS, accepted, decoded, similarity, texts, traces

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_heatmaps_hold_the_values_a_panel_a_rule(theme: Theme, width: Width) -> None:
    given = similarity()
    figure = layer_similarity(given, theme, width)
    accepted(figure)
    first, second = traces(figure, type="heatmap")
    np.testing.assert_array_equal(decoded(first["z"]), given.values[1])
    np.testing.assert_array_equal(decoded(second["z"]), given.values[0])
    headings = [text for text in texts(figure) if text.startswith("<b>")]
    assert headings == ["<b>FA Dense</b>", "<b>uSF SN</b>"]
    scale = figure.plotly["layout"]["coloraxis"]
    assert (scale["cmin"], scale["cmax"]) == (0, 1)
    assert "One seed per rule" in figure.caption


def test_cells_show_two_decimals_in_a_colour_that_reads() -> None:
    values = similarity().values
    values[:] = [[0.0, 0.944, 1.0], [-0.034, 0.5, 0.62], [0.07, np.nan, 0.3]]
    figure = layer_similarity(similarity(values=values))
    numbers = traces(figure, mode="text")[0]
    assert numbers["text"] == [".00", ".94", "1.00", "−.03", ".50", ".62", ".07", "–", ".30"]
    assert numbers["textfont"]["color"][1] != numbers["textfont"]["color"][0]


@pytest.mark.parametrize("position", np.linspace(-0.1, 1.1, 25).tolist())
def test_text_on_the_scale_has_contrast(position: float) -> None:
    place = min(max(position, 0.0), 1.0) * (len(VIRIDIS) - 1)
    near = VIRIDIS[round(place)]
    assert contrast(text_on(VIRIDIS, position), near) > 4.0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("rule", list(RULES))
def test_rule_names_can_be_read_on_their_card(rule: str, theme: Theme) -> None:
    card = "#ffffff" if theme == "light" else "#1a1f27"
    assert contrast(rule_ink(rule, theme), card) >= 4.5


@pytest.mark.parametrize(
    ("value", "text"), [(-0.001, ".00"), (0.999, "1.00"), (-1.2, "−1.20"), (0.055, ".06")]
)
def test_short_numbers(value: float, text: str) -> None:
    assert short_number(value) == text


def test_undefined_cells_say_why() -> None:
    values = similarity().values
    values[1, 0, 2] = np.nan
    given = similarity(values=values, reasons={(1, 0, 2): "constant features (row)"})
    figure = layer_similarity(given)
    accepted(figure)
    heatmap = traces(figure, type="heatmap")[0]
    assert heatmap["customdata"][0][2] == "undefined: constant features (row)"
    assert heatmap["hoverongaps"] is True
    assert np.isnan(decoded(heatmap["z"])[0, 2])
    assert figure.table.rows[0][4] is None
    undefined = [row for row in figure.csv.rows if row[4] is None]
    assert undefined == [("fa_dense", 0, "conv1", "fc1", None, 200, "constant features (row)")]


def test_seeds_are_averaged_over_those_defined() -> None:
    values = similarity(seeds=3).values
    values[4, 1, 1] = np.nan
    given = similarity(seeds=3, values=values, reasons={(4, 1, 1): "constant features (row)"})
    figure = layer_similarity(given)
    heatmap = traces(figure, type="heatmap")[0]
    np.testing.assert_allclose(
        decoded(heatmap["z"])[1, 1], (values[3, 1, 1] + values[5, 1, 1]) / 2, rtol=1e-12
    )
    assert "2 of 3 seeds" in heatmap["customdata"][1][1]
    assert "mean of 3 seeds" in heatmap["customdata"][0][0]
    assert "Mean of 3 seeds per rule" in figure.caption
    assert len(figure.csv.rows) == 6 * 9


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_no_run_to_compare_says_so(width: Width) -> None:
    nothing = similarity(runs=(), values=np.zeros((0, 3, 3)))
    for figure in (
        layer_similarity(nothing, "light", width),
        similarity_profile(nothing, "light", width),
    ):
        assert texts(figure) == ["No finished run to compare yet"]
        assert figure.table.rows == ()
        accepted(figure)


def test_profile_is_the_diagonal_with_its_seeds() -> None:
    given = similarity(seeds=2)
    figure = similarity_profile(given, "dark", "narrow")
    accepted(figure)
    diagonal = np.diagonal(given.values, axis1=1, axis2=2)
    lines = traces(figure, mode="lines+markers")
    assert [line["name"] for line in lines] == ["FA Dense", "uSF SN"]
    np.testing.assert_allclose(decoded(lines[0]["y"]), diagonal[2:].mean(axis=0))
    dots = traces(figure, mode="markers", name="uSF SN, seed 1")
    np.testing.assert_array_equal(decoded(dots[0]["y"]), diagonal[1])
    assert {"FA Dense", "uSF SN"} <= set(texts(figure))
    low, high = figure.plotly["layout"]["yaxis"]["range"]
    assert -0.1 < low <= 0.0
    assert 1.0 <= high < 1.1
    assert figure.table.rows[3][:3] == ("uSF SN", "conv1", 2)
    assert figure.table.rows[3][3] == pytest.approx(diagonal[:2, 0].mean())
    assert len(figure.csv.rows) == 4 * len(LAYERS)


def test_profile_reaches_down_to_negative_values_and_leaves_gaps() -> None:
    values = similarity().values
    values[0, 2, 2] = -0.2
    values[1, 1, 1] = np.nan
    figure = similarity_profile(similarity(values=values))
    assert figure.plotly["layout"]["yaxis"]["range"][0] < -0.2
    line = traces(figure, name="FA Dense")[0]
    assert np.isnan(decoded(line["y"])[1])
    assert line["connectgaps"] is False


def test_profile_of_undefined_values_alone_is_drawn() -> None:
    figure = similarity_profile(similarity(values=np.full((2, 3, 3), np.nan)))
    accepted(figure)
    assert figure.table.rows[0] == ("FA Dense", "conv1", 0, None, None, None, "200")


def test_a_subset_says_its_count_a_rule_and_what_it_is() -> None:
    given = similarity(seeds=2, subset="both_correct", used=(150, 160, 33, 33))
    figure = layer_similarity(given)
    accepted(figure)
    headings = [text for text in texts(figure) if text.startswith("<b>")]
    assert "n = 33<" in headings[0]
    assert "n = 150–160<" in headings[1]
    assert "the 33–160 of 200 probe images that both networks classify correctly" in figure.caption
    assert {row[5] for row in figure.csv.rows} == {150, 160, 33}
    assert similarity_profile(given).table.rows[-1][-1] == "150–160"


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_rule_without_enough_images_says_so_in_its_panel(width: Width) -> None:
    values = similarity().values
    values[0] = np.nan
    reason = "3 images are too few: at least 10 are needed"
    given = similarity(
        values=values,
        subset="bp_correct_method_wrong",
        used=(3, 80),
        reasons={(0, *cell): reason for cell in np.ndindex(3, 3)},
    )
    figure = layer_similarity(given, "light", width)
    accepted(figure)
    said = [text.replace("<br>", " ") for text in texts(figure)]
    assert f"undefined: {reason}" in said
    assert [trace["type"] for trace in traces(figure, mode="text")] == ["scatter"]
    assert figure.table.rows[-1][2:] == (None, None, None)


def of_the_paper(**changes: object) -> LayerSimilarity:
    values = np.random.default_rng(3).uniform(0, 1, size=(3, 5, 5))
    runs = (RunLabel("usf_sn", 0), RunLabel("usf_sn", 1), RunLabel("dfa", 0))
    layers = ("conv1", "conv2", "fc1", "fc2", "fc3")
    return similarity(**{"runs": runs, "values": values, "layers": layers} | changes)


@pytest.mark.parametrize("subset", published_subsets())
def test_published_matrices_are_drawn_as_they_are(subset: str) -> None:
    reference = json.loads(
        (ROOT / "backend/feedback_atlas/server/catalog/published.json").read_text()
    )["cka_vs_bp"][subset]
    figure = published_layer_similarity(of_the_paper(), published_similarity(subset))
    accepted(figure)
    (heatmap,) = traces(figure, type="heatmap")
    np.testing.assert_array_equal(decoded(heatmap["z"]), reference["usf_sn"]["matrix"])
    assert {row[5] for row in figure.csv.rows} == {reference["usf_sn"]["n"]}
    assert "The paper does not have DFA." in figure.caption
    assert "published" in figure.title


@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_ours_and_the_papers_stand_beside_each_other_on_one_scale(width: Width) -> None:
    runs = [RunLabel(*run) for run in (("usf_sn", 0), ("usf_sn", 1), ("dfa", 0), ("fa_dense", 0))]
    values = np.random.default_rng(4).uniform(0, 1, size=(4, 5, 5))
    given, published = of_the_paper(runs=tuple(runs), values=values), published_similarity("all")
    figure = layer_similarity_beside(given, published, "light", width)
    accepted(figure)
    heatmaps = traces(figure, type="heatmap")
    assert len(heatmaps) == 5
    np.testing.assert_allclose(decoded(heatmaps[4]["z"]), values[2])
    assert "The paper does not have DFA." in figure.caption
    for place, rule in enumerate(("fa_dense", "usf_sn")):
        own = [i for i, run in enumerate(given.runs) if run.rule == rule]
        (theirs,) = [i for i, run in enumerate(published.runs) if run.rule == rule]
        ours, papers = (decoded(trace["z"]) for trace in heatmaps[2 * place : 2 * place + 2])
        np.testing.assert_allclose(ours, given.values[own].mean(axis=0))
        np.testing.assert_allclose(papers, published.values[theirs])
        axes = [heatmaps[2 * place + at]["yaxis"].replace("y", "yaxis") for at in (0, 1)]
        domains = [figure.plotly["layout"][axis]["domain"] for axis in axes]
        # A pair is in one line of panels.
        assert domains[0] == domains[1]
    scale = figure.plotly["layout"]["coloraxis"]
    assert (scale["cmin"], scale["cmax"]) == (0, 1)
    assert {row[1] for row in figure.table.rows} == {"ours", "the paper’s"}
    assert {row[0] for row in figure.csv.rows} == {"ours", "paper"}
    assert traces(figure, mode="text"), "cells have their numbers at every width"


def test_the_difference_is_the_mean_here_minus_the_published() -> None:
    given = of_the_paper()
    published = published_similarity("all")
    rule = [run.rule for run in published.runs].index("usf_sn")
    figure = layer_similarity_difference(given, published, "dark", "medium")
    accepted(figure)
    (heatmap,) = traces(figure, type="heatmap")
    expected = given.values[:2].mean(axis=0) - published.values[rule]
    np.testing.assert_allclose(decoded(heatmap["z"]), expected, atol=1e-12)
    scale = figure.plotly["layout"]["coloraxis"]
    assert scale["cmin"] == -scale["cmax"]
    assert scale["cmax"] >= np.abs(expected).max()
    first = figure.csv.rows[0]
    assert first[3] - first[4] == pytest.approx(first[5])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("position", np.linspace(0, 1, 25).tolist())
def test_text_on_the_diverging_scale_has_contrast(theme: Theme, position: float) -> None:
    stops = DIVERGING[theme]
    near = stops[round(position * (len(stops) - 1))]
    assert contrast(text_on(stops, position), near) > 3.0
