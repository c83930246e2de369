"""CKA heatmaps and the same-layer profile: numbers, undefined cells, seeds, ranges."""

from __future__ import annotations

import numpy as np
import pytest

from backend.catalog import RULES
from backend.figures import Theme, Width, cka_heatmaps, similarity_profile
from backend.figures.cka import short_number
from backend.figures.theme import VIRIDIS, contrast, rule_ink, text_on
from tests.backend.figures.examples import LAYERS, accepted, decoded, similarity, texts, traces


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_heatmaps_hold_the_values_a_panel_a_rule(theme: Theme, width: Width) -> None:
    given = similarity()
    figure = cka_heatmaps(given, theme, width)
    accepted(figure)
    first, second = traces(figure, type="heatmap")
    np.testing.assert_array_equal(decoded(first["z"]), given.values[1])
    np.testing.assert_array_equal(decoded(second["z"]), given.values[0])
    headings = [text for text in texts(figure) if text.startswith("<b>")]
    assert headings == ["<b>FA Dense</b>", "<b>uSF SN</b>"]
    scale = figure.plotly["layout"]["coloraxis"]
    assert (scale["cmin"], scale["cmax"]) == (0, 1)
    assert "One seed a rule" in figure.caption


def test_cells_show_two_decimals_in_a_colour_that_reads() -> None:
    values = similarity().values
    values[:] = [[0.0, 0.944, 1.0], [-0.034, 0.5, 0.62], [0.07, np.nan, 0.3]]
    figure = cka_heatmaps(similarity(values=values))
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
    figure = cka_heatmaps(given)
    accepted(figure)
    heatmap = traces(figure, type="heatmap")[0]
    assert heatmap["customdata"][0][2] == "undefined: constant features (row)"
    assert heatmap["hoverongaps"] is True
    assert np.isnan(decoded(heatmap["z"])[0, 2])
    assert figure.table.rows[0][4] is None
    undefined = [row for row in figure.csv.rows if row[4] is None]
    assert undefined == [("fa_dense", 0, "conv1", "fc1", None, "constant features (row)")]


def test_seeds_are_averaged_over_those_defined() -> None:
    values = similarity(seeds=3).values
    values[4, 1, 1] = np.nan
    given = similarity(seeds=3, values=values, reasons={(4, 1, 1): "constant features (row)"})
    figure = cka_heatmaps(given)
    heatmap = traces(figure, type="heatmap")[0]
    np.testing.assert_allclose(
        decoded(heatmap["z"])[1, 1], (values[3, 1, 1] + values[5, 1, 1]) / 2, rtol=1e-12
    )
    assert "2 of 3 seeds" in heatmap["customdata"][1][1]
    assert "mean of 3 seeds" in heatmap["customdata"][0][0]
    assert "Mean of 3 seeds a rule" in figure.caption
    assert len(figure.csv.rows) == 6 * 9


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_no_run_to_compare_says_so(width: Width) -> None:
    nothing = similarity(runs=(), values=np.zeros((0, 3, 3)))
    for figure in (
        cka_heatmaps(nothing, "light", width),
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
    assert figure.table.rows[0] == ("FA Dense", "conv1", 0, None, None, None)
