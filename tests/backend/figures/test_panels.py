"""Profile with statistics, map, exemplars and costs: what is drawn, marked and said."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.figures.exemplars import exemplar_gallery
from feedback_atlas.server.figures.maps.representations import geometry_map
from feedback_atlas.server.figures.similarity.profile_statistics import profile_statistics
from feedback_atlas.server.results.types import (
    ChannelExemplars,
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
ONE_SEED = "one seed: the variation between seeds is unknown"


def mean(value: float, half: float = 0.05) -> PairsMean:
    return PairsMean(value, value - half, value + half, 6, 3)


def against(rule: str, value: float, tested: float, **changes: Any) -> RuleAgainstReference:
    found = RuleAgainstReference(
        rule, mean(value + 0.1), mean(value), 0.2, tested, tested, 0.01, None
    )
    return replace(found, **changes)


def statistics(**changes: Any) -> ProfileStatistics:
    """Return two rules on three layers; one of them is significant in the last layer."""
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
        difference=None, reason="needs backpropagation from at least 2 seeds",
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
    assert "No test: needs backpropagation from at least 2 seeds." in figure.caption
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
    assert "no adjusted p can fall below 0.625: no layer can be significant" in figure.caption


def the_map(kind: str = "epoch", seeds: tuple[int, ...] = (0,)) -> GeometryMap:
    points = [
        MapPoint(rule, seed, layer, epoch)
        for seed in seeds
        for layer in LAYERS
        for rule, epoch in ((None, 0), ("bp", 2), ("bp", 1), ("dfa", 2))
    ]
    rng = np.random.default_rng(0)
    flat, solid = (rng.normal(size=(len(points), size)) for size in (2, 3))
    return GeometryMap(
        tuple(points), flat, 0.123, kind, "last", 200, LAYERS, 1, solid=solid, solid_stress=0.045
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_map_has_a_colour_a_rule_and_a_symbol_a_layer(theme: Theme, dimensions: int) -> None:
    given = the_map()
    figure = geometry_map(given, theme, "wide", dimensions)
    accepted(figure)
    shown = [trace for trace in traces(figure, mode="markers") if "customdata" in trace]
    assert [len(trace["customdata"]) for trace in shown] == [6, 3, 3]
    assert len({trace["marker"]["color"] for trace in shown}) == 3
    assert shown[0]["marker"]["symbol"] == ["circle"] * 2 + ["square"] * 2 + ["diamond"] * 2
    assert not traces(figure, mode="lines+markers")
    assert "meta" not in figure.plotly["layout"]
    assert "stress 0.12 in two dimensions, 0.04 in three" in figure.caption
    assert "1 without a distance omitted" in figure.caption
    places = given.coordinates if dimensions == 2 else given.solid
    assert places is not None
    dfa = [index for index, point in enumerate(given.points) if point.rule == "dfa"]
    for axis, name in enumerate("xyz"[:dimensions]):
        np.testing.assert_allclose(shown[1][name], places[dfa, axis], atol=1e-5)
    assert [row[4:] for row in figure.csv.rows] == [tuple(place) for place in places.tolist()]
    assert {trace["type"] for trace in figure.plotly["data"]} == {
        "scatter" if dimensions == 2 else "scatter3d"
    }


def test_all_axes_have_one_scale() -> None:
    flat = geometry_map(the_map()).plotly["layout"]
    assert flat["xaxis"]["scaleanchor"] == "y"
    scene = geometry_map(the_map(), dimensions=3).plotly["layout"]["scene"]
    spans = [np.diff(scene[f"{axis}axis"]["range"])[0] for axis in "xyz"]
    ratios = [scene["aspectratio"][axis] for axis in "xyz"]
    np.testing.assert_allclose(np.array(ratios) / spans, ratios[0] / spans[0])


def test_a_map_of_before_three_dimensions_is_drawn_in_two() -> None:
    given = replace(the_map(), solid=None, solid_stress=None)
    figure = geometry_map(given, dimensions=3)
    accepted(figure)
    assert {trace["type"] for trace in figure.plotly["data"]} == {"scatter"}
    assert "(stress 0.12 in two dimensions)" in figure.caption


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_trajectory_goes_through_the_epochs_in_order(dimensions: int, width: Width) -> None:
    given = the_map("trajectory", seeds=(0, 3))
    figure = geometry_map(given, "light", width, dimensions)
    accepted(figure)
    bp, dfa = traces(figure, mode="lines+markers")
    assert bp["meta"]["epochs"] == [0, 1, 2, None] * 5 + [0, 1, 2]
    assert dfa["meta"]["epochs"] == [0, 2, None] * 5 + [0, 2]
    assert figure.plotly["layout"]["meta"]["epochs"] == [0, 1, 2]
    order = [0, 2, 1]  # untrained, epoch 1, epoch 2 of BP's first layer, first seed
    places = given.coordinates if dimensions == 2 else given.solid
    assert places is not None
    np.testing.assert_allclose(bp["x"][:3], places[order, 0], atol=1e-5)
    assert bp["x"][3] is None
    # Where a network is stands out from where it was.
    small, large = bp["marker"]["size"][:2], bp["marker"]["size"][2]
    assert max(small) < large
    assert "seeds 0 and 3" in figure.caption


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
    # Beside each other, or below: every channel is there.
    assert len(images) == 4
    assert (images[0]["y"] == images[2]["y"]) == (width == "wide")
    assert (images[0]["x"] == images[2]["x"]) == (width == "narrow")
    assert texts(figure).count("<b>dog</b>") == 2
    assert texts(figure).count("cat") == 2
    raw = base64.b64decode(images[0]["source"].removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(raw)) as opened:
        times = opened.width // 5
        assert opened.width >= 192
        small = np.asarray(opened)[::times, ::times]
    expected = pictures[0, 0] if channels == 1 else np.moveaxis(pictures[0], 0, 2)
    np.testing.assert_array_equal(small, expected)
    assert figure.table.rows == (
        ("BP", 1, 7, 0.5, 1, "dog, cat"), ("BP", 2, 3, 0.25, 1, "dog, cat"),
    )  # fmt: skip
    assert "DFA: not finite." in figure.caption
    assert "“dog”" in figure.title
