"""Statistics, map, exemplars and costs: computed by the worker, drawn, shared."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import plotly.io
import pytest
from safetensors.numpy import load as load_arrays
from scipy.spatial.distance import pdist
from scipy.stats import ttest_rel

from feedback_atlas.analysis import Biased, cka, gram
from feedback_atlas.jobs.analysis import run_analysis
from feedback_atlas.server.comparisons.panels.geometry_map import trajectory_epochs
from feedback_atlas.server.db.models import Artifact
from tests.integration.conftest import Atlas

PANELS = ("statistics", "geometry", "exemplars", "costs", "accuracy_tests", "image_space")
FIGURES = ("similarity-profile", "geometry-map", "exemplars", "result", "image-space")


@pytest.fixture
def small(atlas: Atlas) -> dict[str, Any]:
    """Three rules and three seeds of a small network after an epoch."""
    rules = [{"rule": rule} for rule in ("bp", "fa_dense", "usf_sn")]
    return atlas.train(atlas.launch(architecture="lenet5", rules=rules, seeds=[0, 1, 2]))


def rows(atlas: Atlas, comparison: dict[str, Any], name: str) -> list[dict[str, str]]:
    text = atlas.client.get(f"/api/comparisons/{comparison['id']}/figures/{name}.csv").text
    return list(csv.DictReader(io.StringIO(text)))


def layer_of(atlas: Atlas, run: dict[str, Any], epoch: int, layer: str) -> np.ndarray:
    with atlas.worker.database.read() as session:
        row = session.get_one(Artifact, (run["id"], "activations", epoch))
    array: np.ndarray = load_arrays(atlas.worker.store.get(row.key, row.sha256))[layer]
    return array


def test_panels_are_computed_drawn_and_shared(atlas: Atlas, small: dict[str, Any]) -> None:
    before = atlas.compare(small)
    assert set(before["pending"]) == set(FIGURES)
    atlas.get(f"/comparisons/{before['id']}/figures/geometry-map", 404)
    # The table of results shows the intervals of the statistics, too, and is not whole before them.
    partly = atlas.compare(small, ("costs", "accuracy_tests"))
    assert {"similarity-profile", "result"} <= set(partly["pending"])
    comparison = atlas.compare(small, PANELS)
    assert comparison["id"] == before["id"]
    assert comparison["pending"] == []
    assert not set(FIGURES) & set(comparison["unavailable"])
    token = atlas.post(f"/comparisons/{comparison['id']}/shares", {}, 201)["token"]
    for name, theme, width in itertools.product(
        FIGURES, ("light", "dark"), ("wide", "medium", "narrow")
    ):
        query = f"figures/{name}?theme={theme}&width={width}"
        answer = atlas.client.get(f"/api/comparisons/{comparison['id']}/{query}")
        figure = answer.json()
        assert "NaN" not in answer.text
        plotly.io.from_json(json.dumps(figure["plotly"]), skip_invalid=False)
        assert figure["table"]["rows"]
        assert {len(row) for row in figure["table"]["rows"]} == {len(figure["table"]["columns"])}
        assert atlas.get(f"/shared/{token}/{query}") == figure
    assert atlas.get(f"/shared/{token}/result") == atlas.get(
        f"/comparisons/{comparison['id']}/result"
    )
    _statistics_are_of_the_stored_activations(atlas, small, comparison)
    _costs_are_counted(atlas, comparison)
    _results_are_of_the_runs(atlas, small, comparison)
    _the_map_has_every_network(atlas, comparison)
    _exemplars_are_in_the_order_of_their_activation(atlas, comparison)


def _statistics_are_of_the_stored_activations(
    atlas: Atlas, small: dict[str, Any], comparison: dict[str, Any]
) -> None:
    found = {
        (row["rule"], row["layer"], row["initial_weights"]): row
        for row in rows(atlas, comparison, "similarity-profile")
    }
    runs = {(run["rule"], run["seed"]): run for run in small["runs"]}

    def similarity(one: tuple[str, int, int], other: tuple[str, int, int]) -> float:
        x, y = (
            layer_of(atlas, runs[rule, seed], epoch, "conv2") for rule, seed, epoch in (one, other)
        )
        value = cka(gram(x), gram(y)).value
        assert value is not None
        return value

    seeds = (0, 1, 2)
    expected = {
        ("usf_sn", "conv2", "different"): [
            similarity(("usf_sn", a, 1), ("bp", b, 1)) for a in seeds for b in seeds if a != b
        ],
        ("usf_sn", "conv2", "shared"): [similarity(("usf_sn", a, 1), ("bp", a, 1)) for a in seeds],
        ("BP–BP", "conv2", "different"): [
            similarity(("bp", a, 1), ("bp", b, 1)) for a, b in ((0, 1), (0, 2), (1, 2))
        ],
        ("Untrained", "conv2", "shared"): [similarity(("bp", a, 0), ("bp", a, 1)) for a in seeds],
    }
    for key, values in expected.items():
        assert float(found[key]["mean"]) == pytest.approx(np.mean(values), abs=1e-6)
        assert int(found[key]["pairs"]) == len(values)
    test = found["usf_sn", "conv2", "different"]
    assert float(test["seeds_low_95"]) <= float(test["mean"]) <= float(test["seeds_high_95"])
    assert float(test["images_low_95"]) <= float(test["images_high_95"])
    assert float(test["both_low_95"]) < float(test["both_high_95"])
    # Three seeds of two rules: 2^3 assignments, times five layers by Holm.
    assert float(test["smallest_p_adjusted"]) == pytest.approx(5 / 8)
    assert 1 / 8 <= float(test["p"]) <= float(test["p_adjusted"]) <= 1
    figure = atlas.get(f"/comparisons/{comparison['id']}/figures/similarity-profile")
    assert "no layer can be significant" in figure["caption"]


def _costs_are_counted(atlas: Atlas, comparison: dict[str, Any]) -> None:
    costs = {row["rule"]: row for row in rows(atlas, comparison, "result")}
    assert set(costs) == {"bp", "fa_dense", "usf_sn"}
    # LeNet-5 on grey digits of 24 pixels, 256 images: two operations a multiplication.
    images = 256
    macs = 20 * 20 * 6 * 25 + 6 * 6 * 16 * 6 * 25 + 144 * 120 + 120 * 84 + 84 * 10
    assert int(costs["bp"]["forward_flops"]) == 2 * images * macs
    assert int(costs["bp"]["fixed_feedback_bytes"]) == 0
    assert int(costs["fa_dense"]["fixed_feedback_bytes"]) > 4 * 600 * 576
    assert all(float(row["step_seconds"]) > 0 for row in costs.values())


def _results_are_of_the_runs(
    atlas: Atlas, small: dict[str, Any], comparison: dict[str, Any]
) -> None:
    found = {row["rule"]: row for row in rows(atlas, comparison, "result")}
    tests = {
        rule: [run["test_accuracy"] for run in small["runs"] if run["rule"] == rule]
        for rule in found
    }
    for rule, row in found.items():
        assert float(row["test_percent"]) == pytest.approx(100 * np.mean(tests[rule]))
        assert float(row["test_percent_sd"]) == pytest.approx(100 * np.std(tests[rule], ddof=1))
        if rule != "bp":
            expected = ttest_rel(tests[rule], tests["bp"])
            interval = expected.confidence_interval(0.95)
            assert float(row["p"]) == pytest.approx(expected.pvalue)
            assert float(row["difference_low_95"]) == pytest.approx(100 * interval.low)
            assert float(row["seeds_in_both"]) == 3
    # The mean over layers of every pair of different seeds, which has an interval of its own.
    means = [
        float(row["mean"])
        for row in rows(atlas, comparison, "similarity-profile")
        if (row["rule"], row["initial_weights"]) == ("usf_sn", "different")
    ]
    own = found["usf_sn"]
    assert float(own["similarity_mean"]) == pytest.approx(np.mean(means))
    assert float(own["similarity_low_95"]) <= float(own["similarity_mean"])
    assert float(own["similarity_mean"]) <= float(own["similarity_high_95"])
    assert float(own["similarity_p_adjusted"]) >= 1 / 8
    table = atlas.get(f"/comparisons/{comparison['id']}/result")
    assert [row["name"] for row in table["rows"]] == ["BP", "FA Dense", "uSF SN"]


def _the_map_has_every_network(atlas: Atlas, comparison: dict[str, Any]) -> None:
    points = rows(atlas, comparison, "geometry-map")
    assert len(points) == (3 * 3 + 3) * 5
    assert {row["epoch"] for row in points if row["rule"] == "untrained"} == {"0"}
    figure = atlas.get(f"/comparisons/{comparison['id']}/figures/geometry-map")
    stress = re.search(r"stress (0\.\d\d) in two dimensions, (0\.\d\d) in three", figure["caption"])
    assert stress is not None
    # A third dimension cannot make a map worse.
    assert float(stress[2]) <= float(stress[1])
    # What was computed in three dimensions is drawn without computing anything.
    atlas.post(
        f"/experiments/{comparison['experiment_id']}/comparisons", {"map_dimensions": 3}, 200
    )
    assert atlas.queued_analyses("geometry") == []
    solid = atlas.compare(
        atlas.get(f"/experiments/{comparison['experiment_id']}"), map_dimensions=3
    )
    places = rows(atlas, solid, "geometry-map")
    spread = np.array([[float(row[f"{axis}_radians"]) for axis in "xyz"] for row in places])
    assert (spread.std(axis=0) > 1e-3).all()
    distances = pdist(spread)
    true = _angles(atlas, places)
    assert np.corrcoef(distances, true)[0, 1] > 0.9


def _angles(atlas: Atlas, places: list[dict[str, str]]) -> np.ndarray:
    """Compute the distances that a map stands for, by pair, from the stored activations."""
    experiment = atlas.get(f"/experiments/{atlas.get('/experiments')['items'][0]['id']}")
    runs = {(run["rule"], run["seed"]): run for run in experiment["runs"]}
    grams = [
        gram(
            layer_of(
                atlas,
                runs["bp" if row["rule"] == "untrained" else row["rule"], int(row["seed"])],
                int(row["epoch"]),
                row["layer"],
            )
        )
        for row in places
    ]
    values = [
        cka(one, other, Biased()).value
        for place, one in enumerate(grams)
        for other in grams[place + 1 :]
    ]
    return np.arccos(np.clip(np.array(values, dtype=np.float64), -1, 1))


def _exemplars_are_in_the_order_of_their_activation(
    atlas: Atlas, comparison: dict[str, Any]
) -> None:
    shown = rows(atlas, comparison, "exemplars")
    assert len(shown) == 3 * 3 * 4
    for _, group in itertools.groupby(shown, lambda row: (row["rule"], row["channel"])):
        values = [float(row["mean_activation"]) for row in group]
        assert values == sorted(values, reverse=True)


def test_what_is_left_out_of_a_comparison_is_in_none_of_its_panels(
    atlas: Atlas, small: dict[str, Any]
) -> None:
    chosen = [run["id"] for run in small["runs"] if run["seed"] == 1 and run["rule"] == "usf_sn"]
    comparison = atlas.compare(small, ("statistics", "geometry"), run_ids=chosen)
    points = rows(atlas, comparison, "geometry-map")
    assert {(row["rule"], row["seed"]) for row in points} == {
        ("untrained", "1"), ("bp", "1"), ("usf_sn", "1"),
    }  # fmt: skip
    figure = atlas.get(f"/comparisons/{comparison['id']}/figures/similarity-profile")
    assert "No interval: one seed" in figure["caption"]


def test_a_map_can_follow_training(atlas: Atlas, small: dict[str, Any]) -> None:
    comparison = atlas.compare(small, ("geometry",), map="trajectory", rdm_seed=1)
    points = rows(atlas, comparison, "geometry-map")
    assert {row["seed"] for row in points} == {"1"}
    assert {row["epoch"] for row in points} == {"0", "1"}
    every = atlas.compare(small, ("geometry",), map="trajectory", map_seeds="all")
    points = rows(atlas, every, "geometry-map")
    assert {row["seed"] for row in points} == {"0", "1", "2"}
    assert len(points) == (3 * 3 + 3) * 5


@pytest.mark.parametrize(
    ("last", "count", "epochs"),
    [
        (1, 10, [1]),
        (8, 10, [1, 2, 3, 4, 5, 6, 7, 8]),
        (50, 6, [1, 2, 5, 10, 23, 50]),
        (50, 0, [1, 50]),
        (1000, 4, [1, 10, 100, 1000]),
    ],
)
def test_epochs_of_a_trajectory_are_close_where_training_is_fast(
    last: int, count: int, epochs: list[int]
) -> None:
    assert trajectory_epochs(last, count) == epochs


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"estimator": "pwcca"}, "PWCCA is not symmetric"),
        ({"subset": "both_correct"}, "different images"),
        ({"images": "validation_and_test", "estimator": "minibatch"}, "choose the probe"),
    ],
)
def test_without_statistics_the_profile_says_why(
    trained_atlas: Atlas, trained: dict[str, Any], request_: dict[str, str], words: str
) -> None:
    asked = trained_atlas.post(f"/experiments/{trained['id']}/comparisons", request_, 200)
    assert "similarity-profile" not in asked["pending"]
    if "images" not in request_:
        comparison = trained_atlas.compare(trained, **request_)
        figure = trained_atlas.get(f"/comparisons/{comparison['id']}/figures/similarity-profile")
        assert words in figure["caption"]


def test_a_panel_that_fails_leaves_the_others(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    # Two images of a class are too few for statistics; the comparison stands.
    comparison = trained_atlas.compare(trained, ("statistics",), subset="one_class", subset_class=1)
    assert comparison["state"] == "completed"
    assert "similarity-profile" not in comparison["pending"]
    figure = trained_atlas.get(f"/comparisons/{comparison['id']}/figures/similarity-profile")
    assert "No statistics: could not be computed: 2 images are too few" in figure["caption"]


def test_what_a_page_needs_is_computed_before_panels_that_wait(
    trained_atlas: Atlas, trained: dict[str, Any]
) -> None:
    path = f"/experiments/{trained['id']}/comparisons"
    trained_atlas.post(path, {"epoch": "first"}, 200)
    later = trained_atlas.post(path, {"epoch": "last"}, 200)
    # A worker gets a message about a panel of the first comparison.
    panel = trained_atlas.queued_analyses("statistics")[0]
    run_analysis(trained_atlas.worker, panel, "test")
    assert trained_atlas.get(f"/comparisons/{later['id']}")["state"] == "completed"
    assert panel not in trained_atlas.queued_analyses("statistics")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"exemplar_layer": "fc1"}, "no convolution of this network: choose one of conv1, conv2"),
        ({"exemplar_class": 10}, "choose one from 0 to 9"),
    ],
)
def test_channels_that_do_not_exist_are_refused(
    trained_atlas: Atlas, trained: dict[str, Any], body: dict[str, Any], words: str
) -> None:
    path = f"/experiments/{trained['id']}/comparisons"
    assert words in str(trained_atlas.post(path, body, 422))


def test_all_numbers_are_one_file_that_rsatoolbox_opens(
    trained_atlas: Atlas, trained: dict[str, Any], tmp_path: Path
) -> None:
    from rsatoolbox.rdm import load_rdm

    comparison = trained_atlas.compare(trained)
    path = f"/comparisons/{comparison['id']}/numbers.zip"
    assert "is being created" in trained_atlas.get(path, 503)["detail"]
    (analysis_id,) = trained_atlas.queued_analyses("download")
    run_analysis(trained_atlas.worker, analysis_id, "test")
    answer = trained_atlas.client.get(f"/api{path}")
    assert answer.headers["content-disposition"] == 'attachment; filename="a-test-numbers.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    rdms = load_rdm(str(tmp_path / "rdms.h5"), file_type="hdf5")
    assert (rdms.n_rdm, rdms.n_cond) == (3 * 5, 20)
    pairs = rows(trained_atlas, comparison, "rdms")
    for index in (0, 7, 14):
        name = " ".join(
            str(rdms.rdm_descriptors[part][index]) for part in ("rule", "seed", "layer")
        )
        rule, seed, layer = name.split()
        column = [float(pair[f"{rule} seed {seed} {layer}"]) for pair in pairs]
        np.testing.assert_array_equal(rdms.dissimilarities[index], column)
    manifest = json.loads((tmp_path / "rdms-manifest.json").read_text())
    assert manifest["parameters"] == {"distance": "correlation", "epoch": "best"}
    assert len(manifest["inputs"]["runs"][0]["weights"]["sha256"]) == 64
    with np.load(tmp_path / "similarities.npz") as arrays:
        values = arrays["similarity"].ravel().tolist()
    cells = rows(trained_atlas, comparison, "layer-similarity")
    assert values == [float(cell["similarity"]) for cell in cells]
    table = csv.DictReader(io.StringIO((tmp_path / "similarities.csv").read_text()))
    assert values == [float(row["value"]) for row in table]
