"""Figures of a network with 21 layers can be read: cells, names, a choice of matrices."""

from __future__ import annotations

import json

import numpy as np
import pytest

from feedback_atlas.server.catalog import ARCHITECTURES
from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.base.layer_axis import CARD, CHARACTER, short_name, shown_layers
from feedback_atlas.server.figures.rdm.gallery import rdm_gallery
from feedback_atlas.server.figures.similarity.matrices import layer_similarity
from feedback_atlas.server.figures.similarity.profile import similarity_profile
from feedback_atlas.server.results.types import LayerSimilarity, RdmGallery, RunLabel
from tests.backend.figures.examples import (
    accepted,
    curve,
    gallery,
    local_angle,
    similarity,
    texts,
    traces,
)

RESNET = ARCHITECTURES["resnet18"].layers
RULES = ("fa_dense", "fa_toeplitz", "usf_init", "usf_sn")
WIDTHS: tuple[Width, ...] = ("wide", "medium", "narrow")


def deep_similarity(layers: tuple[str, ...] = RESNET) -> LayerSimilarity:
    count = len(layers)
    values = np.random.default_rng(0).uniform(0, 1, size=(len(RULES), count, count))
    runs = tuple(RunLabel(rule, 0) for rule in RULES)
    return similarity(runs=runs, layers=layers, values=values)


def deep_gallery() -> RdmGallery:
    values = np.random.default_rng(1).uniform(0.0, 1.3, size=(2, len(RESNET), 66))
    return gallery(layers=RESNET, values=values)


def cell_width(figure: Figure, layers: int, width: Width) -> float:
    page = figure.plotly["layout"]
    left, right = page["xaxis"]["domain"]
    inside = CARD[width] - page["margin"]["l"] - page["margin"]["r"]
    return float((right - left) * inside / layers)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_cells_of_21_layers_are_seen_and_hold_no_numbers(theme: Theme, width: Width) -> None:
    given = deep_similarity()
    figure = layer_similarity(given, theme, width)
    accepted(figure)
    assert len(traces(figure, type="heatmap")) == 4
    assert traces(figure, mode="text") == []
    assert cell_width(figure, 21, width) >= 10
    axis = figure.plotly["layout"]["yaxis"]
    bottom, top = axis["domain"]
    page = figure.plotly["layout"]
    height = (top - bottom) * (page["height"] - page["margin"]["t"] - page["margin"]["b"])
    # Every layer is named, in a line of its own, and no name is cut off.
    assert axis["tickvals"] == list(RESNET)
    assert height / 21 >= 11
    assert page["margin"]["l"] >= CHARACTER * max(map(len, axis["ticktext"])) + 20
    assert len(figure.csv.rows) == 4 * 21 * 21
    assert figure.table.columns[2] == "BP conv1"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_numbers_are_written_only_where_they_fit(architecture: str, width: Width) -> None:
    layers = ARCHITECTURES[architecture].layers
    figure = layer_similarity(deep_similarity(layers), "light", width)
    written = bool(traces(figure, mode="text"))
    assert written == (len(layers) < 20)
    if written:
        assert cell_width(figure, len(layers), width) >= 24


def test_undefined_cells_without_numbers_still_say_why() -> None:
    given = deep_similarity()
    given.values[0, 3, 4] = np.nan
    given.reasons[0, 3, 4] = "constant features (row)"
    heatmap = traces(layer_similarity(given), type="heatmap")[0]
    assert heatmap["customdata"][3][4] == "undefined: constant features (row)"
    assert heatmap["hoverongaps"] is True


@pytest.mark.parametrize("width", WIDTHS)
def test_the_profile_names_layers_that_do_not_overlap(width: Width) -> None:
    figure = similarity_profile(deep_similarity(), "light", width)
    accepted(figure)
    axis = figure.plotly["layout"]["xaxis"]
    room = CARD[width] - 148
    assert axis["tickangle"] == -90
    assert len(axis["tickvals"]) * 11 <= room
    assert axis["tickvals"][0] == "conv1"
    assert len(traces(figure, name="uSF SN")[0]["x"]) == 21
    assert figure.plotly["layout"]["margin"]["b"] >= 48 + CHARACTER * len("1.0.conv1") - 13
    few = similarity_profile(similarity(), "light", width).plotly["layout"]["xaxis"]
    assert (few["tickangle"], few["ticktext"]) == (0, ["conv1", "conv2", "fc1"])


@pytest.mark.parametrize("width", WIDTHS)
def test_the_gallery_draws_some_layers_and_says_so(width: Width) -> None:
    given = deep_gallery()
    figure = rdm_gallery(given, "light", width)
    accepted(figure)
    columns = 6 if width == "wide" else 4
    assert len(traces(figure, type="image")) == 2 * columns
    assert f"{columns} of 21 layers are shown, evenly spaced" in figure.caption
    headings = [text.removeprefix("<b>").removesuffix("</b>") for text in texts(figure)[:columns]]
    assert (headings[0], headings[-1]) == ("conv1", "fc")
    assert set(headings) <= set(map(short_name, RESNET))
    # A heading is no wider than its matrix.
    size = figure.plotly["layout"]["annotations"][0]["font"]["size"]
    assert max(map(len, headings)) * 0.6 * size <= cell_width(figure, 1, width)
    assert len(figure.table.rows) == 2 * 21
    assert len(figure.csv.columns) == 4 + 2 * 21
    second = traces(figure, type="image")[1]
    assert RESNET[shown_layers(21, width)[1]] in second["hovertemplate"]


def test_a_gallery_of_all_layers_says_nothing_of_a_choice() -> None:
    assert "layers are shown" not in rdm_gallery(gallery()).caption


def test_a_hundred_classes_are_counted_instead_of_listed_and_parted() -> None:
    names = tuple(f"class {i}" for i in range(100))
    figure = rdm_gallery(
        gallery(n_images=200, labels=np.repeat(np.arange(100), 2), class_names=names)
    )
    assert "sorted by class: class 0, class 1, class 2 and 97 more." in figure.caption
    assert figure.plotly["layout"]["shapes"][0]["path"].count("M") == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_chosen_layers_are_evenly_spaced(width: Width) -> None:
    for layers in range(1, 60):
        chosen = shown_layers(layers, width)
        assert chosen == sorted(set(chosen))
        assert chosen[0] == 0
        assert chosen[-1] == layers - 1
        steps = np.diff(chosen)
        assert len(steps) == 0 or steps.max() - steps.min() <= 1


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_short_names_tell_every_layer_apart(architecture: str) -> None:
    layers = ARCHITECTURES[architecture].layers
    short = [short_name(layer) for layer in layers]
    assert len(set(short)) == len(layers)
    assert max(map(len, short)) <= 9
    if not any("." in layer for layer in layers):
        assert short == list(layers)


def test_curves_of_many_layers_have_short_headings_and_full_names_in_the_table() -> None:
    curves = [curve("bp", [1.0, 2.0], layer=layer) for layer in RESNET]
    figure = local_angle(curves)
    assert "<b>2.0.down</b>" in texts(figure)
    assert any("layer2.0.downsample.0" in row for row in figure.table.rows)


def test_the_page_stays_small() -> None:
    assert len(json.dumps(layer_similarity(deep_similarity()).plotly)) < 300_000
