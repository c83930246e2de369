"""RDM gallery: values as displayed, scales, undefined pairs, size, table and CSV."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial.distance import squareform

from feedback_atlas.server.figures.base.figure import Figure, Theme, Width
from feedback_atlas.server.figures.rdm.gallery import rdm_gallery
from tests.backend.figures.examples import accepted, decoded, gallery, texts, traces


def matrices(figure: Figure) -> list[dict[str, Any]]:
    """Return the traces that draw matrices."""
    return traces(figure, type="image")


def shown(trace: dict[str, Any]) -> NDArray[Any]:
    """Return the matrix of a trace's numbers, as the page reads them."""
    meta = trace["meta"]
    full = np.zeros((meta["images"], meta["images"]))
    rows, columns = np.triu_indices(meta["images"], k=1)
    full[rows, columns] = full[columns, rows] = decoded(meta["thousandths"])
    return full / 1000.0 * 10.0 ** meta["exponent"]


def pixels(figure: Figure, place: int) -> NDArray[np.uint8]:
    """Return the picture of a matrix, a pixel a cell, (n, n, 4)."""
    trace = matrices(figure)[place]
    (image,) = [
        image
        for image in figure.plotly["layout"]["images"]
        if (image["xref"], image["yref"]) == (trace["xaxis"], trace["yaxis"])
    ]
    n_images = trace["meta"]["images"]
    assert (image["x"], image["y"], image["sizex"]) == (-0.5, -0.5, n_images)
    raw = base64.b64decode(image["source"].removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(raw)) as opened:
        whole = np.asarray(opened.convert("RGBA"))
    step = len(whole) // n_images
    cells = whole[::step, ::step]
    np.testing.assert_array_equal(cells.repeat(step, axis=0).repeat(step, axis=1), whole)
    return cells


def bar(figure: Figure) -> dict[str, Any]:
    """Return the marker that carries the colour bar."""
    (trace,) = traces(figure, type="scatter")
    marker: dict[str, Any] = trace["marker"]
    return marker


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "medium", "narrow"])
def test_matrices_hold_thousandths_rules_down_layers_across(theme: Theme, width: Width) -> None:
    given = gallery()
    figure = rdm_gallery(given, theme, width)
    accepted(figure)
    drawn = matrices(figure)
    assert [(trace["xaxis"], trace["yaxis"]) for trace in drawn] == [
        ("x", "y"), ("x2", "y"), ("x3", "y"), ("x", "y2"), ("x2", "y2"), ("x3", "y2"),
    ]  # fmt: skip
    for place, run in ((0, 1), (3, 0)):  # the catalog's order: BP first
        for layer in range(3):
            trace = drawn[place + layer]
            assert decoded(trace["meta"]["thousandths"]).dtype == np.uint16
            expected = squareform(given.values[run, layer])
            np.testing.assert_allclose(shown(trace), expected, atol=0.0005 + 1e-9)
            assert trace["meta"]["layer"] == given.layers[layer]
            assert trace["meta"]["rule"] == ("BP", "FA Toeplitz")[place // 3]
    names = [text for text in texts(figure) if text.startswith("<b>")]
    assert names == [f"<b>{name}</b>" for name in (*given.layers, "BP", "FA Toeplitz")]


def test_a_pixel_has_the_colour_that_the_bar_gives_its_value() -> None:
    given = gallery()
    figure = rdm_gallery(given)
    top = bar(figure)["cmax"]
    stops = bar(figure)["colorscale"]
    colours = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for _, stop in stops])
    places = [place for place, _ in stops]
    picture = pixels(figure, 4)
    share = np.minimum(squareform(given.values[0, 1]) / top, 1.0)
    for band in range(3):
        expected = np.interp(share, places, colours[:, band])
        # 255 colours: half a step and the rounding of a byte.
        np.testing.assert_allclose(picture[..., band], expected, atol=1.5)
    assert (picture[..., 3] == 255).all()


def test_hover_names_the_network_and_the_images() -> None:
    trace = matrices(rdm_gallery(gallery()))[1]
    assert trace["hovertemplate"] == "<b>BP, conv2</b><br>images %{y} and %{x}<extra></extra>"
    assert trace["meta"]["symbol"] == "1 − r ="


def test_correlation_shares_one_robust_scale() -> None:
    values = gallery(n_images=60).values
    values[0, 0, 0] = 1.99
    figure = rdm_gallery(gallery(n_images=60, values=values))
    assert (bar(figure)["cmin"], bar(figure)["cmax"]) == (0.0, 1.5)
    outlier = matrices(figure)[3]
    assert shown(outlier)[0, 1] == pytest.approx(1.99)
    last = bar(figure)["colorscale"][-1][1]
    assert pixels(figure, 3)[0, 1, :3].tolist() == [int(last[i : i + 2], 16) for i in (1, 3, 5)]
    assert "One colour scale for all" in figure.caption


