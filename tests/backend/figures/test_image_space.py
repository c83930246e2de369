"""Maps of images: marks, scales, what is said and what the tables hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from feedback_atlas.server.figures.base.class_markers import COLOURS, colour, symbol
from feedback_atlas.server.figures.base.figure import Theme, Width
from feedback_atlas.server.figures.base.theme import PALETTES, contrast
from feedback_atlas.server.figures.maps.images import image_space
from feedback_atlas.server.results.types import ImageSpace, RunLabel
from tests.backend.figures.examples import accepted, decoded, texts, traces

N = 12


def space(**changes: Any) -> ImageSpace:
    """Return two maps of twelve images of three classes."""
    fields: dict[str, Any] = {
        "runs": (RunLabel("bp", 3), RunLabel("usf_sn", 3)),
        "layer": "fc2",
        "images": np.arange(N) + 1,
        "labels": np.sort(np.arange(N) % 3),
        "class_names": ("cat", "dog", "ship"),
        "coordinates": np.random.default_rng(0).normal(size=(2, N, 2)),
        "stress": (0.21, 0.34),
        "disparity": (0.0, 0.55),
        "distance": "correlation",
        "epoch": "best",
        "n_images": N + 1,
        "left_out": 1,
    }
    return ImageSpace(**fields | changes)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_each_map_is_one_trace_with_a_mark_a_class(theme: Theme, width: Width) -> None:
    given = space()
    figure = image_space(given, theme, width)
    accepted(figure)
    maps = [trace for trace in traces(figure, type="scatter") if "customdata" in trace]
    assert [(trace["xaxis"], trace["yaxis"]) for trace in maps] == [("x", "y"), ("x2", "y2")]
    for trace, places in zip(maps, given.coordinates, strict=True):
        np.testing.assert_array_equal(decoded(trace["x"]), places[:, 0])
        np.testing.assert_array_equal(decoded(trace["y"]), places[:, 1])
        assert trace["customdata"] == list(range(1, N + 1))
        marks = list(zip(trace["marker"]["symbol"], trace["marker"]["color"], strict=True))
        assert marks == [(symbol(c), colour(c, theme)) for c in given.labels.tolist()]
        assert len(set(marks)) == 3
    page = figure.plotly["layout"]
    assert page["xaxis2"]["matches"] == "x"
    assert page["yaxis2"]["matches"] == "y"
    assert page["yaxis"]["scaleanchor"] == "x"
    beside = page["xaxis"]["domain"][1] < page["xaxis2"]["domain"][0]
    assert beside == (width != "narrow")
    low, high = page["xaxis"]["range"]
    assert low < given.coordinates[..., 0].min()
    assert high > given.coordinates[..., 0].max()
    assert texts(figure) == ["<b>BP</b>", "<b>uSF SN</b>"]
    assert [trace["name"] for trace in traces(figure, showlegend=True)] == ["cat", "dog", "ship"]


def test_the_caption_says_how_far_a_map_can_be_trusted() -> None:
    caption = image_space(space()).caption
    assert "fc2 of BP and uSF SN, seed 3" in caption
    assert "stress 0.21 and 0.34" in caption
    assert "Procrustes residual 0.55" in caption
    assert "the 13 probe images" in caption
    assert "1 without a dissimilarity omitted" in caption
    assert (
        "12 of 2,000 probe images, evenly spaced"
        in image_space(space(n_images=2_000, left_out=0)).caption
    )


def test_one_network_has_one_map() -> None:
    given = space()
    alone = replace(
        given,
        runs=given.runs[:1],
        coordinates=given.coordinates[:1],
        stress=(0.2,),
        disparity=(0.0,),
    )
    figure = image_space(alone)
    accepted(figure)
    assert "xaxis2" not in figure.plotly["layout"]
    assert "Procrustes residual" not in figure.caption
    assert figure.csv.columns == ("image", "class", "bp_x", "bp_y")


def test_tables_hold_places_and_how_far_an_image_moved() -> None:
    given = space()
    figure = image_space(given)
    assert figure.csv.columns == (
        "image", "class", "bp_x", "bp_y", "usf_sn_x", "usf_sn_y", "moved",
    )  # fmt: skip
    row = figure.csv.rows[5]
    first, second = given.coordinates[:, 5]
    assert row[:2] == (6, "dog")
    assert row[2:6] == (*first, *second)
    assert row[6] == pytest.approx(np.hypot(*(second - first)))
    assert len(figure.table.rows) == N


def test_many_classes_are_marked_and_not_listed() -> None:
    names = tuple(f"class {index}" for index in range(100))
    many = {"labels": np.arange(24) * 4, "images": np.arange(24)}
    places = np.random.default_rng(1).normal(size=(2, 24, 2))
    figure = image_space(space(class_names=names, coordinates=places, n_images=24, **many))
    accepted(figure)
    assert not traces(figure, showlegend=True)
    assert figure.plotly["layout"]["showlegend"] is False
    marks = {(symbol(label), colour(label, "light")) for label in range(100)}
    assert len(marks) == 100


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_stand_out_from_their_card(theme: Theme) -> None:
    # WCAG 2.2, non-text contrast.
    assert min(contrast(one, PALETTES[theme].card) for one in COLOURS[theme]) >= 3.0
    assert len(set(COLOURS[theme])) == 10
