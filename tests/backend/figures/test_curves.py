"""Curves: what is drawn, named, averaged and written, from no point to many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.catalog import PAPER_RULES, RULES
from feedback_atlas.server.figures.base.end_labels import LINE, spread
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.results.types import Curve, RunLabel
from tests.backend.figures.examples import (
    accepted,
    curve,
    decoded,
    local_angle,
    loss,
    sign_concordance,
    texts,
    traces,
    validation_accuracy,
)

ALL = [loss, validation_accuracy, local_angle, sign_concordance]
FIVE = list(PAPER_RULES)


def named(figure: Figure, rule: str) -> dict[str, float]:
    """Return the y of each of a rule's labels, in axis units."""
    (label,) = [
        note
        for note in figure.plotly["layout"]["annotations"]
        if note["text"] == RULES[rule].name and note.get("yref") == "y"
    ]
    return {"y": label["y"]}


@pytest.mark.parametrize("draw", ALL)
@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_nothing_measured_yet_says_so_without_axes(
    draw: Callable[..., Figure], width: Width
) -> None:
    for curves in ([], [curve("bp", [np.nan, np.nan], layer="fc1"), curve("bp", [])]):
        figure = draw(curves, "dark", width)
        assert texts(figure) == ["Waiting for the first measurement"]
        assert figure.plotly["layout"]["xaxis"]["visible"] is False
        assert figure.plotly["layout"]["height"] > 150
        accepted(figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_carry_the_values_and_the_rules_colours(theme: Theme) -> None:
    figure = loss([curve("usf_sn", [2.3, 1.5, 1.0]), curve("bp", [2.3, 1.0, 0.5])], theme)
    accepted(figure)
    first, second = figure.plotly["data"]
    assert (first["name"], second["name"]) == ("BP", "uSF SN")
    np.testing.assert_array_equal(decoded(first["x"]), [0, 10, 20])
    np.testing.assert_allclose(decoded(first["y"]), [2.3, 1.0, 0.5], rtol=1e-6)
    bp = RULES["bp"]
    colour = bp.colour_light if theme == "light" else bp.colour_dark
    assert first["line"]["color"] == colour
    assert "%{y:.3f}" in first["hovertemplate"]


def test_a_single_point_is_seen() -> None:
    figure = validation_accuracy([curve("bp", [0.31], start=1)])
    (trace,) = figure.plotly["data"]
    assert "markers" in trace["mode"]
    np.testing.assert_allclose(decoded(trace["y"]), [31.0], rtol=1e-6)
    low, high = figure.plotly["layout"]["xaxis"]["range"]
    assert low < 1 < high
    assert figure.plotly["layout"]["xaxis"]["dtick"] == 1
    low, high = figure.plotly["layout"]["yaxis"]["range"]
    assert low < 31.0 < high


def test_many_points_are_a_line() -> None:
    (trace,) = loss([curve("bp", np.linspace(2, 1, 100).tolist())]).plotly["data"]
    assert trace["mode"] == "lines"


def test_seeds_are_thin_and_their_mean_covers_the_steps_that_all_have() -> None:
    ahead = curve("bp", [2.0, 1.0, 0.5, 0.25], seed=1)
    behind = curve("bp", [3.0, 2.0], seed=0)
    figure = loss([ahead, behind], options=CurveOptions(lines="runs"))
    accepted(figure)
    *seeds, mean = figure.plotly["data"]
    assert [trace["hovertemplate"].split("<br>")[0] for trace in seeds] == [
        "<b>BP, seed 0</b>",
        "<b>BP, seed 1</b>",
    ]
    assert {trace["line"]["color"] for trace in figure.plotly["data"]} == {"#0072B2"}
    assert all(trace["line"]["width"] < mean["line"]["width"] for trace in seeds)
    np.testing.assert_array_equal(decoded(mean["x"]), [0, 10])
    np.testing.assert_allclose(decoded(mean["y"]), [2.5, 1.5])
    assert "Thin lines are seeds" in figure.caption


def test_points_without_a_value_are_left_out() -> None:
    (trace,) = loss([curve("bp", [2.0, np.nan, 1.0, np.inf])]).plotly["data"]
    np.testing.assert_array_equal(decoded(trace["x"]), [0, 20])


@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_end_labels_keep_their_distance_and_order(width: Width) -> None:
    ends = dict(zip(FIVE, [0.400, 1.8, 0.401, 0.402, 0.399], strict=True))
    figure = loss([curve(rule, [2.3, end]) for rule, end in ends.items()], width=width)
    page = figure.plotly["layout"]
    pixels = page["height"] - page["margin"]["t"] - page["margin"]["b"]
    low, high = page["yaxis"]["range"]
    places = {rule: (named(figure, rule)["y"] - low) / (high - low) * pixels for rule in ends}
    by_place = sorted(places, key=places.__getitem__)
    assert by_place == sorted(ends, key=ends.__getitem__)
    gaps = np.diff([places[rule] for rule in by_place])
    assert gaps.min() >= LINE - 1e-6
    assert min(places.values()) >= 0
    assert max(places.values()) <= pixels


@given(
    positions=st.lists(st.floats(-50.0, 350.0), max_size=15),
    gap=st.floats(1.0, 40.0),
)
def test_spreading_holds_distance_bounds_and_ranks(positions: list[float], gap: float) -> None:
    moved = spread(positions, gap, 0.0, 300.0)
    assert len(moved) == len(positions)
    if positions:
        assert moved.min() >= -1e-6
        assert moved.max() <= 300.0 + 1e-6
        fits = min(gap, 300.0 / max(len(positions) - 1, 1))
        order = np.argsort(positions, kind="stable")
        assert (np.diff(moved[order]) >= fits - 1e-6).all()


def test_spreading_moves_nothing_that_has_room_and_a_pair_evenly() -> None:
    np.testing.assert_allclose(spread([10.0, 90.0, 50.0], 15, 0, 100), [10, 90, 50])
    np.testing.assert_allclose(spread([50.0, 52.0], 10, 0, 100), [46, 56])


@pytest.mark.parametrize(("width", "columns"), [("wide", 4), ("medium", 2), ("narrow", 2)])
def test_angles_have_a_panel_a_layer_on_shared_axes(width: Width, columns: int) -> None:
    layers = ["conv2", "fc1", "fc2", "fc3"]
    curves = [curve(rule, [90, 80], layer=layer) for layer in layers for rule in FIVE]
    figure = local_angle(curves, width=width)
    accepted(figure)
    page = figure.plotly["layout"]
    assert [text for text in texts(figure) if text.startswith("<b>")] == [
        f"<b>{layer}</b>" for layer in layers
    ]
    axes = [page[f"xaxis{suffix}"] for suffix in ("", "2", "3", "4")]
    assert len({tuple(axis["domain"]) for axis in axes}) == columns
    assert all(axis["matches"] == "x" for axis in axes[1:])
    ranges = {tuple(page[f"yaxis{suffix}"]["range"]) for suffix in ("", "2", "3", "4")}
    assert len(ranges) == 1
    assert [trace["name"] for trace in traces(figure, showlegend=True)] == [
        RULES[rule].name for rule in FIVE
    ]
    assert len(figure.plotly["data"]) == 20


def test_angles_beyond_a_right_angle_stay_inside() -> None:
    figure = local_angle([curve("fa_dense", [90, 131.0], layer="fc1")])
    assert figure.plotly["layout"]["yaxis"]["range"][1] > 131.0


def test_sign_concordance_is_in_percent_and_leaves_undefined_layers_out() -> None:
    curves = [
        curve("fa_dense", [np.nan, np.nan], layer="conv2"),
        curve("usf_sn", [1.0, 1.0], layer="conv2"),
        curve("fa_dense", [0.50, 0.505], layer="fc1"),
    ]
    figure = sign_concordance(curves)
    accepted(figure)
    drawn = [(trace["name"], trace["xaxis"]) for trace in figure.plotly["data"]]
    assert drawn == [("uSF SN", "x"), ("FA Dense", "x2")]
    np.testing.assert_allclose(decoded(figure.plotly["data"][1]["y"]), [50.0, 50.5], rtol=1e-6)
    assert figure.table.rows[0] == ("FA Dense", 0, "conv2", None, None, None, None, None)


def test_table_sums_up_and_csv_has_every_point() -> None:
    curves = [curve("bp", [0.1, 0.7, np.nan, 0.6], start=1), curve("usf_sn", [0.2], seed=3)]
    figure = validation_accuracy(curves)
    assert figure.table.columns == (
        "Rule", "Seed", "Accuracy (%), first", "Lowest", "Highest", "Last", "Last epoch",
    )  # fmt: skip
    assert len(figure.table.digits) == len(figure.table.columns)
    name, seed, *numbers = figure.table.rows[0]
    assert (name, seed) == ("BP", 0)
    assert numbers == pytest.approx([10.0, 10.0, 70.0, 60.0, 31.0])
    assert figure.csv.columns == ("rule", "seed", "epoch", "Accuracy (%)")
    assert len(figure.csv.rows) == 5
    assert figure.csv.rows[2] == ("bp", 0, 21.0, None)
    assert figure.csv.rows[4] == ("usf_sn", 3, 0.0, 20.0)


def test_steps_that_are_not_whole_numbers_are_kept() -> None:
    x = np.array([0.5, 1.5])
    (trace,) = loss([Curve(RunLabel("bp", 0), None, x, np.ones(2))]).plotly["data"]
    np.testing.assert_array_equal(decoded(trace["x"]), x)