@pytest.mark.parametrize("magnitude", [1e-7, 1e-3, 1.0, 40.0, 700.0, 1e9])
def test_euclidean_matrices_have_their_own_scales(magnitude: float) -> None:
    values = gallery().values
    values[1, 0] *= magnitude
    figure = rdm_gallery(gallery(values=values, distance="euclidean"))
    accepted(figure)
    trace = matrices(figure)[0]
    expected = squareform(values[1, 0])
    np.testing.assert_allclose(shown(trace), expected, atol=expected.max() * 0.006)
    # Colours end at the matrix's own 99th percentile, whatever its magnitude.
    last = pixels(figure, 0)[expected >= np.quantile(values[1, 0], 0.99)]
    assert len({tuple(colour) for colour in last.tolist()}) == 1
    assert "its own 99th percentile" in figure.caption


def test_seeds_are_averaged_in_the_figure_and_apart_in_the_csv() -> None:
    given = gallery(seeds=2)
    figure = rdm_gallery(given)
    assert len(matrices(figure)) == 6
    expected = squareform(given.values[2:, 0].mean(axis=0))
    np.testing.assert_allclose(shown(matrices(figure)[0]), expected, atol=0.0005 + 1e-9)
    assert "Mean over each rule’s seeds" in figure.caption
    assert figure.csv.columns[4:8] == (
        "fa_toeplitz seed 0 conv1",
        "fa_toeplitz seed 0 conv2",
        "fa_toeplitz seed 0 fc1",
        "fa_toeplitz seed 1 conv1",
    )


def test_undefined_pairs_are_gaps_and_a_matrix_of_them_is_named() -> None:
    values = gallery().values
    values[1, 0, :5] = np.nan
    values[0, 2] = np.nan
    figure = rdm_gallery(gallery(values=values))
    accepted(figure)
    partly = matrices(figure)[0]
    assert np.isnan(shown(partly)[0, 1:6]).all()
    np.testing.assert_allclose(shown(partly)[0, 6], values[1, 0, 5], atol=0.0005)
    opaque = pixels(figure, 0)[..., 3] == 255
    np.testing.assert_array_equal(opaque, ~np.isnan(squareform(values[1, 0])))
    assert (pixels(figure, 5)[..., 3] == 0).all()
    assert "–<br>undefined" in texts(figure)
    assert figure.table.rows[5] == ("FA Toeplitz", "fc1", None, None, 66)
    assert figure.table.rows[0][4] == 5
    assert figure.csv.rows[0][7] is None
    assert figure.csv.rows[5][7] == values[1, 0, 5]


def test_table_tells_within_from_between_classes() -> None:
    given = gallery()
    figure = rdm_gallery(given)
    within: list[float] = []
    between: list[float] = []
    square = squareform(given.values[1, 0])
    for i in range(12):
        for j in range(i + 1, 12):
            same = given.labels[i] == given.labels[j]
            (within if same else between).append(square[i, j])
    assert figure.table.rows[0][:2] == ("BP", "conv1")
    assert figure.table.rows[0][2:4] == pytest.approx((np.mean(within), np.mean(between)))


def test_csv_has_every_pair_in_full() -> None:
    given = gallery()
    figure = rdm_gallery(given)
    assert len(figure.csv.rows) == 66
    assert figure.csv.columns[:4] == ("image_i", "image_j", "class_i", "class_j")
    assert figure.csv.rows[10][:4] == (0, 11, "cat", "ship")
    assert figure.csv.rows[10][4] == given.values[0, 0, 10]


def test_class_boundaries_lie_between_classes() -> None:
    shape = rdm_gallery(gallery()).plotly["layout"]["shapes"][0]
    assert "M3.5,-0.5L3.5,11.5" in shape["path"]
    assert "M-0.5,7.5L11.5,7.5" in shape["path"]


def test_five_by_five_matrices_of_200_images_stay_small() -> None:
    runs = gallery().runs
    rng = np.random.default_rng(0)
    labels = ("bp", "fa_dense", "fa_toeplitz", "usf_init", "usf_sn")
    given = gallery(
        n_images=200,
        runs=tuple(type(runs[0])(rule, 0) for rule in labels),
        layers=("conv1", "conv2", "fc1", "fc2", "fc3"),
        values=rng.uniform(0.0, 1.2, size=(5, 5, 19900)),
    )
    assert len(json.dumps(rdm_gallery(given).plotly)) < 4_000_000


def test_no_run_says_so() -> None:
    figure = rdm_gallery(gallery(runs=(), values=np.zeros((0, 3, 66))))
    assert texts(figure) == ["No finished run to compare yet"]
    accepted(figure)
