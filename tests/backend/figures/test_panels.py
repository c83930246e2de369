"""Profile with statistics, map, exemplars and costs: what is drawn, marked and said."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.figures import (
    Theme,
    Width,
    exemplar_gallery,
    geometry_map,
    profile_statistics,
    rule_cost,
)
from backend.figures.data import (
    ChannelExemplars,
    CostRow,
    CostTable,
    ExemplarGallery,
    GeometryMap,
    LayerBand,
    MapPoint,
    PairsMean,
    ProfileStatistics,
    RuleAgainstReference,
)
from tests.backend.figures.examples import LAYERS, accepted, decoded, similarity, texts, traces

NO_PAIR = PairsMean(None, None, None, 0, 0, {"mean": "there are no such pairs"})
ONE_SEED = "one seed: nothing says how much another seed would differ"


def mean(value: float, half: float = 0.05) -> PairsMean:
    return PairsMean(value, value - half, value + half, 6, 3)


def against(rule: str, value: float, tested: float, **changes: Any) -> RuleAgainstReference:
    found = RuleAgainstReference(
        rule, mean(value + 0.1), mean(value), 0.2, tested, tested, 0.01, None
    )
    return replace(found, **changes)


def statistics(**changes: Any) -> ProfileStatistics:
    """Two rules on three layers; one of them is significant in the last layer."""
    layers = tuple(
        LayerBand(
            layer,
            mean(0.9, 0.02),
            mean(0.3),
            mean(0.2),
            (
                against("usf_sn", 0.8 - 0.1 * place, 0.5, **changes),
                against("fa_dense", 0.6 - 0.1 * place, 0.02 if place == 2 else 0.05, **changes),
            ),
        )
        for place, layer in enumerate(LAYERS)
    )
    return ProfileStatistics(layers, 1000, 200)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_the_profile_shows_means_intervals_band_and_stars(theme: Theme, width: Width) -> None:
    figure = profile_statistics(similarity(), statistics(), theme, width)
    accepted(figure)
    lines = traces(figure, mode="lines+markers")
    assert [line["name"] for line in lines] == [
        "FA Dense, different initial weights", "uSF SN, different initial weights",
    ]  # fmt: skip
    np.testing.assert_allclose(decoded(lines[0]["y"]), [0.6, 0.5, 0.4])
    assert lines[0]["error_y"]["array"] == pytest.approx([0.05] * 3)
    # The rules of a layer stand beside each other, the layers' order kept.
    first, second = (decoded(line["x"]) for line in lines)
    assert (first < second).all()
    assert (np.round(first) == [0, 1, 2]).all()
    rings = traces(figure, name="FA Dense, shared initial weights")
    np.testing.assert_allclose(decoded(rings[0]["y"]), [0.7, 0.6, 0.5])
    # 0.02 is marked, 0.05 is not.
    (stars,) = traces(figure, text=["∗"])
    np.testing.assert_allclose(decoded(stars["x"]), first[2:])
    ceiling, floor = (traces(figure, name=name)[0] for name in ("BP–BP", "Untrained"))
    np.testing.assert_allclose(decoded(ceiling["y"]), 0.9)
    np.testing.assert_allclose(decoded(floor["y"]), 0.2)
    assert {"BP–BP", "Untrained", "FA Dense", "uSF SN"} <= set(texts(figure))
    assert any("adjusted p" in trace["name"] for trace in traces(figure, showlegend=True))
    row = next(row for row in figure.csv.rows if row[:3] == ("fa_dense", "fc1", "different"))
    assert row[3:16] == (
        pytest.approx(0.4), pytest.approx(0.35), pytest.approx(0.45), None, None, None, None,
        6, 3, 0.2, 0.02, 0.02, 0.01,
    )  # fmt: skip
    assert len(figure.csv.rows) == 2 * 3 * 2 + 3 * 3


def test_with_one_seed_there_is_no_interval_and_the_caption_says_why() -> None:
    alone = PairsMean(0.7, None, None, 1, 1, {"over_seeds": ONE_SEED})
    given = statistics(
        shared=alone, independent=NO_PAIR, p=None, p_adjusted=None, smallest_p=None,
        difference=None, reason="the test needs backpropagation from at least 2 seeds",
    )  # fmt: skip
    given = replace(
        given,
        layers=tuple(
            replace(band, ceiling=NO_PAIR, floor_independent=NO_PAIR, floor_shared=alone)
            for band in given.layers
        ),
    )
    figure = profile_statistics(similarity(), given)
    accepted(figure)
    assert f"No interval: {ONE_SEED}." in figure.caption
    assert "No test: the test needs backpropagation from at least 2 seeds." in figure.caption
    lines = traces(figure, mode="lines+markers")
    assert lines[0]["name"] == "FA Dense, shared initial weights"
    assert lines[0]["error_y"]["array"] == [0.0] * 3
    assert not traces(figure, text=["∗"])
    assert not traces(figure, name="BP–BP")
    assert traces(figure, name="Untrained")
    rows = [row for row in figure.table.rows if row[0] == "FA Dense" and row[2] == "different"]
    assert all(row[3] is None and "no such pairs" in str(row[-1]) for row in rows)


def test_seeds_too_few_for_any_significance_are_said() -> None:
    figure = profile_statistics(similarity(), statistics(smallest_p=0.625, p_adjusted=0.7))
    assert "no adjusted p below 0.625: no layer can be significant" in figure.caption


def the_map(kind: str = "epoch") -> GeometryMap:
    points = [
        MapPoint(rule, 0, layer, epoch)
        for layer in LAYERS
        for rule, epoch in ((None, 0), ("bp", 2), ("bp", 1), ("dfa", 2))
    ]
    places = np.random.default_rng(0).normal(size=(len(points), 2))
    return GeometryMap(tuple(points), places, 0.123, kind, "last", 200, LAYERS, left_out=1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_has_a_colour_a_rule_and_a_symbol_a_layer(theme: Theme) -> None:
    given = the_map()
    figure = geometry_map(given, theme)
    accepted(figure)
    shown = [trace for trace in traces(figure, mode="markers") if "customdata" in trace]
    assert len(shown) == 3
    assert [len(trace["customdata"]) for trace in shown] == [6, 3, 3]
    assert len({trace["marker"]["color"] for trace in shown}) == 3
    assert shown[0]["marker"]["symbol"] == ["circle"] * 2 + ["square"] * 2 + ["diamond"] * 2
    assert figure.plotly["layout"]["xaxis"]["scaleanchor"] == "y"
    assert "stress 0.12" in figure.caption
    assert "1 without a distance left out" in figure.caption
    assert len(figure.csv.rows) == 12
    assert not traces(figure, mode="lines")


def test_a_trajectory_goes_through_the_epochs_in_order() -> None:
    given = the_map("trajectory")
    figure = geometry_map(given)
    accepted(figure)
    lines = traces(figure, mode="lines")
    assert len(lines) == 2 * len(LAYERS)
    order = [0, 2, 1]  # untrained, epoch 1, epoch 2 of BP's first layer
    np.testing.assert_array_equal(decoded(lines[0]["x"]), given.coordinates[order, 0])


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_exemplars_are_pictures_of_the_images(channels: int, width: Width) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, size=(2, channels, 5, 5), dtype=np.uint8)
    entry = ChannelExemplars("bp", 7, 0.5, pictures, np.array([2.0, 1.0]), np.array([1, 0]))
    second = replace(entry, channel=3, importance=0.25)
    gallery = ExemplarGallery(
        "conv1", 1, ("cat", "dog"), 4, "best", 100, (entry, second), {"dfa": "not finite"}
    )
    figure = exemplar_gallery(gallery, "light", width)
    accepted(figure)
    images = figure.plotly["layout"]["images"]
    assert len(images) == (4 if width == "wide" else 2)
    raw = base64.b64decode(images[0]["source"].removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(raw)) as opened:
        small = np.asarray(opened)[::4, ::4]
    expected = pictures[0, 0] if channels == 1 else np.moveaxis(pictures[0], 0, 2)
    np.testing.assert_array_equal(small, expected)
    assert figure.table.rows == (
        ("BP", 1, 7, 0.5, 1, "dog, cat"), ("BP", 2, 3, 0.25, 1, "dog, cat"),
    )  # fmt: skip
    assert "DFA: not finite." in figure.caption
    assert "“dog”" in figure.title


def test_costs_are_bars_in_the_catalogs_order() -> None:
    rows = (
        CostRow("fa_dense", 100, 200, 300, 0, 4_000_000, 0, 0.02),
        CostRow("bp", 100, 200, 100, 0, 0, 0, 0.01),
    )
    for width in ("wide", "narrow"):
        figure = rule_cost(CostTable(rows, 128, "a machine"), "dark", width)  # type: ignore[arg-type]
        accepted(figure)
        operations, memory, time = traces(figure, type="bar")
        np.testing.assert_allclose(decoded(operations["x"]), [400e-9, 600e-9])
        np.testing.assert_allclose(decoded(memory["x"]), [0, 4])
        np.testing.assert_allclose(decoded(time["x"]), [10, 20])
    assert [row[0] for row in figure.table.rows] == ["BP", "FA Dense"]
    assert figure.csv.rows[0][:3] == ("bp", 100, 200)
    assert "measured steps on a machine" in figure.caption
