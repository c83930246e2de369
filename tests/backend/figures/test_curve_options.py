"""Display options of curves: seeds, smoothing, axes, scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_atlas.server.catalog import PAPER_RULES, RULES
from feedback_atlas.server.figures.base.figure import Figure, Width
from feedback_atlas.server.figures.curves.options import CurveOptions
from feedback_atlas.server.figures.curves.series import downsampled, rule_series
from feedback_atlas.server.figures.curves.smoothing import exponential_average
from feedback_atlas.server.results.types import Curve, RunLabel
from tests.backend.figures.examples import (
    accepted,
    curve,
    decoded,
    global_angle,
    local_angle,
    loss,
    sign_concordance,
    traces,
    update_angle,
    validation_accuracy,
)

LAYERS = ("conv1", "conv2", "fc1", "fc2", "fc3")


def seeds_of(
    values: np.ndarray[Any, Any], rule: str = "bp", layer: str | None = None
) -> list[Curve]:
    """Return a curve per row of ``values``, ten steps apart, twenty steps an epoch."""
    return [
        replace(curve(rule, row.tolist(), seed=seed, layer=layer), steps_per_epoch=20.0)
        for seed, row in enumerate(values)
    ]


def drawn(figure: Figure) -> dict[str, Any]:
    """Return the traces of a figure of one rule: its area, its mean, and the others."""
    data = figure.plotly["data"]
    (area,) = [trace for trace in data if trace.get("fill")]
    (mean,) = [trace for trace in data if "customdata" in trace]
    return {
        "area": area,
        "mean": mean,
        "rest": [t for t in data if t is not area and t is not mean],
    }


def test_a_band_is_the_mean_the_lowest_and_the_highest_of_the_seeds() -> None:
    values = np.random.default_rng(0).uniform(0.1, 2.0, size=(4, 30))
    figure = loss(seeds_of(values))
    accepted(figure)
    parts = drawn(figure)
    assert parts["rest"] == []
    low, high = values.min(axis=0), values.max(axis=0)
    np.testing.assert_allclose(decoded(parts["mean"]["y"]), values.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(decoded(parts["mean"]["customdata"]), np.c_[low, high], rtol=1e-6)
    outline = np.concatenate((high, low[::-1]))
    np.testing.assert_allclose(decoded(parts["area"]["y"]), outline, rtol=1e-6)
    np.testing.assert_array_equal(
        decoded(parts["area"]["x"]), np.r_[np.arange(0, 300, 10), np.arange(290, -1, -10)]
    )
    assert figure.plotly["layout"]["hovermode"] == "x unified"
    assert parts["area"]["hoverinfo"] == "skip"
    assert "%{customdata[0]:.3f} to %{customdata[1]:.3f}" in parts["mean"]["hovertemplate"]
    assert "from the lowest to the highest" in figure.caption


def test_a_seed_that_is_ahead_goes_on_as_a_thin_line() -> None:
    ahead = curve("bp", [2.0, 1.0, 0.5, 0.25], seed=1)
    figure = loss([ahead, curve("bp", [3.0, 2.0], seed=0)])
    parts = drawn(figure)
    np.testing.assert_array_equal(decoded(parts["mean"]["x"]), [0, 10])
    (tail,) = parts["rest"]
    np.testing.assert_array_equal(decoded(tail["x"]), [10, 20, 30])
    np.testing.assert_array_equal(decoded(tail["y"]), [1.0, 0.5, 0.25])
    assert tail["line"]["width"] < parts["mean"]["line"]["width"]
    assert "BP, seed 1" in tail["hovertemplate"]
    assert "trained further than others" in figure.caption


@given(
    st.lists(st.sets(st.integers(0, 8), min_size=1), min_size=2, max_size=4),
    st.floats(0.0, 0.95),
)
def test_bands_are_those_of_numpy_wherever_all_seeds_have_got(
    steps: list[set[int]], smoothing: float
) -> None:
    chance = np.random.default_rng(1)
    curves = [
        Curve(
            RunLabel("bp", seed), None, np.array(sorted(own), float), chance.normal(size=len(own))
        )
        for seed, own in enumerate(steps)
    ]
    (series,) = rule_series(curves, 1.0, smoothing)
    shared = sorted(set.intersection(*steps))
    if not shared:
        assert series.band is None
        return
    smooth = [dict(zip(c.x, exponential_average(c.y, smoothing), strict=True)) for c in curves]
    table = np.array([[one[step] for step in shared] for one in smooth])
    assert series.band is not None
    np.testing.assert_array_equal(series.band.x, shared)
    np.testing.assert_allclose(series.band.mean, table.mean(axis=0))
    np.testing.assert_array_equal(series.band.low, table.min(axis=0))
    np.testing.assert_array_equal(series.band.high, table.max(axis=0))


def test_a_long_band_loses_no_extreme_and_its_lines_share_their_places() -> None:
    values = np.random.default_rng(2).normal(size=(3, 9000))
    values[1, 4321], values[2, 5432] = 50.0, -60.0
    (series,) = rule_series(seeds_of(values), 1.0)
    thin = downsampled(series, 600).band
    assert thin is not None
    assert len(thin.x) <= 600
    assert len({len(thin.x), len(thin.mean), len(thin.low), len(thin.high)}) == 1
    assert (thin.high.max(), thin.low.min()) == (50.0, -60.0)
    places = np.searchsorted(np.arange(9000) * 10.0, thin.x)
    np.testing.assert_array_equal(thin.mean, values.mean(axis=0)[places])


def test_smoothing_leaves_the_measured_curve_faint_behind_and_the_numbers_alone() -> None:
    values = np.random.default_rng(3).uniform(0.1, 2.0, size=(1, 40))
    plain, figure = loss(seeds_of(values)), loss(seeds_of(values), options=CurveOptions(0.9))
    accepted(figure)
    raw, smooth = figure.plotly["data"]
    np.testing.assert_allclose(decoded(raw["y"]), values[0], rtol=1e-6)
    np.testing.assert_allclose(decoded(smooth["y"]), exponential_average(values[0], 0.9), rtol=1e-6)
    assert raw["opacity"] < 0.5
    assert raw["hoverinfo"] == "skip"
    assert "moving average of weight 0.9" in figure.caption
    assert figure.table == plain.table
    assert list(figure.csv.rows) == list(plain.csv.rows)
    low, high = figure.plotly["layout"]["yaxis"]["range"]
    assert low < values.min() < values.max() < high


def test_each_seed_is_smoothed_before_the_band_is_taken() -> None:
    values = np.random.default_rng(4).uniform(0.1, 2.0, size=(3, 25))
    figure = loss(seeds_of(values), options=CurveOptions(0.8))
    smooth = np.array([exponential_average(row, 0.8) for row in values])
    parts = drawn(figure)
    ends = np.c_[smooth.min(axis=0), smooth.max(axis=0)]
    np.testing.assert_allclose(decoded(parts["mean"]["customdata"]), ends, rtol=1e-6)
    (raw,) = parts["rest"]
    np.testing.assert_allclose(decoded(raw["y"]), values.mean(axis=0), rtol=1e-6)


def test_steps_and_epochs_are_turned_into_each_other() -> None:
    by_step = seeds_of(np.ones((1, 5)))
    by_epoch = [replace(one, x=np.array([1.0, 2.0, 3.0, 4.0, 5.0])) for one in by_step]
    over = {x: CurveOptions(x=x) for x in ("step", "epoch")}  # type: ignore[arg-type]

    def places(figure: Figure) -> list[float]:
        accepted(figure)
        return decoded(figure.plotly["data"][0]["x"]).tolist()  # type: ignore[no-any-return]

    assert places(loss(by_step, options=over["step"])) == [0, 10, 20, 30, 40]
    assert places(loss(by_step, options=over["epoch"])) == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert places(validation_accuracy(by_epoch, options=over["epoch"])) == [1, 2, 3, 4, 5]
    assert places(validation_accuracy(by_epoch, options=over["step"])) == [20, 40, 60, 80, 100]
    page = loss(by_step, options=over["epoch"]).plotly["layout"]
    assert page["xaxis"]["title"]["text"] == "Epoch"
    assert page["meta"] == {"x": "epoch"}


def test_what_is_not_known_in_epochs_stays_over_steps() -> None:
    known, unknown = seeds_of(np.ones((1, 3)))[0], curve("usf_sn", [1.0, 1.0, 1.0])
    figure = loss([known, unknown], options=CurveOptions(x="epoch"))
    assert figure.plotly["layout"]["meta"] == {"x": "step"}
    np.testing.assert_array_equal(decoded(figure.plotly["data"][0]["x"]), [0, 10, 20])


def test_a_log_scale_is_the_losss_alone_and_leaves_out_what_has_no_logarithm() -> None:
    log = CurveOptions(scale="log")
    figure = loss([curve("bp", [2.0, 0.5, 0.0, 0.01]), curve("usf_sn", [2.0, 0.02])], options=log)
    accepted(figure)
    axis = figure.plotly["layout"]["yaxis"]
    assert axis["type"] == "log"
    low, high = axis["range"]
    assert low < np.log10(0.01) < np.log10(2.0) < high
    assert axis["ticktext"] == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]
    np.testing.assert_allclose(decoded(figure.plotly["data"][0]["y"]), [2.0, 0.5, 0.01], rtol=1e-6)
    ends = {note["text"]: note["y"] for note in figure.plotly["layout"]["annotations"]}
    assert low <= ends["BP"] <= high
    assert "omitted from the log scale" in figure.caption
    accuracy = validation_accuracy([curve("bp", [0.1, 0.9])], options=log)
    assert "type" not in accuracy.plotly["layout"]["yaxis"]


@pytest.mark.parametrize("exponents", [(-9.0, 1.0), (0.30, 0.31), (0.0, 0.0)])
def test_a_log_axis_has_a_few_ticks_wherever_the_values_lie(exponents: tuple[float, float]) -> None:
    figure = loss([curve("bp", [10.0**e for e in exponents])], options=CurveOptions(scale="log"))
    accepted(figure)
    axis = figure.plotly["layout"]["yaxis"]
    low, high = axis["range"]
    assert 1 <= len(axis["tickvals"]) <= 10
    assert all(low <= np.log10(tick) <= high for tick in axis["tickvals"])


@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
@pytest.mark.parametrize(
    ("draw", "chance"),
    [(local_angle, 90), (global_angle, 90), (update_angle, 90), (sign_concordance, 50)],
)
def test_five_rules_of_ten_seeds_in_five_layers_are_a_line_and_an_area_each(
    draw: Callable[..., Figure], chance: float, width: Width
) -> None:
    random = np.random.default_rng(5)
    curves = [
        one
        for rule in PAPER_RULES
        for layer in LAYERS
        for one in seeds_of(random.uniform(0.4, 0.9, size=(10, 20)), rule, layer)
    ]
    figure = draw(curves, width=width)
    accepted(figure)
    assert len(figure.plotly["data"]) == 5 * 5 * 2
    page = figure.plotly["layout"]
    assert [(line["y0"], line["y1"]) for line in page["shapes"]] == [(chance, chance)] * 5
    assert len({line["yref"] for line in page["shapes"]}) == 5
    assert (
        f"<br>{chance:g}<br>" in page["yaxis"]["ticktext"][page["yaxis"]["tickvals"].index(chance)]
    )
    assert "chance" in figure.caption
    named = traces(figure, showlegend=True)
    assert [trace["name"] for trace in named] == [RULES[rule].name for rule in PAPER_RULES]
    assert all("customdata" in trace for trace in named)
